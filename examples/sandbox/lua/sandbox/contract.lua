--- The routes and the rules for parameters, read from the contract: not from the library under
--- test, so that each checks the other.

local cjson = require "cjson.safe"

local PHONE_NUMBER = [[^\+[1-9]\d{1,14}$]]

local function load_contract()
  local path = assert(os.getenv "SANDBOX_CONTRACT", "SANDBOX_CONTRACT is not set")
  local file = assert(io.open(path, "rb"))
  local text = file:read "*a"
  file:close()
  return assert(cjson.decode(text))
end

local api = load_contract()

local function enum_of(schema)
  local name = schema["$ref"] and schema["$ref"]:match "([^/]+)$"
  return name and api.components.schemas[name].enum
end

local function rule(parameter)
  local schema = parameter.schema
  local values = enum_of(schema)
  local pattern = schema.pattern or (schema.format == "phone-number" and PHONE_NUMBER)
  -- PCRE's dollar sign lets a newline follow.
  pattern = pattern and pattern:gsub("%$$", "\\z")
  return {
    name = parameter.name,
    required = parameter.required,
    accepts = function(value)
      if values then
        for _, one in ipairs(values) do
          if one == value then return true end
        end
        return false
      end
      return not pattern or ngx.re.find(value, pattern, "jo") ~= nil
    end,
  }
end

local function route(path, method, operation)
  local compiled = {
    id = operation.operationId, method = method, names = {}, rules = {}, query = {},
    pattern = "^" .. path:gsub("%p", "%%%0"):gsub("%%{%w+%%}", "([^/]*)") .. "$",
  }
  for name in path:gmatch "{(%w+)}" do table.insert(compiled.names, name) end
  for _, parameter in ipairs(operation.parameters or {}) do
    local into = parameter["in"] == "query" and compiled.query or compiled.rules
    into[parameter.name] = rule(parameter)
  end
  return compiled
end

local routes = {}
for path, methods in pairs(api.paths) do
  for method, operation in pairs(methods) do
    table.insert(routes, route(path, method:upper(), operation))
  end
end

local contract = {}

--- Percent-decoding as in a path: there, a plus sign is a plus sign.
local function decoded(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- The operation for a method and a path: its route and the path's parameters. Or nil and the
--- status that says why: 404 for no such path, 405 for another method.
function contract.find(method, path)
  local known = false
  for _, one in ipairs(routes) do
    local captures = { path:match(one.pattern) }
    if captures[1] then
      known = true
      if one.method == method then
        local values = {}
        for i, name in ipairs(one.names) do values[name] = decoded(captures[i]) end
        return one, values
      end
    end
  end
  return nil, known and 405 or 404
end

--- The name of a parameter that does not fit, or nil.
function contract.misfit(found, values, query)
  for _, name in ipairs(found.names) do
    if not found.rules[name].accepts(values[name]) then return name end
  end
  for name, value in pairs(query) do
    local one = found.query[name]
    if not one or type(value) ~= "string" or not one.accepts(value) then return name end
  end
end

return contract
