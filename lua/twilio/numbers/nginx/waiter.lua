--- Waits inside an nginx worker while all other requests go on.

local argument_error = require "twilio.numbers.util.argument_error"
local core = require "twilio.numbers.core"
local driver = require "twilio.numbers.nginx.driver"
local observer = require "twilio.numbers.nginx.observer"
local phases = require "twilio.numbers.nginx.phases"
local shared_limit = require "twilio.numbers.nginx.shared_limit"
local ngx = require "ngx" -- a global of that name may be anything
local wakeups = require "twilio.numbers.nginx.wakeup"

local PATIENCE = 0.1 -- seconds after which a waiter checks that its loop is turned
local TRUST = 30 -- the same while the driver is watched
local OPENINGS = 8 -- new connections a step, since each costs a millisecond of CPU
local PORTION = 16 -- finished calls a turn, since their callers run before nginx has its turn

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
  loop.engine:spread(OPENINGS)
  loop.portion = PORTION
  loop:observe(observer.new(loop))
end

--- The next call of a client may be another request's, which must not fail for this.
function waiter.report(text)
  ngx.log(ngx.ERR, "twilio.numbers: ", text)
end

--- Makes the loop's client keep to a limit that it shares with other workers.
function waiter.share(loop, options, account_sid)
  loop.observer.shared_limit = shared_limit.new(options, loop.engine, account_sid)
end

local spare = {} -- wakeups that no queue posts any more

---@param loop twilio.numbers.Loop
---@param queue twilio.numbers.Queue
function waiter.wait(loop, queue)
  local liveness = loop.observer.liveness
  driver:wake(loop.observer)
  if queue:has_items() then return end
  local wakeup, woken = table.remove(spare) or wakeups.new(), true
  while not queue:has_items() do
    if driver:is_lost() then
      driver:stand_in(queue, function(own, seconds) return liveness:wait(queue, own, seconds) end)
    else
      if woken then queue:on_put(wakeup.post, wakeup) end
      woken = liveness:wait(queue, wakeup, driver:is_watched() and TRUST or PATIENCE)
    end
  end
  if woken then spare[#spare + 1] = wakeup end -- else it may still be posted to
end

--- A thread that ended stays until it is waited for, or its parent ends.
function waiter.join(thread)
  ngx.thread.wait(thread)
end

return waiter
