--- What the waiters for event loops share.

local coroutines = {}

--- The coroutine that runs, or nil in the main program.
---@return thread?
function coroutines.current()
  local thread, is_main = coroutine.running()
  if is_main then return nil end
  return thread
end

--- Goes on with a coroutine.
---@param thread thread
---@return string? # what it raised, with its traceback
function coroutines.resume(thread, ...)
  local ok, why = coroutine.resume(thread, ...)
  if ok then return nil end
  local debugging = package.loaded.debug -- a program may not have it
  return debugging and debugging.traceback(thread, tostring(why)) or tostring(why)
end

--- Whether a function that pcall calls can be suspended: not in plain Lua 5.1.
coroutines.SUSPENDS_IN_PCALL = coroutine.wrap(function()
  return pcall(coroutine.yield, true)
end)() == true

--- Runs a task in a coroutine of its own, so that it may also wait for other things of the event loop. Plain Lua
--- 5.1 cannot suspend it there: its tasks only wait for the client.
if coroutines.SUSPENDS_IN_PCALL then
  function coroutines.spawn(body, task)
    local thread = coroutine.create(body)
    local failure = coroutines.resume(thread, task)
    if failure then error(failure, 0) end
    return thread
  end
end

return coroutines
