--- Tables of options: which names a function takes, what their values have to be, and their defaults. A
--- schema describes them once. The code checks them by it, and the specs compare the reference with it.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local excerpt = require "twilio.numbers.util.excerpt"
local spelling = require "twilio.numbers.util.spelling"

local type, pairs = type, pairs

local options = {}

local SHOWN = 60 -- bytes of an unknown name
local MOST = 1e9 -- of numbers, most of which are seconds: it excludes infinity and NaN

local MOST_WHOLE = 2 ^ 53 -- beyond it floats are not exact

local function is_number(value)
  return type(value) == "number" and value >= 0 and value <= MOST
end

--- Infinity and NaN are not whole.
local function is_whole(value)
  return type(value) == "number" and value % 1 == 0 and value <= MOST_WHOLE
end

local function is_of_type(name)
  return function(value) return type(value) == name end
end

--- What a value may be: a test, and the words for what passes it.
local kinds = {
  any = { fits = function() return true end }, -- the part that uses it checks it
  string = { fits = is_of_type "string", words = "a string" },
  text = {
    fits = function(value) return type(value) == "string" and value ~= "" end,
    words = "a text",
  },
  boolean = { fits = is_of_type "boolean", words = "a boolean" },
  ["function"] = { fits = is_of_type "function", words = "a function" },
  table = { fits = is_of_type "table", words = "a table" },
  number = { fits = is_number, words = "a number from 0" },
  whole = {
    fits = function(value) return is_whole(value) and value >= 0 end,
    words = "a whole number from 0",
  },
  count = {
    fits = function(value) return is_whole(value) and value >= 1 end,
    words = "a whole number above 0",
  },
  positive = { -- may be infinite
    fits = function(value) return type(value) == "number" and value > 0 end,
    words = "a number above 0",
  },
  seconds = {
    fits = function(value) return is_number(value) and value > 0 end,
    words = "a number of seconds above 0 (and up to 1e9)",
  },
  duration = { fits = is_number, words = "a number of seconds" },
}

---@class twilio.numbers.util.Option
---@field kind string a key of `kinds`
---@field default any
---@field most number? the largest value of a number

---@class twilio.numbers.util.Schema
---@field fields table<string, twilio.numbers.util.Option>
---@field place string? the option that holds the table, such as "retry"
local schema = {}
schema.__index = schema

--- Describes a table of options.
---@param fields table<string, twilio.numbers.util.Option>
---@param place string?
---@return twilio.numbers.util.Schema
function options.schema(fields, place)
  for name, field in pairs(fields) do assert(kinds[field.kind], name) end
  return setmetatable({ fields = fields, place = place }, schema)
end

local function show_name(name)
  if type(name) == "string" then return excerpt(name, SHOWN) end
  return type(name) == "number" and ascii.text(name) or "a " .. type(name)
end

--- What is wrong with a name that no schema has, in words.
---@param name any
---@param ... table<string, any> the names that there are, as keys
---@return string
function options.unknown(name, ...)
  local message = ("unknown option '%s'"):format(show_name(name))
  local nearest = type(name) == "string" and spelling.nearest(name, ...)
  return nearest and ("%s, did you mean '%s'?"):format(message, nearest) or message
end

--- Raises unless it is a table.
---@param given any
---@param name string? what it is called. Default: "options".
function options.check_table(given, name)
  if type(given) ~= "table" then argument_error.argument(name or "options", "a table", given) end
end

local function full_name(self, name)
  return self.place and self.place .. "." .. name or name
end

local function check_value(self, name, field, value)
  local kind = kinds[field.kind]
  if not kind.fits(value) then
    argument_error.argument(full_name(self, name), kind.words, value)
  end
  if field.most and value > field.most then
    argument_error.argument(full_name(self, name),
      ("at most %s"):format(ascii.number(field.most, "%.0f")), value)
  end
end

local function raise_unknown(self, name, others)
  local message = options.unknown(name, self.fields, others or {})
  argument_error.raise(self.place and ("%s: %s"):format(self.place, message) or message)
end

local function check_names(self, given, others)
  for name in pairs(given) do
    local is_known = self.fields[name] or others and others[name] ~= nil
    if not is_known then raise_unknown(self, name, others) end
  end
end

--- Checks a table of options. Raises at the user's line for what is wrong. Each option is read by
--- its name: its value may be inherited, and `pairs` does not give it then.
---@param given table
---@param others table<string, any>? further names, which another part checks
---@return table own a copy of the schema's options, with defaults for what is not given
---@return table? rest those of `others` that are given; nil for none
function schema:check(given, others)
  options.check_table(given, self.place)
  check_names(self, given, others)
  local own, rest = {}, nil
  for name, field in pairs(self.fields) do
    local value = given[name]
    if value ~= nil then check_value(self, name, field, value) end
    if value == nil then value = field.default end
    own[name] = value
  end
  for name in pairs(others or {}) do
    if given[name] ~= nil then
      rest = rest or {}
      rest[name] = given[name]
    end
  end
  return own, rest
end

--- The same schema with further options.
---@param fields table<string, twilio.numbers.util.Option>
---@return twilio.numbers.util.Schema
function schema:extended(fields)
  local all = {}
  for name, field in pairs(self.fields) do all[name] = field end
  for name, field in pairs(fields) do all[name] = field end
  return options.schema(all, self.place)
end

return options
