--- Makes a call of an operation and its arguments: the path and query for the wire, and the values that were
--- asked for. Every value is checked against the contract and percent-encoded before anything is sent. A value
--- that does not fit gives nil and words: whether that raises is up to the caller.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local contract = require "twilio.numbers.api.contract"
local options_of = require "twilio.numbers.util.options"
local phone_number = require "twilio.numbers.util.phone_number"
local sid = require "twilio.numbers.util.sid"
local url_query = require "twilio.numbers.util.url_query"

local request = {}

--- The prefix of the SIDs that a parameter takes. The contract has no other patterns.
local function sid_prefix(parameter)
  local prefix = parameter.pattern:match "^%^([A-Z][A-Z])%[0%-9a%-fA%-F%]{32}%$$"
  return assert(prefix, "a pattern that is not understood: " .. parameter.pattern)
end

local function one_of(values)
  local set = {}
  for _, value in ipairs(values) do set[value] = true end
  return set
end

--- A function that tells whether a value fits, and words for what fits.
local function checker(parameter)
  if parameter.pattern then
    local prefix = sid_prefix(parameter)
    return sid.validator(prefix), ("a SID of %s and 32 hexadecimal digits"):format(prefix)
  elseif parameter.enum then
    local values = contract.enums[parameter.enum]
    local set = one_of(values)
    return function(value) return set[value] ~= nil end,
      '"' .. table.concat(values, '" or "') .. '"'
  end
  assert(parameter.format == "phone-number", "a parameter that cannot be checked")
  return phone_number.is_e164, "a phone number in E.164 format, such as +16175551212,"
end

--- The same for a query's parameters, some of which are numbers or any text.
local function query_checker(parameter)
  if parameter.type == "integer" then
    local least, most = parameter.minimum, parameter.maximum or 2 ^ 53
    return function(value)
      return type(value) == "number" and value % 1 == 0 and value >= least and value <= most
    end, ("a whole number from %d%s"):format(least, parameter.maximum and " to " .. most or "")
  elseif parameter.pattern or parameter.enum or parameter.format then
    return checker(parameter)
  end
  return function(value) return type(value) == "string" and value ~= "" end, "a text"
end

local function snake_case(name)
  return ascii.lower((name:gsub("([a-z])([A-Z])", "%1_%2")))
end

--- In a valid value, only the plus sign of a phone number has to be encoded.
local function encode_e164(value)
  return "%2B" .. value:sub(2)
end

--- All but the unreserved characters of RFC 3986.
local function encode_any(value)
  if type(value) == "number" then return ("%.0f"):format(value) end
  return url_query.encode_where(value, "[^A-Za-z0-9%-._~]")
end

--- Compiles a parameter's check and encoding. The function gives the text for the URL with what stands before it there,
--- or nil and what is wrong.
local function compile_parameter(parameter, before)
  local is_in_query = parameter.where == "query"
  local fits, wanted = (is_in_query and query_checker or checker)(parameter)
  local lua_name = snake_case(parameter.name)
  local encode = is_in_query and encode_any or parameter.format and encode_e164
  return function(value)
    if not fits(value) then
      return nil, argument_error.words(lua_name, wanted, value)
    end
    return before .. (encode and encode(value) or value)
  end, lua_name
end

--- Compiles a path, which has at most two parameters. The function gives the path, or nil and what is wrong.
local function compile_path(path, parameters)
  local checks = {}
  local rest = path:gsub("([^{]*){([A-Za-z]+)}", function(literal, name)
    checks[#checks + 1] = compile_parameter(parameters[name], literal)
    return ""
  end)
  local first, second = checks[1], checks[2]
  assert(#checks == 0 or #checks <= 2 and rest == "")
  if not first then return function() return path end end
  if not second then return first end
  return function(a, b)
    local one, problem = first(a)
    if not one then return nil, problem end
    local two
    two, problem = second(b)
    if not two then return nil, problem end
    return one .. two
  end
end

local function compile(operation)
  local in_path, query = {}, {}
  for _, parameter in ipairs(operation.parameters) do
    if parameter.where == "path" then
      in_path[parameter.name] = parameter
    else
      local check, lua_name = compile_parameter(parameter, parameter.name .. "=")
      query[lua_name] = { name = parameter.name, check = check }
    end
  end
  return {
    method = operation.method, path = compile_path(operation.path, in_path), query = query,
    has_body = operation.body ~= nil,
  }
end

local compiled = {}
for id, operation in pairs(contract.operations) do
  compiled[id] = compile(operation)
end

--- A query that was checked.
---@class twilio.numbers.Query
---@field text string with its "?", "" for none
---@field values table<string, string>? by the parameters' names in the contract

local NO_QUERY = { text = "" }

--- The query's options.
---@param id string the operation's id in the contract
---@return table<string, table> # by their Lua names
function request.query_options(id)
  return compiled[id].query
end

--- The query, or nil and what is wrong.
---@param id string the operation's id in the contract
---@param options table<string, string>? query parameters under their Lua names
---@return twilio.numbers.Query?
---@return string? problem
function request.query(id, options)
  if options == nil then return NO_QUERY end
  if type(options) ~= "table" then
    return nil, argument_error.words("options", "a table", options)
  end
  local entries, parts, values = compiled[id].query, {}, {}
  for name in pairs(options) do
    if not entries[name] then return nil, options_of.unknown(name, entries) end
  end
  for name, entry in pairs(entries) do
    local value = options[name]
    if value ~= nil then
      local text, problem = entry.check(value)
      if not text then return nil, problem end
      parts[#parts + 1], values[entry.name] = text, value
    end
  end
  if #parts == 0 then return NO_QUERY end
  ascii.sort(parts)
  return { text = "?" .. table.concat(parts, "&"), values = values }
end

--- The path, or nil and what is wrong.
---@param id string the operation's id in the contract
---@param first string? path parameters, in the path's order
---@param second string?
---@return string?
---@return string? problem
function request.path(id, first, second)
  return compiled[id].path(first, second)
end

--- A request of the API, and its result when it is done. It also has the values of query parameters, by their
--- names in the contract.
---@class twilio.numbers.Call
---@field id string the operation's id in the contract
---@field method string the HTTP method
---@field path string with the query
---@field first string? what was asked for: the path's parameters, in its order
---@field second string?
---@field body string? the JSON that is sent
---@field multipart table? or the fields and the file that are sent
---@field file string? the file, as messages name it
---@field queue twilio.numbers.Queue? where it is put when it is done; nil while there is no need of one
---@field transfer table|false the core's, once it is begun
---@field number integer the transfer's
---@field object table|true|false|nil what it has brought; false before that was read
---@field place integer|false in a batch: which of its outcomes it is
---@field problem table? why that is nothing: the fields of an error

--- A call that is to be begun, or nil and what is wrong.
---@param queue twilio.numbers.Queue? nil if it is not known yet
---@param id string the operation's id in the contract
---@param query twilio.numbers.Query? what `request.query` gave
---@param first string|twilio.numbers.Body|nil path parameters, in the path's order; or, for an operation that has a
---  body, what `body.make` gave
---@param second string?
---@param spare twilio.numbers.Call? one that has ended and that nothing else has, without a query, a body and options:
---  it is used again, if this one has neither query nor body
---@return twilio.numbers.Call?
---@return string? problem
function request.call(queue, id, query, first, second, spare)
  local operation = compiled[id]
  local path, problem = operation.path(first, second)
  if not path then return nil, problem end
  if spare and not (query and query.values) and not operation.has_body then
    spare.id, spare.method, spare.path = id, operation.method, path
    spare.first, spare.second = first, second
    return spare
  end
  local call = {
    id = id, method = operation.method, path = path, first = first, second = second,
    queue = queue, transfer = false, number = 0, object = false,
    place = false, -- a batch's; with it the table has room for what else is added to it
  }
  if query and query.values then
    call.path = path .. query.text
    for name, value in pairs(query.values) do call[name] = value end
  end
  if operation.has_body then
    call.first, call.body = nil, first.text
    call.multipart, call.file = first.multipart, first.file
    for name, value in pairs(first.values) do call[name] = value end
  end
  return call
end

--- What a transport needs beside the method and URL of a call that has a body.
---@param call twilio.numbers.Call
---@param sent table? what the call's own options are to it
---@return table
function request.options(call, sent)
  local options = { body = call.body, multipart = call.multipart }
  if call.body then options.content_type = "application/json" end
  for name, value in pairs(sent or {}) do options[name] = value end
  return options
end

--- Whether an operation takes a file.
---@param id string the operation's id in the contract
---@return boolean
function request.takes_file(id)
  return contract.operations[id].multipart ~= nil
end

---@param id string
---@return string # the HTTP method
function request.method(id)
  return compiled[id].method
end

return request
