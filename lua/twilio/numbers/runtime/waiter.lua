--- How one waits for an answer: the one place that knows whether waiting may block.
---
--- A waiter is a table with `wait(loop, inbox)`, which returns once `inbox:has_mail()`. Progress is
--- made by `loop:turn(seconds)`, the only call that works and the only one that waits. Another
--- event loop gives a waiter of its own: it watches `loop.engine:fd()` for reading, calls
--- `loop:turn(0)` when that is ready or `loop.engine:timeout()` seconds have passed, and suspends
--- whoever waits until the function is called that it gave to `inbox:on_mail`; several may wait at
--- one inbox.
---
---@class twilio.numbers.Waiter
---@field wait fun(loop: twilio.numbers.Loop, inbox: twilio.numbers.Inbox)
---@field suspends boolean? whether the thread goes on meanwhile; one without it is taken to block, and
---  inside nginx that is written to the error log
---@field objection (fun(): string?)? why it is impossible to wait here, asked before anything is
---  begun; always possible if missing
---@field spawn (fun(body: function, task: table): any)? runs a task beside the caller, and gives what
---  `join` takes; tasks are coroutines of the loop if missing
---@field is_ending (fun(): boolean)? whether the process is about to end
---@field join fun(thread: any)? lets go of a task that has ended
---@field share (fun(loop: twilio.numbers.Loop, limit: table, account_sid: string))? makes it keep to
---  a limit that several processes share
---@field open (fun(loop: twilio.numbers.Loop))? told of each new client's loop


local waiting = {}

--- Blocks the thread. A second at a time, so that a signal's handler gets its turn.
---@type twilio.numbers.Waiter
waiting.blocking = {
  wait = function(loop, inbox)
    repeat loop:turn(1) until inbox:has_mail()
  end,
}

--- Inside an nginx worker, the waiter that does not stop it; elsewhere the blocking one. nginx is known by
--- its module: a request may have globals of its own, and a global `ngx` may be anything.
---@return twilio.numbers.Waiter
function waiting.default()
  local ngx = package.loaded.ngx
  if type(ngx) == "table" and ngx.get_phase then return require "twilio.numbers.nginx.waiter" end
  return waiting.blocking
end

--- A global, also of a table of globals behind that of a request. What would raise is not asked.
local function global(name)
  local globals = _G
  while type(globals) == "table" do
    local value = rawget(globals, name)
    if value ~= nil then return value end
    local meta = getmetatable(globals)
    globals = type(meta) == "table" and meta.__index or nil
  end
end

--- What can write to nginx's error log. Less is needed than to wait: a line too many does no harm.
local function find_log()
  local ngx = package.loaded.ngx or global "ngx"
  return type(ngx) == "table" and type(ngx.log) == "function" and ngx.ERR and ngx or nil
end

local function write(ngx, what, instead)
  local is_known, phase = pcall(ngx.get_phase)
  ngx.log(ngx.ERR, "twilio.numbers: ", what, " blocks this nginx worker with all its requests ",
    "(phase ", is_known and phase or "unknown", "): ", instead)
end

--- Inside nginx, writes to the error log that something blocks the worker.
---@param what string
---@param instead string what to do
function waiting.warn(what, instead)
  local ngx = find_log()
  if ngx then write(ngx, what, instead) end
end

--- To be called before a wait that may block. Warns once for each client in each process, for a worker has
--- the clients of its master.
---@param loop twilio.numbers.Loop
---@return boolean # whether it is to be called before the next one as well
function waiting.warn_before(loop)
  local ngx = find_log()
  if not ngx then return false end
  local process = ngx.worker and ngx.worker.pid() or 0
  if loop.warned ~= process then
    loop.warned = process
    write(ngx, "a client that does not wait by nginx's own means",
      "make it inside nginx, and without the option 'waiter'")
  end
  return true
end

return waiting
