--- What a person does to a campaign besides cancelling: releasing it when it was halted, and removing what is personal.

local argument_error = require "twilio.numbers.util.argument_error"
local campaign_report = require "twilio.numbers.campaign.report"
local options_of = require "twilio.numbers.util.options"
local preflight = require "twilio.numbers.campaign.run.preflight"

---@class twilio.numbers.ReleaseOptions
---@field confirm integer how many targets are planned, and may be cancelled from then on
---@field confirm_numbers integer? how many telephone numbers those have; required where that is another number

---@class twilio.numbers.PurgeOptions
---@field older_than number days since a campaign's last change; younger ones stay as they are

---@class twilio.numbers.PurgeResult
---@field purged string[] the ids of the campaigns from which what is personal was removed
---@field kept { id: string, why: string }[] the others, and why they stay as they are

local upkeep = {}

local purge_options = options_of.schema {
  older_than = { kind = "number" },
}

local release_options = options_of.schema {
  confirm = { kind = "whole" },
  confirm_numbers = { kind = "whole" },
}

--- See `campaign.release`.
function upkeep.release(ledger, id, options)
  options = release_options:check(options or {})
  local campaign, err = ledger:find(id)
  if not campaign then return nil, err end
  local record, ok
  record, err = ledger:read(campaign.id)
  if not record then return nil, err end
  ok, err = ledger:begin_run(campaign.id, "release", 0)
  if not ok then return nil, err end
  local is_released, is_ended, problem
  is_released, err = ledger:take_off(function(numbers)
    return preflight.confirmed(options, record.plan:extent_of(numbers))
  end)
  is_ended, problem = ledger:end_run(is_released and "done" or "refused")
  if not is_released or not is_ended then return nil, err or problem end
  return campaign_report.read(ledger, campaign)
end

--- See `campaign.purge`.
function upkeep.purge(ledger, options)
  options = purge_options:check(options or {})
  if not options.older_than then
    argument_error.argument("older_than", "a number of days", options.older_than)
  end
  local list, err = ledger:campaigns()
  if not list then return nil, err end
  local result = { purged = {}, kept = {} }
  for _, row in ipairs(list) do
    local is_done, why = ledger:purge(row.id, options.older_than)
    if is_done == nil then return nil, why end
    if is_done then
      table.insert(result.purged, row.id)
    else
      table.insert(result.kept, { id = row.id, why = why })
    end
  end
  return result
end

return upkeep
