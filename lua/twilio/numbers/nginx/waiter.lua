--- Waits inside an nginx worker while all other requests go on.

local argument_error = require "twilio.numbers.util.argument_error"
local core = require "twilio.numbers.core"
local driver = require "twilio.numbers.nginx.driver"
local observer = require "twilio.numbers.nginx.observer"
local phases = require "twilio.numbers.nginx.phases"
local shared_limit = require "twilio.numbers.nginx.shared_limit"
local ngx = require "ngx" -- a global of that name may be anything
local semaphores = require "ngx.semaphore"

local PATIENCE = 0.1 -- seconds after which a waiter checks that its loop is turned
local OPENINGS = 8 -- new connections a step, since each costs a millisecond of CPU
local TRUST = 30 -- the same while the driver is watched

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

local function post(semaphore) semaphore:post(1) end

local spare = {} -- semaphores with nothing in them

---@param loop twilio.numbers.Loop
---@param queue twilio.numbers.Queue
function waiter.wait(loop, queue)
  local liveness = loop.observer.liveness
  driver:wake(loop.observer)
  if queue:has_items() then return end
  local semaphore, woken = table.remove(spare) or semaphores.new(0), true
  while not queue:has_items() do
    if driver:is_lost() then
      driver:stand_in(queue)
    else
      if woken then queue:on_put(post, semaphore) end
      woken = liveness:wait(queue, semaphore, driver:is_watched() and TRUST or PATIENCE)
    end
  end
  if woken then spare[#spare + 1] = semaphore end -- else it may still be posted to
end

--- A thread that ended stays until it is waited for, or its parent ends.
function waiter.join(thread)
  ngx.thread.wait(thread)
end

return waiter
