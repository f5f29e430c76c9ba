--- The base of all resources: a read-only object over the response's JSON, which reads `null` as nil and keeps
--- unknown fields.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local excerpt = require "twilio.numbers.util.excerpt"
local json = require "twilio.numbers.util.json"
local method_guard = require("twilio.numbers.util.methods").guard

local null, type, rawget, setmetatable = core.null, type, rawget, setmetatable

--- An answer may make its members when they are first read. This makes the others, before one goes through them.
local function complete(object) return object end

local DESCRIPTION = 300 -- bytes that `tostring` gives

local record = {}

--- What a record has of its own, under keys that no API has. (Tables as keys would be found much slower.)
local RAW, CLEAN, CLIENT = "\0raw", "\0clean", "\0client"
local PARENT, TRANSFER = "\0parent", "\0transfer"

--- A copy without nulls, so that `if carrier.name then` means what it says. Elements of an array
--- stay in their places, null as null.
local function without_nulls(value)
  if type(value) ~= "table" then return value end
  local copy = {}
  for key, item in pairs(value) do
    if item ~= null or type(key) == "number" then copy[key] = without_nulls(item) end
  end
  return copy
end

--- The value of a field that is a table.
local function nested(self, name, value)
  local clean = rawget(self, CLEAN)
  if not clean then
    clean = {}
    rawset(self, CLEAN, clean)
  end
  if clean[name] == nil then clean[name] = without_nulls(value) end
  return clean[name]
end

local function field(self, name)
  local value = self[RAW][name] -- each record has it; without a call of rawget
  if value == nil or value == null then return nil end
  return type(value) == "table" and nested(self, name, value) or value
end

local function next_field(self, name)
  local raw = complete(self[RAW])
  local value
  repeat
    name, value = next(raw, name)
  until name == nil or value ~= null
  if name ~= nil then return name, field(self, name) end
end

--- The metamethod `__index` of a class.
local function index_of(methods, class)
  return function(self, key)
    local method = methods[key]
    if method ~= nil then return method end
    local value = self[RAW][key] -- as in `field`, which would be one more call for each field
    if value == nil or value == null then
      return class.otherwise and class.otherwise(self, key)
    end
    return type(value) == "table" and nested(self, key, value) or value
  end
end

--- What stands for an item that is no object. The contract leaves open what an item is: a bare text is taken for the
--- number itself.
local function object_of(item)
  return type(item) == "string" and { phone_number = item } or nil
end

--- An iterator that makes records of an array's items. Null or nothing at all is an empty array.
local function records(items, class, client, parent)
  local i = 0
  if type(items) ~= "table" then items = {} end
  return function()
    local item, object
    repeat
      i = i + 1
      item = items[i]
      object = type(item) == "table" and item or object_of(item)
    until object or item == nil
    if not object then return nil end
    if client == nil and parent == nil then return setmetatable({ [RAW] = object }, class) end
    return setmetatable({ [RAW] = object, [CLIENT] = client, [PARENT] = parent }, class)
  end
end

--- The core has these in C. LuaJIT compiles those above and could not compile calls of C functions: a page of 1 MB costs
--- it a fifth more with them, and its answers have all members from the start. Other Luas need a seventh less.
if not package.loaded.jit then
  complete = core.complete_object

  function index_of(methods, class) return core.record_index(methods, RAW, nested, class) end

  function records(items, class, client, parent)
    return core.records(items, class, object_of, RAW, CLIENT, client, PARENT, parent)
  end
end

---@class twilio.numbers.Record
local common = {}

--- The JSON as it came: a table in which null is `numbers.null`.
---@return table
function common:raw()
  return complete(self[RAW])
end

--- Iterates over the fields that are not null, as `pairs` does from Lua 5.2 on.
---@return function
---@return table
function common:fields()
  return next_field, self
end

--- The fields as JSON text, nulls and unknown fields included. An empty table is `[]` where the contract
--- says array, else `{}`.
---@return string
function common:to_json()
  local raw = common.raw(self)
  if raw[1] ~= nil then return assert(json.encode(raw)) end -- an array where an object belongs
  return json.encode_object(raw, getmetatable(self).properties)
end

--- A kind of record. Its field `otherwise` may be a function that gives the value of a field that the answer lacks,
--- such as one that comes under another name.
---@param name string for messages
---@param properties table<string, table> what the contract says of its fields
---@param ... table<string, function> methods
function record.class(name, properties, ...)
  local methods = {}
  for _, set in ipairs { common, ... } do
    for method_name, method in pairs(set) do methods[method_name] = method end
  end
  local class
  local variable = ascii.lower((name:gsub("([a-z])([A-Z])", "%1_%2")))
  class = {
    __name = "twilio.numbers." .. name,
    properties = properties,
    methods = methods,
    __newindex = function(_, key)
      argument_error.raise(("%s is read-only, '%s' cannot be set"):format(name, tostring(key)))
    end,
    __pairs = function(self) return next_field, self end,
    __tostring = function(self)
      return name .. " " .. excerpt(methods.describe(self), DESCRIPTION)
    end,
  }
  class.__index = index_of(methods, class)
  method_guard(methods, class, variable)
  return class
end

--- A field of the answer as it came; nil for null. For `otherwise`, and for methods: it takes less than `self[name]`.
---@type fun(self: twilio.numbers.Record, name: any): any
record.own = field

--- A record of that class.
---@param class table
---@param raw table the JSON object
---@param client table? for records that can call the API
---@param parent string? the SID that the record was asked for by, or belongs to
---@param transfer table? the core's, that brought it
function record.new(class, raw, client, parent, transfer)
  return setmetatable({
    [RAW] = raw, [CLIENT] = client, [PARENT] = parent, [TRANSFER] = transfer,
  }, class)
end

--- What brought a record; nil for any other value.
---@return table?
function record.transfer(self)
  return type(self) == "table" and rawget(self, TRANSFER) or nil
end

function record.client(self) return rawget(self, CLIENT) end

function record.parent(self) return rawget(self, PARENT) end

--- A field in a description. The API may give any type of value.
---@param value any
---@param otherwise string where it is neither a text nor a number
---@return string
function record.text(value, otherwise)
  local is_plain = type(value) == "string" or type(value) == "number"
  return is_plain and excerpt(value, DESCRIPTION) or otherwise
end

--- An iterator over records of the items of a record's array; null or nothing at all is an empty array.
---@param self twilio.numbers.Record
---@param name string the array's
---@param class table
function record.each(self, name, class)
  return records(self[RAW][name], class)
end

--- The same for items that belong to the record, and can call the API.
function record.each_own(self, name, class)
  return records(self[RAW][name], class, rawget(self, CLIENT), rawget(self, PARENT))
end

--- Puts a newer answer in the place of the old one.
function record.replace(self, newer)
  rawset(self, RAW, rawget(newer, RAW))
  rawset(self, TRANSFER, rawget(newer, TRANSFER))
  rawset(self, CLEAN, nil)
  return self
end

return record
