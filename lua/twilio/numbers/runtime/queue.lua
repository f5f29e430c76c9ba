--- Where finished calls come in for whoever waits for them, first come, first served.

---@class twilio.numbers.Inbox
---@field watchers any[]? functions to be called at the next delivery, each with its argument after it
---@field waiting integer how many wait for mail
---@field private boolean? whether only one ever does
local inbox = {}
inbox.__index = inbox

---@param private boolean?
---@return twilio.numbers.Inbox
function inbox.new(private)
  return setmetatable({ first = 1, last = 0, waiting = 0, private = private }, inbox)
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

--- Calls the function at the next delivery, once. All who want to be told are.
---@param tell fun(whom: any)
---@param whom any
function inbox:on_mail(tell, whom)
  local watchers = self.watchers
  if watchers then
    watchers[#watchers + 1], watchers[#watchers + 2] = tell, whom
  else
    self.watchers = { tell, whom }
  end
end

function inbox:put(call)
  local last = self.last + 1
  self.last, self[last] = last, call
  local watchers = self.watchers
  if not watchers then return end
  self.watchers = nil
  for i = 1, #watchers, 2 do watchers[i](watchers[i + 1]) end
end

return inbox
