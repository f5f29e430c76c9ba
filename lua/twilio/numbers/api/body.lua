--- Makes a request's body of the fields that a caller gives. Such fields come from files, so what is wrong with them
--- is no misuse: it comes back as one error with every problem, before anything is sent.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local bodies = require "twilio.numbers.api.contract.bodies"
local contract = require "twilio.numbers.api.contract"
local errors = require "twilio.numbers.api.error"
local excerpt = require "twilio.numbers.util.excerpt"
local field_kinds = require "twilio.numbers.api.field_kinds"
local json = require "twilio.numbers.util.json"
local list_problem = require("twilio.numbers.util.array").problem
local null = require("twilio.numbers.core").null
local options_of = require "twilio.numbers.util.options"
local port_in_rules = require "twilio.numbers.api.port_in_rules"
local system = require "twilio.numbers.util.system"

---@class twilio.numbers.FieldProblem
---@field path string which field, such as "losing_carrier_information.address.zip" or "phone_numbers[3].pin"
---@field message string what is wrong with it, without the values of secrets

--- A body that was checked.
---@class twilio.numbers.Body
---@field text string? the JSON
---@field multipart table? or fields and a file, see `api/upload.lua`
---@field file string? of these: the file, as messages name it
---@field values table<string, string> what the answer has to name, by the fields' names

local body = {}

local NAME, SHOWN, MOST = 60, 10, 1500 -- bytes of a field's name; problems, and their bytes, in a message

--- Rules that concern several fields, by the body's name.
local rules = { ["numbers.v1.porting_port_in_create"] = port_in_rules.check }

local function add(problems, path, message)
  problems[#problems + 1] = { path = path, message = message }
end

local function join(path, name)
  return path == "" and name or path .. "." .. name
end

local function given(value)
  return value ~= nil and value ~= null
end

--- Fields that the schema does not have, in the order of their names.
local function add_unknown(schema, value, path, problems)
  local known, unknown = {}, {}
  for _, field in ipairs(schema.fields) do known[field.name] = true end
  for name in pairs(value) do
    if not known[name] then
      local is_text = type(name) == "string"
      local shown = excerpt(name, NAME)
      if not is_text then shown = "[" .. shown .. "]" end
      unknown[#unknown + 1] = {
        path = join(path, shown),
        message = (options_of.unknown(is_text and name or shown, known):gsub("option", "field", 1)),
      }
    end
  end
  table.sort(unknown, function(a, b) return ascii.is_before(a.path, b.path) end)
  for _, problem in ipairs(unknown) do problems[#problems + 1] = problem end
end

local check

local function check_object(schema, value, path, problems)
  local copy = {}
  for _, field in ipairs(schema.fields) do
    local item, own_path = value[field.name], join(path, field.name)
    if given(item) then
      copy[field.name] = check(field, item, own_path, problems)
    elseif field.required then
      add(problems, own_path, "it is required")
    end
  end
  add_unknown(schema, value, path, problems)
  return copy
end

--- What is wrong with the count of a list's items, in words.
local function count_problem(schema, count)
  local least, most = schema.least or 0, schema.most or math.huge
  if count >= least and count <= most then return nil end
  local wanted = least == most and ("exactly %d"):format(least)
    or most == math.huge and ("at least %d"):format(least)
    or least == 0 and ("at most %d"):format(most) or ("%d to %d"):format(least, most)
  return ("%s expected, got %d"):format(wanted, count)
end

--- Items that have the same value in the field that has to be distinct.
local function add_repeated(schema, copy, path, problems)
  local places, name = {}, schema.distinct
  for i = 1, copy.n do
    local value = type(copy[i]) == "table" and copy[i][name]
    if value and places[value] then
      add(problems, ("%s[%d].%s"):format(path, i, name),
        ("it is also at %s[%d]"):format(path, places[value]))
    elseif value then
      places[value] = i
    end
  end
end

local function check_array(schema, value, path, problems)
  local problem = list_problem(value)
  problem = problem and "a list expected, got " .. problem or count_problem(schema, #value)
  if problem then add(problems, path, problem) end
  local copy = { n = math.min(#value, schema.most or #value) }
  for i = 1, copy.n do
    local own_path = ("%s[%d]"):format(path, i)
    if given(value[i]) then
      copy[i] = check(schema.items, value[i], own_path, problems)
    else
      add(problems, own_path, "it is required")
    end
  end
  if schema.distinct then add_repeated(schema, copy, path, problems) end
  return copy
end

--- A checked copy of a value. Its problems are added to the list; a value with a problem of its own gives nil.
function check(schema, value, path, problems)
  local nested = schema.type == "object" and check_object or schema.type == "array" and check_array
  if nested and type(value) == "table" then return nested(schema, value, path, problems) end
  local problem
  if nested then
    problem = ("%s expected, got %s"):format(
      schema.type == "array" and "a list" or "a table of fields", field_kinds.name_of(value))
  else
    problem = field_kinds.problem(schema, value)
  end
  if not problem then return value end
  add(problems, path, problem)
end

--- JSON with the fields in the schema's order.
local function encode(schema, value)
  local parts = {}
  if schema.type == "array" then
    for i = 1, value.n do parts[i] = encode(schema.items, value[i]) end
    return "[" .. table.concat(parts, ",") .. "]"
  elseif schema.type == "object" then
    for _, field in ipairs(schema.fields) do
      local item = value[field.name]
      if item ~= nil then
        parts[#parts + 1] = ('"%s":%s'):format(field.name, encode(field, item))
      end
    end
    return "{" .. table.concat(parts, ",") .. "}"
  end
  return assert(json.encode(value))
end

--- The first problems in words.
local function in_words(problems)
  local parts, size = {}, 0
  for i = 1, math.min(#problems, SHOWN) do
    local part = problems[i].path .. ": " .. problems[i].message
    if size + #part > MOST then break end
    parts[i], size = part, size + #part
  end
  local more = #problems - #parts
  return ("%d problem%s in the fields: %s%s"):format(#problems, #problems == 1 and "" or "s",
    table.concat(parts, "; "), more > 0 and ("; and %d more, see `problems`"):format(more) or "")
end

--- Checks the fields of an operation's body. Fields that are no table raise.
---@param id string the operation's id in the contract
---@param fields table
---@return table copy the fields that are sound
---@return twilio.numbers.FieldProblem[] problems
function body.check(id, fields)
  if type(fields) ~= "table" then argument_error.argument("fields", "a table", fields) end
  local problems = {}
  return check(bodies[contract.operations[id].body], fields, "", problems), problems
end

--- The error that has those problems.
---@param id string the operation's id in the contract
---@param problems twilio.numbers.FieldProblem[]
---@return twilio.numbers.Error # of kind "invalid"
function body.error(id, problems)
  local operation = contract.operations[id]
  return errors.new {
    kind = "invalid", message = in_words(problems), problems = problems, outcome = "not_sent",
    attempts = 0, operation = id, method = operation.method, path = operation.path,
  }
end

--- What an answer has to name, of the fields that were checked.
---@param id string the operation's id in the contract
---@param copy table
---@return table<string, string>
function body.values(id, copy)
  local values = {}
  for _, name in ipairs(contract.operations[id].names) do
    values[name.in_body] = copy[name.in_body]
  end
  return values
end

--- Checks the fields by the schema and by the rules that concern several of them. Fields that are no table raise.
---@param id string the operation's id in the contract
---@param fields table
---@param now integer? the time, in seconds since 1970. Default: the clock's.
---@return table copy the fields that are sound
---@return twilio.numbers.FieldProblem[] problems
function body.check_all(id, fields, now)
  local copy, problems = body.check(id, fields)
  local rule = rules[contract.operations[id].body]
  if rule then
    rule(copy, now or math.floor(system.time()), function(path, message)
      add(problems, path, message)
    end)
  end
  return copy, problems
end

--- The body of an operation's request. Fields that are no table raise.
---@param id string the operation's id in the contract
---@param fields table
---@param now integer? the time, in seconds since 1970. Default: the clock's.
---@return twilio.numbers.Body?
---@return twilio.numbers.Error? # of kind "invalid", with `problems`
function body.make(id, fields, now)
  local copy, problems = body.check_all(id, fields, now)
  if #problems > 0 then return nil, body.error(id, problems) end
  local schema = bodies[contract.operations[id].body]
  return { text = encode(schema, copy), values = body.values(id, copy) }
end

return body
