--- Whether those who wait are still there. In nginx who asked may go away in the middle: the client hung
--- up, a sibling thread ended the request. Lua is told by nobody, and the garbage collector sooner
--- or later. But who waits wakes ten times a second, and leaves a sign each time.

local core = require "twilio.numbers.core"

local now = core.now

---@class twilio.numbers.nginx.Presence
local presence = {}
presence.__index = presence

presence.INTERVAL = 0.15 -- seconds between two looks, longer than a waiter sleeps
local LOOKS = 3 -- without a sign: of these two at least are a whole round of nginx's timers apart
local KILOBYTES = 200 -- of garbage to look through at a time

function presence.new()
  return setmetatable({
    looked = 0, round = 0, to_collect = 0, ticked = false,
    doubted_until = 0, -- that round
  }, presence)
end

--- Nobody has looked for a while: who is left is to be found out before anything is sent.
function presence:doubt()
  self.doubted_until = self.round + LOOKS + 2
end

--- Whether it is not known yet who is left.
function presence:is_in_doubt()
  return self.round < self.doubted_until
end

--- Somebody who waits at this inbox is there.
function presence.sign(inbox)
  inbox.sign = (inbox.sign or 0) + 1
end

--- Counts looks since the last sign; once for each inbox in a round.
local function is_deserted(inbox, round)
  if inbox.round ~= round then
    inbox.round = round
    local is_seen = inbox.waiting == 0 or inbox.sign ~= inbox.seen
    inbox.missed = is_seen and 0 or inbox.missed + 1
    inbox.seen = inbox.sign
  end
  return inbox.missed >= LOOKS
end

--- nginx's timers run. While a worker is busy with what handlers hand each other they do not, for
--- seconds, and nobody can leave a sign.
function presence:tick()
  self.ticked = true
end

--- A call whose only caller has gone is over. Somebody else may have the iterator that another one
--- belongs to: the collector finds that out, and is given the time for it.
local function desert(self, loop, call)
  if call.inbox.private then return loop:drop(call) end
  call.inbox.missed = -100 -- not soon again
  self.to_collect = 2 -- cycles: one may have begun before
end

--- Looks, now and then, and ends what nobody waits for.
---@param loop twilio.numbers.Loop
function presence:look(loop)
  if self.to_collect > 0 and collectgarbage("step", KILOBYTES) then
    self.to_collect = self.to_collect - 1
  end
  if not self.ticked or now() - self.looked < presence.INTERVAL then return end
  self.ticked, self.looked, self.round = false, now(), self.round + 1
  for _, call in pairs(loop.calls) do
    if not call.dropped and is_deserted(call.inbox, self.round) then desert(self, loop, call) end
  end
end

return presence
