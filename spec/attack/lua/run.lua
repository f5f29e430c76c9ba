--- Runs the fuzz targets in Lua, one after the other. A target is a function that makes one case of random
--- numbers and gives what is wrong with its outcome, if anything, and the case as text. A case that raises,
--- or that takes long, is a finding as well. Each case has a seed of its own, by which it can be repeated.
---
--- usage: [SECONDS_EACH=60] [CASES=n] [SEED=1] LUA spec/attack/lua/run.lua [TARGET...]

io.stdout:setvbuf "line"

local randoms = require "spec.attack.lua.random"

local ALL = { "webhook", "csv", "plan", "ledger", "paths", "options", "records", "errors" }

local seconds = tonumber(os.getenv "SECONDS_EACH") or 60
local first_seed = tonumber(os.getenv "SEED" or 1)
local cases = tonumber(os.getenv "CASES") or math.huge -- so many at most
local SHOWN, LONGEST, STEPS = 2, 2, 1e8 -- findings of a kind; seconds and instructions of a case

local function stop() error("it does not end", 0) end

--- What is wrong, and the case.
local function try(target, seed)
  local began = os.clock()
  debug.sethook(stop, "", STEPS)
  local ok, problem, case = xpcall(function() return target(randoms.new(seed)) end, debug.traceback)
  debug.sethook()
  if not ok then return "raised: " .. problem end
  if not problem and os.clock() - began > LONGEST then problem = "it took too long" end
  return problem, case
end

local function show(name, seed, problem, case)
  print(("%s: %s\n  repeat: SEED=%.0f CASES=1 %s spec/attack/lua/run.lua %s"):format(name, problem, seed,
    arg[-1], name))
  if case then print("  case: " .. case) end
end

--- What findings of one kind have in common.
local function kind_of(problem)
  return (problem:match "^[^\n]*":gsub("%d", ""):gsub('".*"', ""):gsub("0x%x+", ""))
end

--- How many cases were tried, and in how many something was wrong.
local function run(name)
  local target, count, found, shown = require("spec.attack.lua." .. name), 0, 0, {}
  local ends = os.time() + seconds
  repeat
    local seed = first_seed + count
    local problem, case = try(target, seed)
    count = count + 1
    if problem then
      found = found + 1
      local kind = kind_of(problem)
      shown[kind] = (shown[kind] or 0) + 1
      if shown[kind] <= SHOWN then show(name, seed, problem, case) end
    end
  until count >= cases or os.time() >= ends
  return count, found
end

local names, has_failed = #arg > 0 and arg or ALL, false
for _, name in ipairs(names) do
  local count, found = run(name)
  print(("%s  %s on %s: %d cases from seed %.0f, %d findings"):format(
    found == 0 and "ok    " or "FAILED", name,
    jit and jit.version or _VERSION, count, first_seed, found))
  has_failed = has_failed or found > 0
end
os.exit(has_failed and 1 or 0)
