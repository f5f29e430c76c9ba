--- Where finished calls come in for whoever waits for them, first come, first served.

---@class twilio.numbers.Inbox
---@field wake fun(inbox: twilio.numbers.Inbox)? called at each delivery, for waiters that need to be told
---@field task table? the task that waits for mail, see `loop`
local inbox = {}
inbox.__index = inbox

---@return twilio.numbers.Inbox
function inbox.new()
  return setmetatable({ first = 1, last = 0 }, inbox)
end

function inbox:has_mail()
  return self.last >= self.first
end

--- The oldest call that came in, or nil.
function inbox:take()
  local first = self.first
  local call = self[first]
  if call == nil then return nil end
  self[first] = nil
  if first == self.last then
    self.first, self.last = 1, 0
  else
    self.first = first + 1
  end
  return call
end

function inbox:put(call)
  local last = self.last + 1
  self.last, self[last] = last, call
  if self.wake then self:wake() end
end

return inbox
