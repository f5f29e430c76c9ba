--- The routes and the rules for parameters and bodies, read from the contract: not from the library
--- under test, so that each checks the other.

local bodies = require "sandbox.bodies"
local cjson = require "cjson.safe"
local schema = require "sandbox.schema"

local function load_contract()
  local path = assert(os.getenv "SANDBOX_CONTRACT", "SANDBOX_CONTRACT is not set")
  local file = assert(io.open(path, "rb"))
  local text = file:read "*a"
  file:close()
  return assert(cjson.decode(text))
end

local api = load_contract()

local function rule(parameter)
  return {
    required = parameter.required,
    accepts = function(text) return schema.parameter_fits(api, parameter.schema, text) end,
  }
end

local function body_schema(operation)
  local content = operation.requestBody and operation.requestBody.content["application/json"]
  return content and content.schema
end

local function route(path, method, operation)
  local compiled = {
    id = operation.operationId, method = method, names = {}, rules = {}, query = {},
    body = body_schema(operation),
    pattern = "^" .. path:gsub("%p", "%%%0"):gsub("%%{%w+%%}", "([^/]*)") .. "$",
  }
  for name in path:gmatch "{(%w+)}" do table.insert(compiled.names, name) end
  for _, parameter in ipairs(operation.parameters or {}) do
    local into = parameter["in"] == "query" and compiled.query or compiled.rules
    into[parameter.name] = rule(parameter)
  end
  return compiled
end

--- The upload of documents, which is a public beta on a host of its own, is in no contract.
local routes = { route("/v1/Documents", "POST", { operationId = "CreateDocument" }) }

for path, methods in pairs(api.paths) do
  for method, operation in pairs(methods) do
    table.insert(routes, route(path, method:upper(), operation))
  end
end

--- Paths without parameters come first: PortInRequests is no SID.
table.sort(routes, function(a, b)
  if #a.names ~= #b.names then return #a.names < #b.names end
  return a.pattern .. a.method < b.pattern .. b.method
end)

local contract = {}

--- Percent-decoding as in a path: there, a plus sign is a plus sign.
local function decoded(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- The operation for a method and a path: its route and the path's parameters. Or nil and the
--- status that says why: 404 for no such path, 405 for another method.
function contract.find(method, path)
  local known
  for _, one in ipairs(routes) do
    local captures = { path:match(one.pattern) }
    if captures[1] then
      known = known or one.pattern
      if one.pattern == known and one.method == method then
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

--- The problems of a body, each { path, is_missing }; none if it is sound.
function contract.body_problems(found, body)
  local problems, told = {}, {}
  local function report(path, is_missing)
    if told[path] then return end -- by the other of the two schemas
    told[path] = true
    table.insert(problems, { path = path, is_missing = is_missing or false })
  end
  if type(body) ~= "table" then
    report("", true)
    return problems
  end
  schema.check(api, found.body, body, report)
  schema.check(api, bodies.schemas[found.id], body, report)
  if #problems == 0 and bodies.checks[found.id] then bodies.checks[found.id](body, report) end
  return problems
end

return contract
