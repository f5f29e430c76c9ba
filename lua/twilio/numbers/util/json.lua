--- JSON text from Lua tables. The one thing that lua-cjson cannot know is added: which empty
--- tables are arrays. Keys are sorted, and whole numbers keep all their digits. `util/format.lua` has a
--- writer of its own, since a plan's hash depends on its order of keys and its format of numbers.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"

local json = {
  encode = core.encode, -- nil and why, for what JSON cannot hold
  decode = core.decode, -- nil and why, for what is no JSON
}

--- lua-cjson 2.1.0 writes 14 digits; a number without a fraction keeps all that it has.
local function encode(value)
  local is_whole = type(value) == "number" and value % 1 == 0 and math.abs(value) <= 2 ^ 53
  return is_whole and ("%.0f"):format(value) or assert(core.encode(value))
end

local function sorted_keys(object)
  local keys = {}
  for key in pairs(object) do
    if type(key) ~= "string" then
      error("a JSON object's keys are strings, got a " .. type(key))
    end
    keys[#keys + 1] = key
  end
  return ascii.sort(keys)
end

--- An object as JSON text, keys in order.
---@param object table
---@param properties table<string, { type: string }>? what the contract says of the fields: those
---  of type "array" are written as [] when empty
---@return string
function json.encode_object(object, properties)
  local parts = {}
  for _, key in ipairs(sorted_keys(object)) do
    local value = object[key]
    local property = properties and properties[key]
    local is_array = property and property.type == "array" and type(value) == "table"
    local text = is_array and next(value) == nil and "[]" or encode(value)
    parts[#parts + 1] = assert(core.encode(key)) .. ":" .. text
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

return json
