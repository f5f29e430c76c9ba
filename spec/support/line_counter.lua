--- Counts which lines of lua/ are run. Load it first, as with LUA_INIT_5_4=@spec/support/line_counter.lua;
--- each process writes "file line" for every line that it ran into a file of its own in the folder
--- LINE_COUNTS.
-- luacheck: globals coroutine.create coroutine.wrap os.exit

local folder = assert(os.getenv "LINE_COUNTS", "LINE_COUNTS is not set")
local lines = {} -- by source; false for those that are not counted
local by_file = {}

local function lines_of(source)
  local file = source:match "^@%.?/?(lua/twilio/.+)$"
  lines[source] = file ~= nil and {}
  if file then by_file[file] = lines[source] end
  return lines[source]
end

local function count(_, line)
  local source = debug.getinfo(2, "S").source
  local seen = lines[source]
  if seen == nil then seen = lines_of(source) end
  if seen then seen[line] = true end
end

local function write()
  debug.sethook()
  local name = os.tmpname()
  os.remove(name)
  local out = assert(io.open(folder .. "/" .. name:match "[^/]+$", "w"))
  for file, seen in pairs(by_file) do
    for line in pairs(seen) do out:write(file, " ", line, "\n") end
  end
  assert(out:close())
  by_file = {}
end

--- A hook is one coroutine's: each sets it when it begins.
local function counted(make)
  return function(body)
    return make(function(...)
      debug.sethook(count, "l")
      return body(...)
    end)
  end
end
coroutine.create, coroutine.wrap = counted(coroutine.create), counted(coroutine.wrap)

--- At the end of the Lua state, or where it is left without one.
local at_end = setmetatable({}, { __gc = write })
local exit = os.exit
function os.exit(...)
  if at_end then write() end
  exit(...)
end

debug.sethook(count, "l")
