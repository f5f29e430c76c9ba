--- No protected number is cancelled, however the protect list and the port-ins write it. A list that may be
--- misread is refused. PROTECT_CASES and SEED say how many lists are tried, and which.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local cases = require "spec.support.protect_cases"
local randoms = require "spec.attack.lua.random"
local sandbox = require "spec.support.sandbox"
local script_modules = require "spec.support.script_modules"
local support = require "spec.support"

local count = tonumber(os.getenv "PROTECT_CASES" or 200)
local first = tonumber(os.getenv "SEED" or 1)

describe("a protect list in random spellings", function()
  local client, place

  setup(function()
    client = sandbox.client()
    place = campaigns.place()
  end)

  teardown(function()
    client:close()
    sandbox.reset()
    campaigns.clean()
  end)

  --- Plans and applies, as `plan` and `apply` of the script do.
  local function cancel(case, protected)
    local plan = assert(campaign.plan(client, case.inputs, { protect = protected }))
    if plan:count "cancel" == 0 then return end
    for _, suffix in ipairs { "", "-wal", "-shm", "-lock" } do os.remove(place .. suffix) end
    local ledger = assert(campaign.open(place))
    assert(campaigns.apply(client, ledger, plan, { wait = 0 }))
    ledger:close()
  end

  --- "refused", "cancelled" something, or "kept" all; and what is wrong.
  local function try(case)
    sandbox.reset()
    support.write_file(place .. ".txt", case.list)
    local protect_file = script_modules.load "campaign_protect"
    local protected, exit_code, said = script_modules.call(protect_file.read, place .. ".txt", case.country)
    if not protected then
      return "refused", exit_code ~= 2 and "exit code " .. exit_code or said == "" and "no word" or nil
    end
    if #protected == 0 then return "empty", "an empty list was taken" end
    if case.has_hidden and said == "" then return "taken", "an entry in a remark was passed over silently" end
    for _, one in ipairs(case.port_ins) do cases.show(one) end
    cancel(case, protected)
    local deletes = campaigns.deletes()
    for i in ipairs(case.inputs) do
      local part = case.parts[i]
      local sid = part and part.sid or case.port_ins[i].sid
      if deletes[sid] and cases.is_protected(case, i) then
        return "wrong", ("%s was cancelled: %s %s"):format(sid, case.port_ins[i].body,
          part and part.text or "")
      end
    end
    return next(deletes) and "cancelled" or "kept"
  end

  it("is not all: a file with a column of numbers is not read for whole port-ins", function()
    local file_targets, wrong = script_modules.load "campaign_targets", {}
    for seed = first, first + count - 1 do
      local text = cases.sheet(randoms.new(seed))
      support.write_file(place .. ".csv", text)
      local found, exit_code = script_modules.call(file_targets.read, { file = place .. ".csv" })
      if found or exit_code ~= 2 then wrong[#wrong + 1] = ("SEED=%d: %q"):format(seed, text) end
    end
    assert.are.same({}, wrong)
  end)

  it("keeps every number that it names from being cancelled, or is refused", function()
    local counts, wrong = {}, {}
    for seed = first, first + count - 1 do
      local case = cases.new(randoms.new(seed))
      local word, problem = try(case)
      counts[word] = (counts[word] or 0) + 1
      if problem then
        wrong[#wrong + 1] = ("SEED=%d: %s; the list: %q, country %s"):format(seed, problem, case.list,
          tostring(case.country))
      end
    end
    if os.getenv "PROTECT_CASES" then
      for word, n in pairs(counts) do print(n .. " " .. word) end
    end
    assert.are.same({}, wrong)
    for _, word in ipairs { "refused", "cancelled", "kept" } do
      assert.truthy((counts[word] or 0) > count / 20, ("%s %s of %d"):format(counts[word] or 0, word, count))
    end
  end)
end)
