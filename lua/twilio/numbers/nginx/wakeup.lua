--- What one caller waits for inside nginx: a semaphore that no other caller waits for. It tells at any moment
--- whether its caller is in the wait, however late nginx is: nginx takes a caller out of the wait only to run it
--- at once, or because it is gone.

local semaphores = require "ngx.semaphore"

---@class twilio.numbers.nginx.Wakeup
---@field semaphore table
---@field posts integer how often it was posted without having woken its caller; a caller that is to be woken is
---  in the wait until nginx runs it
local wakeup = {}
wakeup.__index = wakeup

---@return twilio.numbers.nginx.Wakeup
function wakeup.new()
  return setmetatable({ semaphore = semaphores.new(0), posts = 0 }, wakeup)
end

function wakeup:post()
  self.posts = self.posts + 1
  self.semaphore:post(1)
end

---@param seconds number
---@return boolean # whether it was posted
function wakeup:wait(seconds)
  local is_posted, why = self.semaphore:wait(seconds)
  if is_posted then
    self.posts = self.posts - 1
    return true
  end
  if why ~= "timeout" then error(why, 0) end
  return false
end

--- Whether the caller is in the wait. The semaphore's count is its posts less its waiters.
---@return boolean
function wakeup:has_waiter()
  return self.semaphore:count() < self.posts
end

return wakeup
