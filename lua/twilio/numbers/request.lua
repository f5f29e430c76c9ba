--- From an operation and its arguments to the path and query that go on the wire. Every value is
--- checked against the contract and percent-encoded here, before anything is sent.

local contract = require "twilio.numbers.contract"
local misuse = require "twilio.numbers.misuse"

local request = {}

--- The contract has no pattern for phone numbers: E.164 allows up to 15 digits.
local E164 = "^%+[1-9]%d" .. ("%d?"):rep(13) .. "$"

--- The contract's patterns in Lua's: of regular expressions they use only {n} after a class.
local function lua_pattern(pattern)
  local converted = pattern:gsub("%[0%-9a%-fA%-F%]{(%d+)}", function(count)
    return ("%x"):rep(tonumber(count))
  end)
  assert(not converted:find("[{}\\]"), "a pattern that is not understood: " .. pattern)
  return converted
end

local function one_of(values)
  local set = {}
  for _, value in ipairs(values) do set[value] = true end
  return set
end

--- A function that tells whether a string fits, and words for what fits.
local function checker(parameter)
  if parameter.pattern then
    local pattern = lua_pattern(parameter.pattern)
    local prefix = parameter.pattern:match("^%^(%u%u)")
    return function(value) return value:find(pattern) ~= nil end,
      ("a SID of %s and 32 hexadecimal digits"):format(prefix)
  elseif parameter.enum then
    local values = contract.enums[parameter.enum]
    local set = one_of(values)
    return function(value) return set[value] ~= nil end,
      '"' .. table.concat(values, '" or "') .. '"'
  end
  assert(parameter.format == "phone-number", "a parameter that cannot be checked")
  return function(value) return value:find(E164) ~= nil end,
    "a phone number in E.164 format, such as +16175551212,"
end

local function snake_case(name)
  return (name:gsub("(%l)(%u)", "%1_%2"):lower())
end

local function percent_encode(value)
  return (value:gsub("[^%w%-._~]", function(character)
    return ("%%%02X"):format(character:byte())
  end))
end

--- What is needed at each call, worked out once for each operation.
local function compile(id, operation)
  local compiled = { id = id, operation = operation, literals = {}, path = {}, query = {} }
  local position = 1
  for literal, name, after in operation.path:gmatch("([^{]*){(%w+)}()") do
    compiled.literals[#compiled.literals + 1] = literal
    compiled.path[#compiled.path + 1] = name
    position = after
  end
  compiled.tail = operation.path:sub(position)
  for _, parameter in ipairs(operation.parameters) do
    local fits, wanted = checker(parameter)
    local entry = { name = parameter.name, lua_name = snake_case(parameter.name),
      fits = fits, wanted = wanted }
    if parameter.where == "path" then
      for i, name in ipairs(compiled.path) do
        if name == parameter.name then compiled.path[i] = entry end
      end
    else
      compiled.query[entry.lua_name] = entry
    end
  end
  return compiled
end

local compiled = {}
for id, operation in pairs(contract.operations) do
  compiled[id] = compile(id, operation)
end

local function checked(entry, value)
  if type(value) ~= "string" or not entry.fits(value) then
    misuse.argument(entry.lua_name, entry.wanted, value)
  end
  return percent_encode(value)
end

local function query_text(entries, query)
  if type(query) ~= "table" then misuse.argument("options", "a table", query) end
  local parts = {}
  for name, value in pairs(query) do
    local entry = entries[name]
    if not entry then misuse.raise(("unknown option '%s'"):format(tostring(name))) end
    parts[#parts + 1] = entry.name .. "=" .. checked(entry, value)
  end
  table.sort(parts)
  return #parts > 0 and "?" .. table.concat(parts, "&") or ""
end

--- The path and query of one call.
---@param id string the operation's id in the contract
---@param query table<string, string>? query parameters under their Lua names
---@param ... string path parameters, in the path's order
---@return string
function request.target(id, query, ...)
  local plan = compiled[id]
  local target = ""
  for i, entry in ipairs(plan.path) do
    target = target .. plan.literals[i] .. checked(entry, (select(i, ...)))
  end
  target = target .. plan.tail
  return query == nil and target or target .. query_text(plan.query, query)
end

---@param id string
---@return string # the HTTP method
function request.method(id)
  return contract.operations[id].method
end

return request
