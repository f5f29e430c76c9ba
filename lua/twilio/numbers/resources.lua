--- All resources, under the names that they have in a client. Each is loaded when it is first used.

local lazily = require "twilio.numbers.util.lazily"
local methods = require "twilio.numbers.util.methods"

local resources = {
  port_ins = lazily.require "twilio.numbers.resources.port_ins",
  port_in_phone_numbers = lazily.require "twilio.numbers.resources.port_in_phone_numbers",
  portability = lazily.require "twilio.numbers.resources.portability",
  bulk_eligibilities = lazily.require "twilio.numbers.resources.bulk_eligibilities",
  eligibilities = lazily.require "twilio.numbers.resources.eligibilities",
  signing_request_configurations = lazily.require
    "twilio.numbers.resources.signing_request_configurations",
  documents = lazily.require "twilio.numbers.resources.documents",
  webhook_configuration = lazily.require "twilio.numbers.resources.webhook_configuration",
}

local internal = { of = true, blank = true }

--- The class of a resource whose methods say how they were called.
local function class_of(name)
  local class = resources[name].methods
  methods.guard(class, class, "client." .. name)
  methods.complete(class, "client." .. name, internal)
  return class
end

--- By name, the metatable of a resource that was not used yet. What is asked for first gives the object its class.
local unused = {}

for name in pairs(resources) do
  local class
  unused[name] = {
    __index = function(self, key)
      class = class or class_of(name)
      return setmetatable(self, class)[key]
    end,
  }
end

local all_resources = {}

--- Adds the resources to a client.
---@param client twilio.numbers.BaseClient
---@return twilio.numbers.Client
function all_resources.bind(client)
  for name, meta in pairs(unused) do client[name] = setmetatable({ client = client }, meta) end
  client.bind_resources = all_resources.bind -- for clients that are derived from it
  return client
end

return all_resources
