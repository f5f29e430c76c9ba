--- Writes to nginx's error log what blocks a worker. Outside nginx it does nothing, so this file must not
--- require nginx's modules.

local blocking = {}

--- A global, also of a table of globals behind that of a request. Metamethods that are functions are not
--- called, for they may raise.
local function global(name)
  local globals = _G
  while type(globals) == "table" do
    local value = rawget(globals, name)
    if value ~= nil then return value end
    local meta = getmetatable(globals)
    globals = type(meta) == "table" and meta.__index or nil
  end
end

--- The `ngx` that can write to the error log. This accepts more than `host.lua` does, for a superfluous line
--- does no harm.
local function find_log()
  local ngx = package.loaded.ngx or global "ngx"
  return type(ngx) == "table" and type(ngx.log) == "function" and ngx.ERR and ngx or nil
end

local function write(ngx, what, instead)
  local is_known, phase = pcall(ngx.get_phase)
  ngx.log(ngx.ERR, "twilio.numbers: ", what, " blocks this nginx worker with all its requests ",
    "(phase ", is_known and phase or "unknown", "): ", instead)
end

--- Logs that something blocks the worker.
---@param what string
---@param instead string what to do
function blocking.warn(what, instead)
  local ngx = find_log()
  if ngx then write(ngx, what, instead) end
end

--- The same waiter, but it logs its first wait. It does so in each process, for a worker inherits the clients
--- of its master.
---@param waiter twilio.numbers.Waiter
---@return twilio.numbers.Waiter
function blocking.logged(waiter)
  local logged, logged_by = {}, nil
  function logged.wait(loop, queue)
    local ngx = find_log()
    if ngx then
      local process = ngx.worker and ngx.worker.pid() or 0
      if logged_by ~= process then
        logged_by = process
        write(ngx, "a client that does not wait by nginx's own means",
          "make it inside nginx, and without the option 'waiter'")
      end
    else
      logged.wait = nil -- not nginx: from now on the metatable gives the waiter's own
    end
    return waiter.wait(loop, queue)
  end
  return setmetatable(logged, { __index = waiter })
end

return blocking
