--- All resources, under the names that they have in a client.

local methods = require "twilio.numbers.util.methods"

local resources = {
  port_ins = require "twilio.numbers.resources.port_ins",
  port_in_phone_numbers = require "twilio.numbers.resources.port_in_phone_numbers",
  portability = require "twilio.numbers.resources.portability",
  bulk_eligibilities = require "twilio.numbers.resources.bulk_eligibilities",
  eligibilities = require "twilio.numbers.resources.eligibilities",
  signing_request_configurations = require
    "twilio.numbers.resources.signing_request_configurations",
  documents = require "twilio.numbers.resources.documents",
  webhook_configuration = require "twilio.numbers.resources.webhook_configuration",
}

local internal = { of = true, blank = true }

for name, resource in pairs(resources) do
  local class = getmetatable(resource.bind(nil))
  methods.guard(class, class, "client." .. name)
  methods.complete(class, "client." .. name, internal)
end

local all_resources = {}

--- Adds the resources to a client.
---@param client twilio.numbers.BaseClient
---@return twilio.numbers.Client
function all_resources.bind(client)
  for name, resource in pairs(resources) do client[name] = resource.bind(client) end
  client.bind_resources = all_resources.bind -- for clients that are derived from it
  return client
end

return all_resources
