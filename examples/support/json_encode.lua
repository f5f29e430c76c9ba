--- Values as JSON, the members of an object in the order of their names.

local cjson = require "cjson"

local json_encode = { empty_array = {} }

--- A value as JSON.
---@param value any
---@return string
function json_encode.encode(value)
  if type(value) ~= "table" then return cjson.encode(value) end
  local parts = {}
  if #value > 0 or value == json_encode.empty_array then
    for i, item in ipairs(value) do parts[i] = json_encode.encode(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  local names = {}
  for name in pairs(value) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do
    parts[i] = cjson.encode(name) .. ":" .. json_encode.encode(value[name])
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

return json_encode
