--- The webhook configuration: where the API reports what happens to ports. An account has one.

local contract = require "twilio.numbers.api.contract"
local record = require "twilio.numbers.api.record"

---@class twilio.numbers.WebhookConfiguration: twilio.numbers.Record
---@field url string? its URL
---@field port_in_target_url string? where events of port-ins are sent
---@field port_out_target_url string? where events of port-outs are sent
---@field notifications_of string[]? the events that are sent; empty means all
---@field port_in_target_date_created string? when that target was set
---@field port_out_target_date_created string? when that target was set
local configuration = {}

--- Fetches it again, into this same object. Operation FetchPortingWebhookConfigurationFetch.
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.WebhookConfiguration?
---@return twilio.numbers.Error?
function configuration:refresh(options)
  local newer, err = record.client(self).webhook_configuration:fetch(options)
  if not newer then return nil, err end
  return record.replace(self, newer)
end

--- Internal. For `tostring`.
---@return string
function configuration:describe()
  return ("(port-in to %s, port-out to %s)"):format(
    record.text(self.port_in_target_url, "nowhere"),
    record.text(self.port_out_target_url, "nowhere"))
end

local class = record.class("WebhookConfiguration",
  contract.resources["numbers.v1.porting_webhook_configuration_fetch"], configuration)

---@class twilio.numbers.WebhookConfigurations
local configurations = {}
configurations.__index = configurations

--- Fetches the account's webhook configuration. Operation FetchPortingWebhookConfigurationFetch.
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.WebhookConfiguration?
---@return twilio.numbers.Error?
function configurations:fetch(options)
  local raw, err, _, came = self.client:call("FetchPortingWebhookConfigurationFetch", options)
  if not raw then return nil, err end
  return record.new(class, raw, self.client, nil, came)
end

--- Sets where events are sent, and which: one POST. See `client.port_ins:create` for how the fields are checked and
--- for a lost answer, after which a fetch tells what there is. Operation CreatePortingWebhookConfiguration,
--- newer than 1.56.0.
---@param fields twilio.numbers.WebhookConfigurationFields
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.WebhookConfiguration?
---@return twilio.numbers.Error?
function configurations:create(fields, options)
  local raw, err, _, came = self.client:create("CreatePortingWebhookConfiguration", fields, options)
  if not raw then return nil, err end
  return record.new(class, raw, self.client, nil, came)
end

--- Removes the target for one kind of event: one DELETE. Operation
--- DeletePortingWebhookConfigurationDelete.
---@param webhook_type "PORT_IN"|"PORT_OUT" anything else raises
---@param options twilio.numbers.CallOptions|number|nil
---@return true?
---@return twilio.numbers.Error?
function configurations:delete(webhook_type, options)
  return self.client:call("DeletePortingWebhookConfigurationDelete", options, webhook_type)
end

return {
  class = class,
  methods = configurations,
}
