--- Checks a decoded JSON value against a schema of the contract.

local cjson = require "cjson.safe"

local null = cjson.null
local schema = {}

local FORMATS = {
  ["phone-number"] = [[^\+[1-9]\d{1,14}$]],
  email = [[^[^@\s]+@[^@\s]+\.[^@\s]+$]],
  date = [[^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$]],
}

--- Whether a text fits a pattern. PCRE's dollar sign lets a newline follow.
function schema.matches(text, pattern)
  return ngx.re.find(text, (pattern:gsub("%$$", "\\z")), "jo") ~= nil
end

--- What a schema's `$ref` names, or the schema itself.
function schema.resolve(api, declared)
  local name = declared["$ref"] and declared["$ref"]:match "([^/]+)$"
  return name and api.components.schemas[name] or declared
end

local function is_one_of(value, values)
  for _, one in ipairs(values) do
    if one == value then return true end
  end
  return false
end

--- An empty array and an empty object are one and the same in lua-cjson.
local function is_array(value)
  return type(value) == "table" and (value[1] ~= nil or next(value) == nil)
end

local function is_integer(value)
  return type(value) == "number" and value == math.floor(value)
end

local types = {
  string = function(value) return type(value) == "string" end,
  integer = is_integer,
  number = function(value) return type(value) == "number" end,
  boolean = function(value) return type(value) == "boolean" end,
  array = is_array,
  object = function(value) return type(value) == "table" and value[1] == nil end,
}

local function text_fits(value, declared)
  local pattern = declared.pattern or FORMATS[declared.format]
  return (not pattern or schema.matches(value, pattern))
    and (not declared.enum or is_one_of(value, declared.enum))
    and #value >= (declared.minLength or 0)
    and (not declared.maxLength or #value <= declared.maxLength)
end

local check

local function check_array(api, declared, value, path, report)
  if #value < (declared.minItems or 0) or declared.maxItems and #value > declared.maxItems then
    report(path)
  end
  for i, item in ipairs(value) do
    check(api, declared.items or {}, item, ("%s[%d]"):format(path, i - 1), report)
  end
end

local function check_object(api, declared, value, path, report)
  local prefix = path == "" and "" or path .. "."
  for _, name in ipairs(declared.required or {}) do
    if value[name] == nil or value[name] == null then report(prefix .. name, true) end
  end
  for name, property in pairs(declared.properties or {}) do
    if value[name] ~= nil and value[name] ~= null then
      check(api, property, value[name], prefix .. name, report)
    end
  end
end

function check(api, declared, value, path, report)
  declared = schema.resolve(api, declared)
  if declared.type and not types[declared.type](value) then return report(path) end
  if type(value) == "string" and not text_fits(value, declared) then return report(path) end
  if declared.type == "array" then return check_array(api, declared, value, path, report) end
  if declared.type == "object" then return check_object(api, declared, value, path, report) end
end

--- Calls `report(path, is_missing)` for each thing that does not fit. A null counts as absent, since
--- clients write it for what they do not know.
function schema.check(api, declared, value, report)
  check(api, declared, value, "", report)
end

--- Whether the text of a query's or path's parameter fits its schema.
function schema.parameter_fits(api, declared, text)
  declared = schema.resolve(api, declared)
  if declared.type ~= "integer" then return text_fits(text, declared) end
  local number = text:match "^%d+$" and #text < 16 and tonumber(text)
  return number and number >= (declared.minimum or 0)
    and (not declared.maximum or number <= declared.maximum) or false
end

return schema
