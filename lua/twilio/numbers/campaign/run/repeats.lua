--- When a DELETE that certainly had no effect is sent again, by the client's policy of retries. The client would do
--- it unseen; a campaign has every attempt in its ledger, and checks its claim before each.

---@class twilio.numbers.CampaignRepeats
---@field most integer how many attempts there may be
---@field base number seconds of the first wait, at most
---@field cap number seconds of the longest one
---@field attempts integer
local repeats = {}
repeats.__index = repeats

--- Why the client made no further attempt, where another may succeed.
local may_succeed = { attempts = true }

---@param client twilio.numbers.Client
---@return twilio.numbers.CampaignRepeats
function repeats.new(client)
  local most, base, cap = client:retry_policy()
  return setmetatable({ most = most, base = base, cap = cap, attempts = 0 }, repeats)
end

--- Counts an attempt. Seconds until the next one; nil if there is none.
---@param err twilio.numbers.Error
---@return number?
function repeats:wait(err)
  self.attempts = self.attempts + 1
  if self.attempts >= self.most or not may_succeed[err.stopped] then return nil end
  local asked = err.retry_after or 0
  if asked > self.cap then return nil end
  local longest = math.min(self.base * 2 ^ (self.attempts - 1), self.cap)
  return math.max(math.random() * longest, asked > 0 and asked + math.random() * self.base or 0)
end

return repeats
