--- The sandbox asked by the core's engine, without the client, so that neither hides a fault of the other.

local assert = require "luassert"
local cjson = require "cjson"
local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local api = cjson.decode(support.read_file "spec/contract_2026_04_14.json")
local types = { string = "string", integer = "number", boolean = "boolean", array = "table" }

local bare = {}

local engine = core.engine { ca_file = sandbox.ca_file, retry = false }
local credentials = core.credentials { account_sid = sandbox.account_sid, auth_token = sandbox.auth_token }

--- The status and the decoded body of an answer; or nil and the kind of failure.
---@param path string below /v1, or a whole URL
---@param body string|table|nil a table is sent as JSON
function bare.ask(method, path, body, content_type)
  if type(body) == "table" then body, content_type = cjson.encode(body), "application/json" end
  local url = path:find "^http" and path or sandbox.url .. "/v1" .. path
  local transfer = engine:submit(method, url, credentials,
    body and { body = body, content_type = content_type } or nil)
  sandbox.finish(engine, transfer)
  local status, kind = transfer:result()
  local text = transfer:text()
  transfer:close()
  if not status then return nil, kind end
  return status, text ~= "" and cjson.decode(text) or nil
end

--- Every field of the schema, and each of them of its type or null.
function bare.assert_has_fields_of(name, object)
  for field, property in pairs(api.components.schemas[name].properties) do
    local value = object[field]
    assert.is_not_nil(value, name .. " lacks " .. field)
    local wanted = types[property.type]
    if value ~= cjson.null and wanted then assert.are.equal(wanted, type(value), field) end
    if type(value) == "string" and property.pattern then
      assert.are.equal(34, #value, field)
      assert.are.equal(property.pattern:sub(2, 3), value:sub(1, 2), field)
    end
  end
end

return bare
