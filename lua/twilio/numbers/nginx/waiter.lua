--- Waits inside an nginx worker while all other requests go on.

local argument_error = require "twilio.numbers.util.argument_error"
local core = require "twilio.numbers.core"
local observer = require "twilio.numbers.nginx.observer"
local phases = require "twilio.numbers.nginx.phases"
local shared_limit = require "twilio.numbers.nginx.shared_limit"
local ngx = require "ngx" -- a global of that name may be anything

local PATIENCE = 0.1 -- seconds after which a waiter checks that the loop is turned

---@class twilio.numbers.nginx.Waiter: twilio.numbers.Waiter
local waiter = {
  suspends = true,
  objection = phases.objection, spawn = ngx.thread.spawn, is_ending = ngx.worker.exiting,
}

--- Refuses a libcurl that would stop the worker while it looks up a name.
function waiter.open(loop)
  if core.resolver() == "blocking" then
    argument_error.raise("this libcurl was built without a way to look up names in the background "
      .. "(c-ares or threads): each look-up would stop every request of this nginx worker")
  end
  loop:observe(observer.new(loop))
end

--- The next call of a client may be another request's, which must not fail for this.
function waiter.report(text)
  ngx.log(ngx.ERR, "twilio.numbers: ", text)
end

--- Makes the loop's client keep to a limit that it shares with other workers.
function waiter.share(loop, options, account_sid)
  loop.observer.timer.shared_limit = shared_limit.new(options, loop.engine, account_sid)
end

local function post(semaphore) semaphore:post(1) end

--- True when it was woken.
local function sleep(semaphore)
  local woken, why = semaphore:wait(PATIENCE)
  if not woken and why ~= "timeout" then error(why, 0) end
  return woken
end

---@param loop twilio.numbers.Loop
---@param queue twilio.numbers.Queue
function waiter.wait(loop, queue)
  local timer, liveness = loop.observer.timer, loop.observer.liveness
  local semaphore, woken = timer:borrow(), true
  timer:wake()
  repeat
    if timer:is_lost() then
      timer:stand_in(function()
        liveness:beat(queue)
        return queue:has_items()
      end)
    else
      if woken then queue:on_put(post, semaphore) end
      liveness:beat(queue)
      woken = sleep(semaphore)
    end
  until queue:has_items()
  if woken then timer:give_back(semaphore) end -- else it may still be posted to
end

--- A thread that ended stays until it is waited for, or its parent ends.
function waiter.join(thread)
  ngx.thread.wait(thread)
end

return waiter
