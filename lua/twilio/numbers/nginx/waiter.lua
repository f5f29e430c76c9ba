--- Waits inside an nginx worker while all other requests go on.

local drivers = require "twilio.numbers.nginx.driver"
local phases = require "twilio.numbers.nginx.phases"

local PATIENCE = 0.1 -- seconds after which a waiter looks whether somebody turns the loop

---@class twilio.numbers.nginx.Waiter: twilio.numbers.Waiter
local waiter = { objection = phases.objection }

function waiter.open(loop)
  loop.driver = drivers.new(loop)
end

local function wake(inbox)
  inbox.wake = nil
  inbox.semaphore:post(1)
end

local function sleep(inbox)
  inbox.wake = wake
  local woken, why = inbox.semaphore:wait(PATIENCE)
  inbox.wake = nil
  if not woken and why ~= "timeout" then error(why, 0) end
end

---@param loop twilio.numbers.Loop
---@param inbox twilio.numbers.Inbox
function waiter.wait(loop, inbox)
  local driver = loop.driver
  inbox.semaphore = driver:borrow()
  driver:kick()
  repeat
    if driver:is_lost() then
      driver:stand_in(function() return inbox:has_mail() end)
    else
      sleep(inbox)
    end
  until inbox:has_mail()
  driver:give_back(inbox.semaphore)
  inbox.semaphore = nil
end

waiter.spawn = ngx.thread.spawn

--- A thread that ended stays until it is waited for, or its parent ends.
function waiter.join(thread)
  ngx.thread.wait(thread)
end

return waiter
