--- Ledgers that are to be damaged: an image of each, with what is expected of it. Both go into files, since
--- other processes damage the copies.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local cjson = require "cjson"
local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local images = {}

--- Copies a ledger's file, and its write-ahead log if there is one.
function images.copy(from, to)
  for _, suffix in ipairs { "", "-wal" } do
    if core.file_identity(from .. suffix) then
      support.write_file(to .. suffix, support.read_file(from .. suffix))
    end
  end
end

--- Removes all files of a ledger.
function images.remove(path)
  for _, suffix in ipairs { "", "-wal", "-shm", "-lock" } do os.remove(path .. suffix) end
end

--- What the plan is made of: port-ins, a single number, and some that it skips.
local function inputs(count)
  local list = campaigns.port_ins(count)
  list[#list + 1] = { sandbox.sid("KW", 10), "+14155550201" }
  list[#list + 1] = sandbox.sid("KW", 5)
  list[#list + 1] = sandbox.sid("KW", 7)
  list[#list + 1] = list[1]
  return list
end

local function part_of(target) return target.phone_number_sid or target.port_in_sid end

local function write_expected(image, plan, sent)
  local planned = {}
  for _, target in ipairs(plan.targets) do
    if target.class == "cancel" then
      planned[#planned + 1] = { port_in_sid = target.port_in_sid, part = part_of(target),
        is_sent = sent[part_of(target)] }
    end
  end
  images.copy(image, image .. ".seen") -- for opening it removes its log
  local ledger = assert(campaign.open(image .. ".seen", true))
  local report = assert(campaign.report(ledger))
  ledger:close()
  support.write_file(image .. ".plan", plan:to_json())
  support.write_file(image .. ".expected", cjson.encode { planned = planned, summary = report:summary(),
    skipped = #plan.targets - #planned, head = report.head.hash })
end

--- Makes a ledger whose campaign was entered, and of which nothing was sent.
---@param image string its path
function images.make_unsent(image, count)
  sandbox.reset()
  local client, ledger = sandbox.client(), assert(campaign.open(image))
  local plan = assert(campaign.plan(client, inputs(count)))
  assert(campaign.apply(client, ledger, plan, campaigns.options {
    confirm = plan:count "cancel", deadline = 0 }))
  client:close()
  ledger:close()
  write_expected(image, plan, {})
end

--- Makes a ledger whose process died after so many DELETEs, with the intent of one more.
---@param image string its path
---@param count integer how many port-ins are planned
---@param sent integer
---@param with_log boolean? leaves the write-ahead log beside it
function images.make_halfway(image, count, sent, with_log)
  sandbox.reset()
  local ledger, deletes, parts = assert(campaign.open(image .. ".live")), 0, {}
  local client = sandbox.client { concurrency = 1, on_request = function(event)
    if event.method ~= "DELETE" then return end
    if deletes == sent then
      images.copy(image .. ".live", image)
    else
      parts[event.path:match "[^/]+$"] = deletes < sent or nil
    end
    deletes = deletes + 1
  end }
  local plan = assert(campaign.plan(client, inputs(count)))
  assert(campaign.apply(client, ledger, plan, campaigns.options { confirm = plan:count "cancel" }))
  client:close()
  ledger:close()
  if not with_log then assert(campaign.open(image, true)):close() end
  write_expected(image, plan, parts)
end

--- Makes a ledger of a campaign that is over.
function images.make_done(image, count)
  sandbox.reset()
  local client, ledger = sandbox.client(), assert(campaign.open(image))
  local plan, parts = assert(campaign.plan(client, inputs(count))), {}
  assert(campaign.apply(client, ledger, plan, campaigns.options { confirm = plan:count "cancel" }))
  client:close()
  ledger:close()
  for _, target in ipairs(plan.targets) do parts[part_of(target)] = true end
  write_expected(image, plan, parts)
end

--- What is expected, and the plan's text.
function images.expected(image)
  return cjson.decode(support.read_file(image .. ".expected")), support.read_file(image .. ".plan")
end

--- Puts the sandbox into the state of the image.
function images.set_stage(expected)
  sandbox.reset()
  for _, target in ipairs(expected.planned) do
    local status = target.is_sent and "Canceled" or "In Review"
    if target.part == target.port_in_sid then
      sandbox.put_port_in(target.port_in_sid, { port_in_request_status = status })
    elseif target.is_sent then
      sandbox.put_port_in(target.port_in_sid, { phone_numbers = { { phone_number = "+14155550201",
        port_in_phone_number_sid = target.part, port_in_phone_number_status = "Canceled" } } })
    end
  end
end

return images
