--- One program of event_loops.sh: `blocking`, `luv` or `cqueues`.

local event_loops = require "spec.support.event_loops"
local sandbox = require "spec.support.sandbox"
local system = require "twilio.numbers.util.system"

local ROUNDS, CALLS, CALL, TICK = tonumber(os.getenv "ROUNDS") or 40, 20, 0.05, 0.01

sandbox.reset()
sandbox.limit(CALLS, CALL)

local name = arg[1]
local program = name ~= "blocking" and event_loops[name]() or {}
local client = sandbox.client { concurrency = CALLS, waiter = program.waiter }

local function calls()
  local functions = {}
  for i = 1, CALLS do
    functions[i] = function() return client.port_ins:fetch(sandbox.sid("KW", i % 10 + 1)) end
  end
  local results = client:gather(functions)
  assert(#results == CALLS)
end

--- Wall and CPU seconds of a function.
local function measured(body)
  local began, cpu = system.now(), os.clock()
  body()
  return system.now() - began, os.clock() - cpu
end

local function rounds()
  for _ = 1, ROUNDS do calls() end
end

--- Ticks, and those missed, while a function runs beside them; its wall seconds.
local function with_ticker(body)
  local ticks, missed, is_over, wall = 0, 0, false, nil
  program.start(function()
    local due = system.now() + TICK
    while not is_over do
      program.sleep(math.max(due - system.now(), 0))
      local late = system.now() - due
      ticks, missed = ticks + 1, missed + math.floor(math.max(late, 0) / TICK)
      due = due + TICK * (1 + math.floor(math.max(late, 0) / TICK))
    end
  end)
  program.start(function()
    wall = measured(body)
    is_over = true
  end)
  program.run()
  return ticks, missed, wall
end

calls() -- connects

if name == "blocking" then
  local wall, cpu = measured(rounds)
  print(("blocking: %d calls in %.2f s, %.0f us of CPU time each"):format(ROUNDS * CALLS, wall,
    cpu / ROUNDS / CALLS * 1e6))
else
  local ticks, missed = with_ticker(function() program.sleep(ROUNDS * CALL) end)
  print(("%s, the ticker alone: %d ticks, %d missed"):format(name, ticks, missed))
  local cpu = os.clock()
  local wall
  ticks, missed, wall = with_ticker(rounds)
  cpu = os.clock() - cpu
  local form = "%s: %d calls in %.2f s, %d ticks, %d missed, %.0f us of CPU time each, the ticker's included"
  print(form:format(name, ROUNDS * CALLS, wall, ticks, missed, cpu / ROUNDS / CALLS * 1e6))
end
client:close()
