--- Flips single bits of a ledger, then reports and resumes it. As a module it makes the ledgers and counts
--- the outcomes. As a script it is the process that tries them, which is killed when it hangs:
---
---     lua5.4 spec/support/flips.lua IMAGE SEED FIRST LAST [SUFFIX]

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local cjson = require "cjson"
local core = require "twilio.numbers.core"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local flips = {}

local LIMIT = 10 -- seconds for a run, which takes a tenth of one with an undamaged ledger

--- Copies a ledger's file, and its write-ahead log if there is one.
local function copy(from, to)
  for _, suffix in ipairs { "", "-wal" } do
    if core.file_identity(from .. suffix) then
      support.write_file(to .. suffix, support.read_file(from .. suffix))
    end
  end
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
  copy(image, image .. ".seen") -- for opening it removes its log
  local ledger = assert(campaign.open(image .. ".seen", true))
  local summary = assert(campaign.report(ledger)):summary()
  ledger:close()
  support.write_file(image .. ".expected", cjson.encode { planned = planned, summary = summary,
    skipped = #plan.targets - #planned })
end

--- Makes a ledger whose campaign was entered, and of which nothing was sent.
---@param image string its path
function flips.make_unsent(image, count)
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
function flips.make_halfway(image, count, sent, with_log)
  sandbox.reset()
  local ledger, deletes, parts = assert(campaign.open(image .. ".live")), 0, {}
  local client = sandbox.client { concurrency = 1, on_request = function(event)
    if event.method ~= "DELETE" then return end
    if deletes == sent then
      copy(image .. ".live", image)
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

--- Puts the sandbox into the state in which the process died.
local function set_stage(expected)
  sandbox.reset()
  for _, target in ipairs(expected.planned) do
    if target.part == target.port_in_sid then
      sandbox.put_port_in(target.port_in_sid,
        { port_in_request_status = target.is_sent and "Canceled" or "In Review" })
    end
  end
end

--- What is wrong with the DELETEs; nil if nothing is.
local function complaint_of_deletes(expected, must_be_all)
  local seen = campaigns.deletes()
  for _, target in ipairs(expected.planned) do
    local count = #(seen[target.part] or {})
    seen[target.part] = nil
    if count > (target.is_sent and 0 or 1) then return target.part .. " got another DELETE" end
    if must_be_all and count == 0 and not target.is_sent then return target.part .. " got none" end
  end
  local other = next(seen)
  return other and other .. " is not planned, and got a DELETE"
end

--- What a report has to say in the end.
local function summary_of(expected)
  return ("%d confirmed, %d skipped"):format(#expected.planned, expected.skipped)
end

local function complaint_of_report(report, summary)
  if report:summary() ~= summary then return report:summary() end
  report:table()
  report:csv()
  report:to_json()
  report:describe()
end

--- Reports and resumes it: "told" if it is reported as damaged, "right" if all went as without the flip, or
--- what went wrong.
local function try(path, expected)
  local ledger, err = campaign.open(path, true)
  if not ledger then
    return err.kind == "ledger" and "told" or "wrong: " .. tostring(err)
  end
  local report, why = campaign.report(ledger)
  local complaint = report and complaint_of_report(report, expected.summary)
  if not report and not (why and why.kind == "ledger") then complaint = tostring(why) end
  set_stage(expected)
  local client, ends = sandbox.client { concurrency = 4 }, core.now() + LIMIT
  local result
  result, err = campaign.resume(client, ledger, nil, campaigns.options {
    confirm = #expected.planned, settle_after = 0.02,
    interrupted = function() return core.now() > ends end,
  })
  client:close()
  ledger:close()
  if core.now() > ends then return "hung" end
  complaint = complaint or complaint_of_deletes(expected, result and result.verdict == "success")
  if complaint then return "wrong: " .. complaint end
  if not result then return err.kind == "ledger" and "told" or "wrong: " .. tostring(err) end
  if result.verdict == "ledger" then return result.err and "told" or "wrong: no error" end
  if result.verdict ~= "success" then return "wrong: " .. result.report:summary() end
  complaint = complaint_of_report(result.report, summary_of(expected))
  return complaint and "wrong: " .. complaint or "right"
end

--- Random numbers that are the same on every Lua.
local function random_from(seed)
  local state = seed % 2147483647
  return function(count)
    state = state * 16807 % 2147483647
    return state % count
  end
end

--- Which bits are flipped: half of them in bytes that are not zero, because most of a file is empty.
local function positions(text, seed, last)
  local random, list = random_from(seed + 1), {}
  for i = 1, last do
    local place
    repeat place = random(#text) until i % 2 == 0 or text:byte(place + 1) ~= 0
    list[i] = { place, random(8) }
  end
  return list
end

local function flipped(text, place, bit)
  local byte, weight = text:byte(place + 1), 2 ^ bit
  local is_set = math.floor(byte / weight) % 2 == 1
  return text:sub(1, place) .. string.char(is_set and byte - weight or byte + weight)
    .. text:sub(place + 2)
end

local function main(image, seed, first, last, suffix)
  local expected = cjson.decode(support.read_file(image .. ".expected"))
  local path, victim = image .. ".flipped", support.read_file(image .. suffix)
  for i, at in ipairs(positions(victim, seed, last)) do
    if i >= first then
      io.write(("%d %d.%d "):format(i, at[1], at[2]))
      io.flush()
      for _, name in ipairs { "", "-wal", "-shm", "-lock" } do os.remove(path .. name) end
      copy(image, path)
      support.write_file(path .. suffix, flipped(victim, at[1], at[2]))
      local fine, outcome = pcall(try, path, expected)
      print(((fine and outcome or "raised: " .. tostring(outcome)):gsub("%c", " ")))
      io.flush()
    end
  end
end

--- Tries so many flips. Counts the outcomes, and lists those that are neither "told" nor "right".
---@param image string
---@param seed integer
---@param count integer
---@param suffix string? "-wal" for the write-ahead log instead of the file
---@return table<string, integer> counts
---@return string[] bad
function flips.try(image, seed, count, suffix)
  local counts, bad, first = { told = 0, right = 0 }, {}, 1
  while first <= count do
    local output = support.run(("timeout -s KILL 60 %s spec/support/flips.lua %s %d %d %d '%s'"):format(
      support.lua, image, seed, first, math.min(first + 24, count), suffix or ""))
    local started = first
    for number, where, outcome in output:gmatch "(%d+) (%d+%.%d) ([^\n]*)" do
      first = tonumber(number) + 1
      local word = outcome:match "^%a+" or "died"
      counts[word] = (counts[word] or 0) + 1
      if word ~= "told" and word ~= "right" then bad[#bad + 1] = where .. " " .. outcome end
    end
    if first == started then error("nothing was tried: " .. output) end
  end
  return counts, bad
end

local name = arg and arg[0]
if name and name:find "flips%.lua$" then
  main(arg[1], tonumber(arg[2]), tonumber(arg[3]), tonumber(arg[4]), arg[5] or "")
end

return flips
