--- Waits inside an nginx worker while all other requests go on.

local core = require "twilio.numbers.core"
local drivers = require "twilio.numbers.nginx.poll_timer"
local misuse = require "twilio.numbers.util.argument_error"
local orphans = require "twilio.numbers.nginx.detached"
local phases = require "twilio.numbers.nginx.phases"
local presence = require "twilio.numbers.nginx.liveness"
local shared_limits = require "twilio.numbers.nginx.shared_limit"
local ngx = require "ngx" -- a global of that name may be anything

local PATIENCE = 0.1 -- seconds after which a waiter looks whether somebody turns the loop

---@class twilio.numbers.nginx.Waiter: twilio.numbers.Waiter
local waiter = {
  suspends = true,
  objection = phases.objection, spawn = ngx.thread.spawn, is_ending = ngx.worker.exiting,
}

--- Refuses a libcurl that would stop the worker while it looks up a name.
function waiter.open(loop)
  if core.resolver() == "blocking" then
    misuse.raise("this libcurl was built without a way to look up names in the background "
      .. "(c-ares or threads): each look-up would stop every request of this nginx worker")
  end
  loop.driver, loop.orphans, loop.presence = drivers.new(loop), orphans.new(), presence.new()
end

--- Makes the loop's client keep to a limit that it shares with other workers.
function waiter.share(loop, options, account_sid)
  loop.shared_limit = shared_limits.new(options, loop.engine, account_sid)
end

local function post(semaphore) semaphore:post(1) end

--- True when it was woken.
local function sleep(semaphore)
  local woken, why = semaphore:wait(PATIENCE)
  if not woken and why ~= "timeout" then error(why, 0) end
  return woken
end

---@param loop twilio.numbers.Loop
---@param inbox twilio.numbers.Inbox
function waiter.wait(loop, inbox)
  local driver = loop.driver
  local semaphore, told = driver:borrow(), true
  driver:kick()
  repeat
    if driver:is_lost() then
      driver:stand_in(function()
        presence.sign(inbox)
        return inbox:has_mail()
      end)
    else
      if told then inbox:on_mail(post, semaphore) end
      presence.sign(inbox)
      told = sleep(semaphore)
    end
  until inbox:has_mail()
  if told then driver:give_back(semaphore) end -- else it may still be posted to
end

--- A thread that ended stays until it is waited for, or its parent ends.
function waiter.join(thread)
  ngx.thread.wait(thread)
end

return waiter
