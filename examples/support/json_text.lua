--- JSON as the scripts print it: the members of an object are in the order of their names.

local cjson = require "cjson"
local cli = require "cli"

local json_text = {}

local function encode(value)
  if type(value) ~= "table" then return cjson.encode(value) end
  local parts = {}
  if #value > 0 or value == json_text.empty_array then
    for i, item in ipairs(value) do parts[i] = encode(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  local names = {}
  for name in pairs(value) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do parts[i] = cjson.encode(name) .. ":" .. encode(value[name]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

json_text.empty_array = {}

--- A value as JSON.
json_text.encode = encode

--- Prints a value, or a text of JSON, on a line of its own.
---@param value table|string
function json_text.print(value)
  cli.write_json((type(value) == "string" and value or encode(value)) .. "\n")
end

--- Prints an array item by item, so that it is whole once `finish` was called.
---@return fun(item: table|string) print_item, fun() finish
function json_text.array()
  local separator = "[\n"
  return function(item)
    cli.write_json(separator .. (type(item) == "string" and item or encode(item)))
    separator = ",\n"
  end, function() cli.write(separator == "[\n" and "[]\n" or "\n]\n") end
end

return json_text
