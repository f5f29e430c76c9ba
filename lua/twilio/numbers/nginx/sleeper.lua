--- How the driver sleeps until there is something to do. nginx gives Lua no way to wait for libcurl's
--- sockets. But it waits for a Unix socket, into which a thread of the core writes a byte when one of
--- libcurl's sockets is ready. Where that is impossible, the driver polls.

local core = require "twilio.numbers.core"
local ngx = require "ngx"
local wakeups = require "twilio.numbers.nginx.wakeup"

local now, huge = core.now, math.huge
local CONNECT = 1000 -- ms for connecting to a thread of this process
local FOR_EVER = 2 ^ 31 - 1 -- ms: the thread writes long before
local SHORTEST = 0.001 -- seconds: nginx gets its turn
local ENOUGH = 64 -- bytes to read at a time

---@class twilio.numbers.nginx.Sleeper
---@field polls boolean whether it is not woken by libcurl's sockets
---@field is_asleep boolean
---@field sleep fun(self, seconds: number?) returns when the time is over or it is woken, at times earlier; nil for
---  no time, where it does not poll
---@field nap (fun(self, seconds: number))? sleeps for that time, whatever comes; only where it does not poll
---@field wake fun(self) ends a sleep
---@field arm (fun(self, seconds: number))? ends a sleep after that time, if not earlier; only where it does not poll
---@field watch fun(self, engine: twilio.numbers.Transport, descriptor: integer?) has the engine's sockets wake it
---@field hold (fun(self, engine: twilio.numbers.Transport, seconds: number): boolean)? waits in the worker until
---  one of the engine's sockets is ready, and returns whether one is. It ends early when nginx has something to do.
---  Only where that can be told.
---@field close fun(self)

local polling = { polls = true, is_asleep = false }
polling.__index = polling

function polling:sleep(seconds)
  self.is_asleep = true
  self.wait(self.wakeup, seconds < SHORTEST and SHORTEST or seconds)
  self.is_asleep = false
end

function polling:wake()
  self.is_asleep = false
  self.wakeup:post()
end

function polling.watch() end

function polling.close() end

local woken = { polls = false, is_asleep = false }
woken.__index = woken

--- The waker is told only of what it would not do anyway.
function woken:arm(seconds)
  local time = now() + seconds
  if time >= self.rings_at then return end
  self.rings_at = time
  self.waker:arm(seconds < SHORTEST and SHORTEST or seconds)
end

function woken:sleep(seconds)
  self.is_asleep = true
  if seconds then self:arm(seconds) end
  local bytes, why = self.socket:receiveany(ENOUGH)
  self.is_asleep, self.rings_at = false, huge
  if not bytes then error("the thread that watches libcurl's sockets is gone: " .. why, 0) end
end

--- What is to end a sleep earlier does not end this one, and so the thread is not told of it.
function woken:nap(seconds)
  self.is_asleep, self.rings_at = true, 0
  ngx.sleep(seconds)
  self.is_asleep, self.rings_at = false, huge
end

function woken:wake()
  if self.rings_at == 0 then return end -- a nap
  self.is_asleep = false
  self.waker:ring()
end

local function hold(self, engine, seconds)
  return self.waker:hold(self.host, engine:fd(), seconds)
end

function woken:watch(engine, descriptor)
  if descriptor and self.watched[engine] ~= descriptor and self.waker:watch(descriptor) then
    self.watched[engine] = descriptor
  end
end

function woken:close()
  self.waker:close()
  self.socket:close()
end

local host -- nginx's own epoll set, which a worker keeps to its end

local sleepers = {}

--- Polls; may be used in any place that can wait.
---@param wait fun(wakeup: twilio.numbers.nginx.Wakeup, seconds: number): boolean how to wait
---@return twilio.numbers.nginx.Sleeper
function sleepers.polling(wait)
  return setmetatable({ wakeup = wakeups.new(), wait = wait }, polling)
end

local function connect(path)
  local socket = ngx.socket.tcp()
  if not socket.receiveany then return nil end -- before 0.10.14
  socket:settimeouts(CONNECT, CONNECT, FOR_EVER)
  return socket:connect("unix:" .. path) and socket
end

--- Is woken; only the coroutine that makes it may use it. Nil where that is impossible: without epoll,
--- without a folder for the socket, or without a thread.
---@return twilio.numbers.nginx.Sleeper?
function sleepers.woken()
  local waker, path = core.waker()
  if not waker then return nil end
  local socket = connect(path)
  host = host or socket and waker:host()
  if socket and waker:accept() then
    return setmetatable({
      waker = waker, socket = socket, watched = setmetatable({}, { __mode = "k" }),
      rings_at = huge, host = host, hold = host and hold,
    }, woken)
  end
  if socket then socket:close() end
  waker:close()
end

return sleepers
