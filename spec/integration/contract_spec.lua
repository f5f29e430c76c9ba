--- The table in lua/twilio/numbers/contract.lua says what spec/contract.json says: no less, and
--- nothing more that is not marked as newer. (spec/contract.json is the structure of the API's
--- description, without its prose.)

local cjson = require "cjson"
local contract = require "twilio.numbers.api.contract"
local support = require "spec.support"

local api = cjson.decode(support.read_file "spec/contract.json")

local function operations_of_api()
  local operations = {}
  for path, methods in pairs(api.paths) do
    for method, operation in pairs(methods) do
      operations[operation.operationId] = { path = path, method = method:upper(), api = operation }
    end
  end
  return operations
end

local function enum_name(schema)
  return schema["$ref"] and schema["$ref"]:match "([^/]+)$"
end

--- One value's schema of the API, in the table's terms.
local function terms(schema)
  return {
    type = schema.type, format = schema.format, pattern = schema.pattern,
    min_length = schema.minLength, max_length = schema.maxLength,
    enum = enum_name(schema), items = schema.items and schema.items.type,
  }
end

local function without(declared, ...)
  local rest = {}
  for key, value in pairs(declared) do rest[key] = value end
  for _, key in ipairs { ... } do rest[key] = nil end
  return rest
end

local function keys(map)
  local list = {}
  for key in pairs(map) do list[#list + 1] = key end
  table.sort(list)
  return list
end

local function keys_not_newer(map)
  local list = {}
  for _, key in ipairs(keys(map)) do
    if not map[key].newer then list[#list + 1] = key end
  end
  return list
end

describe("the contract table", function()
  it("is of the contract's version and host", function()
    assert.are.equal(api.info.version, contract.version)
    assert.are.equal(api.servers[1].url, "https://" .. contract.host)
    assert.are.same({ accountSid_authToken = { type = "http", scheme = contract.security } },
      api.components.securitySchemes)
  end)

  it("has every operation and no other", function()
    assert.are.same(keys(operations_of_api()), keys_not_newer(contract.operations))
    assert.are.equal(8, #keys_not_newer(contract.operations))
  end)

  for id, expected in pairs(operations_of_api()) do
    describe(id, function()
      local declared = contract.operations[id] or {}

      it("has the method and the path", function()
        assert.are.equal(expected.method, declared.method)
        assert.are.equal(expected.path, declared.path)
      end)

      it("is secured as declared", function()
        assert.are.same({ { accountSid_authToken = {} } }, expected.api.security)
      end)

      it("has every parameter, in the path's order", function()
        local wanted = {}
        for _, parameter in ipairs(expected.api.parameters or {}) do
          local entry = terms(parameter.schema)
          entry.name, entry.where = parameter.name, parameter["in"]
          entry.required = parameter.required or false
          wanted[#wanted + 1] = entry
        end
        assert.are.same(wanted, declared.parameters)
      end)

      it("has the success statuses", function()
        local wanted = {}
        for status in pairs(expected.api.responses) do wanted[#wanted + 1] = tonumber(status) end
        table.sort(wanted)
        assert.are.same(wanted, declared.success)
      end)

      it("gives back the resource", function()
        local ok = expected.api.responses["200"]
        local schema = ok and ok.content["application/json"].schema["$ref"]:match "([^/]+)$"
        assert.are.equal(schema, declared.returns)
      end)

      it("marks what the contract lacks as newer", function()
        local known =
          without(declared, "method", "path", "parameters", "success", "returns", "names")
        for name, addition in pairs(known) do
          assert.is_true(addition.newer, name .. " is neither in the contract nor marked newer")
        end
      end)

      it("names what was asked for by fields that are in the contract or marked newer", function()
        local schema = api.components.schemas[declared.returns] or { properties = {} }
        local parameters = {}
        for _, parameter in ipairs(expected.api.parameters or {}) do
          parameters[parameter.name] = parameter
        end
        assert.are.equal(declared.returns ~= nil, declared.names ~= nil)
        for _, name in ipairs(declared.names or {}) do
          local property = schema.properties[name.each_of or name.field]
          assert.is_table(parameters[name.parameter], name.parameter)
          assert.are.equal(name.newer == nil, name.each_of == nil and property ~= nil, name.field)
          if name.each_of then assert.are.equal("array", property.type) end
          if not name.newer then
            local schema_asked = parameters[name.parameter].schema
            assert.are.equal(schema_asked.pattern, property.pattern, name.field)
            assert.are.equal(schema_asked.format, property.format, name.field)
          end
        end
      end)

      it("names every parameter of an operation that gives an object", function()
        local named = {}
        for _, name in ipairs(declared.names or {}) do named[name.parameter] = true end
        for _, parameter in ipairs(declared.returns and declared.parameters or {}) do
          assert.is_true(named[parameter.name], parameter.name)
        end
      end)
    end)
  end

  for name, schema in pairs(api.components.schemas) do
    if schema.enum then
      it("has the values of " .. name, function()
        assert.are.same(schema.enum, contract.enums[name])
      end)
    else
      describe("resource " .. name, function()
        local declared = contract.resources[name] or {}

        it("has every property and no other", function()
          assert.are.same(keys(schema.properties), keys_not_newer(declared))
        end)

        for property, property_schema in pairs(schema.properties) do
          it("has " .. property .. " as documented", function()
            assert.are.same(terms(property_schema), declared[property])
          end)
        end
      end)
    end
  end

  it("has no enum or resource that the contract lacks", function()
    local declared = {}
    for name in pairs(contract.enums) do declared[name] = true end
    for name in pairs(contract.resources) do declared[name] = true end
    assert.are.same(keys(api.components.schemas), keys(declared))
  end)
end)

describe("resource objects", function()
  local classes = {
    ["numbers.v1.porting_port_in"] = "port_ins",
    ["numbers.v1.porting_port_in_phone_number"] = "port_in_phone_numbers",
    ["numbers.v1.porting_portability"] = "portability",
    ["numbers.v1.bulk_eligibility"] = "bulk_eligibilities",
    ["numbers.v1.porting_webhook_configuration_fetch"] = "webhook_configuration",
  }

  for schema, module in pairs(classes) do
    it("of " .. module .. " hide no documented field behind a method", function()
      local class = require("twilio.numbers.resources." .. module).class
      for property in pairs(contract.resources[schema]) do
        assert.is_nil(class.methods[property], property)
      end
    end)
  end
end)
