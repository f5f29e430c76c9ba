--- Damages copies of a ledger, then reports, verifies, applies and resumes each. As a module it counts the
--- outcomes. As a script it is the process that tries them, which is killed when it hangs:
---
---     lua5.4 spec/support/ledger_trials.lua DAMAGE IMAGE SEED FIRST LAST EVERY

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local clean = require "spec.attack.lua.clean"
local core = require "twilio.numbers.core"
local errors = require "twilio.numbers.api.error"
local images = require "spec.support.ledger_images"
local randoms = require "spec.attack.lua.random"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local trials = {}

local LIMIT = 60 -- seconds for a run, which takes a tenth of one with an undamaged ledger
local GROUP = 25 -- cases of one process

--- What is wrong with a text that people see; nil if nothing is.
local function complaint_of_text(text)
  return clean.problem(text, 1e6, true) or clean.secret(text, { sandbox.auth_token, "stack traceback" })
end

local function complaint_of_error(err)
  if not errors.is(err) then return "no error: " .. tostring(err) end
  if err.kind ~= "ledger" and err.kind ~= "plan" then return "another error: " .. tostring(err) end
  return complaint_of_text(tostring(err))
end

--- How often each planned part was cancelled; or what is wrong with the DELETEs.
local function judge_deletes(expected)
  local seen, left = campaigns.deletes(), 0
  for _, target in ipairs(expected.planned) do
    local count = #(seen[target.part] or {})
    seen[target.part] = nil
    if count > (target.is_sent and 0 or 1) then return nil, target.part .. " got another DELETE" end
    if count == 0 and not target.is_sent then left = left + 1 end
  end
  local other = next(seen)
  if other then return nil, other .. " is not planned, and got a DELETE" end
  return left
end

--- A trial: what was done, with the first complaint.
local trial = {}
trial.__index = trial

function trial:complain(...)
  if not self.complaint then self.complaint = table.concat({ ... }, " ") end
end

--- Takes an error, or the words of a success, which has to be proven.
function trial:take(name, is_success, err)
  local left, problem = judge_deletes(self.expected)
  if problem then return self:complain(name, problem) end
  if err then
    self.was_told = true
    problem = complaint_of_error(err)
    if problem then self:complain(name, problem) end
  elseif is_success and left > 0 then
    self:complain(name, "calls it a success, and", left, "are left")
  end
  self.last = is_success or false
end

function trial:report(ledger)
  local report, err = campaign.report(ledger)
  self:take("report", report and report:is_success(), err)
  if not report then return end
  for _, text in ipairs { report:table(), report:csv(), report:to_json(), report:describe() } do
    local problem = complaint_of_text(text)
    if problem then self:complain("a report has", problem) end
  end
end

function trial:verify(ledger, client)
  local found, err = campaign.verify(ledger, { head = self.expected.head, client = client })
  self:take("verify", found and #found.differences == 0 and found.open == 0, err)
  for _, text in ipairs(found and found.differences or {}) do
    self.was_told = true
    local problem = complaint_of_text(text)
    if problem then self:complain("a difference has", problem) end
  end
end

function trial:run(ledger, client, name)
  local plan = name == "apply" and assert(campaign.read_plan(self.plan)) or nil
  local ends = core.now() + LIMIT
  local result, err = campaign[name](client, ledger, plan, campaigns.options {
    confirm = #self.expected.planned, settle_after = 0.02, wait = 2, lease = 2,
    interrupted = function() return core.now() > ends end,
  })
  if core.now() > ends then self:complain(name, "hung") end
  if not result then return self:take(name, false, err) end
  if result.verdict == "ledger" and not result.err then self:complain(name, "has no error") end
  self:take(name, result.verdict == "success", result.err)
end

--- Everything that can be done with it, in both orders.
local function try(self, path, apply_first)
  local ledger, err = campaign.open(path, true)
  if not ledger then return self:take("open", false, err) end
  local client = sandbox.client { concurrency = 4 }
  self:report(ledger)
  self:verify(ledger, client)
  self:run(ledger, client, apply_first and "apply" or "resume")
  self:run(ledger, client, apply_first and "resume" or "apply")
  self:report(ledger)
  client:close()
  ledger:close()
end

--- The same by the script, whose exit codes and texts count.
local function try_script(self, path)
  local count = #self.expected.planned
  support.write_file(path .. ".plan", self.plan)
  for _, words in ipairs { "report " .. path, "verify " .. path .. " --head " .. self.expected.head,
    ("resume %s --confirm %d"):format(path, count),
    ("apply %s.plan --ledger %s --confirm %d"):format(path, path, count), "report --csv " .. path } do
    local is_run = words:find "^resume" or words:find "^apply"
    local output, code = support.run(("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s timeout -s KILL %d "
      .. "%s examples/cancel_port_ins.lua %s %s"):format(sandbox.url, sandbox.ca_file, LIMIT, support.lua,
      words, is_run and "--wait 2 --settle-after 0.05 --lease 2" or ""))
    if code == 137 then self:complain(words, "hung") end
    if output:find "%.lua:%d+:" then self:complain(words, "has a traceback:", output) end
    self:take(words, code == 0)
    self.was_told = self.was_told or code == 8 or code == 9
    local problem = complaint_of_text((output:gsub("\t", " ")))
    if problem then self:complain(words, "printed", problem) end
  end
end

--- "told" if the damage was noticed, "right" if all went as without it, "left" if something was left undone,
--- or what went wrong.
local function outcome_of(image, path, damage, seed, every)
  local random, expected, plan = randoms.new(seed), images.expected(image)
  images.remove(path)
  images.copy(image, path)
  local what = damage(random, path)
  images.set_stage(expected)
  local self = setmetatable({ expected = expected, plan = plan }, trial)
  if seed % every == 0 then try_script(self, path) else try(self, path, random:one_in(2)) end
  local word = self.was_told and "told" or self.last and "right" or "left"
  return self.complaint and "wrong: " .. self.complaint or word, what
end

local function main(damage_name, image, seed, first, last, every)
  local damage, path = require("spec.support." .. damage_name), image .. ".damaged"
  for i = first, last do
    local fine, outcome, what = pcall(outcome_of, image, path, damage, seed + i, every)
    if not fine then outcome = "raised: " .. tostring(outcome) end
    print(("%d %s%s"):format(i, outcome:gsub("%c", " "), what and " (" .. what:gsub("%c", " ") .. ")" or ""))
    io.flush()
  end
end

--- LEDGERS says how many are tried by a specification, and SEED which. With LEDGERS, outcomes are shown.
trials.count = tonumber(os.getenv "LEDGERS" or 40)
local base = tonumber(os.getenv "SEED" or 1)

local EVERY = 25 -- of so many one goes through the script

--- Tries so many. Counts the outcomes, and lists those that are wrong, with their seeds.
---@param damage string the module of spec/support/ that damages a copy
---@param image string
---@param more integer added to SEED, so that each specification tries others
---@return table<string, integer> counts
---@return string[] bad
function trials.run(damage, image, more)
  local counts, bad, first = { told = 0, right = 0, left = 0 }, {}, 1
  local seed, count = base + more, trials.count
  while first <= count do
    local output = support.run(("timeout -s KILL %d %s %s %s %s %d %d %d %d"):format(GROUP * LIMIT,
      support.lua, "spec/support/ledger_trials.lua", damage, image, seed, first,
      math.min(first + GROUP - 1, count), EVERY))
    local started = first
    for number, outcome in output:gmatch "(%d+) ([^\n]*)\n" do
      first = tonumber(number) + 1
      local word = outcome:match "^%a+"
      counts[word] = (counts[word] or 0) + 1
      if word == "wrong" or word == "raised" then bad[#bad + 1] = ("SEED=%d: %s"):format(seed + number,
        outcome) end
    end
    if first == started then error("it died, or nothing was tried: " .. output) end
  end
  if os.getenv "LEDGERS" then
    print(("%d told, %d right, %d left"):format(counts.told, counts.right, counts.left))
  end
  return counts, bad
end

local name = arg and arg[0]
if name and name:find "ledger_trials%.lua$" then
  main(arg[1], arg[2], tonumber(arg[3]), tonumber(arg[4]), tonumber(arg[5]), tonumber(arg[6]))
end

return trials
