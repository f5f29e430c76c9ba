--- Finalizers in any order, as a Lua state may call them when it is closed, with requests on the wire. After
--- each of them every object is used, which may raise and does nothing worse: for the sanitizers to watch.
--- usage: orders.lua EVERY   tries each EVERY-th of the 5,040 orders

local core = require "twilio.numbers.core"

local every = assert(tonumber(arg[1]))
local url = os.getenv "SANDBOX_HTTP_URL" .. "/v1/Porting/PortIn/KW" .. ("0"):rep(31) .. "1"

--- Seven objects that know of each other.
local function objects()
  local engine = core.engine { concurrency = 2, timeout = 5 }
  local credentials = assert(core.credentials {
    account_sid = os.getenv "TWILIO_ACCOUNT_SID", auth_token = os.getenv "TWILIO_AUTH_TOKEN",
  })
  local finished = engine:submit("GET", url, credentials)
  while not finished:done() do engine:step(1) end
  engine:take(finished)
  assert(finished:result() == 200)
  local running = engine:submit("GET", url, credentials)
  engine:submit("GET", url, credentials) -- is the second one in flight, without a holder
  local waiting = engine:submit("GET", url, credentials)
  engine:step(0)
  return { engine, credentials, finished, running, waiting, engine:sleep(60), core.verifier { "12345" } }
end

local methods = { "done", "in_flight", "result", "info", "text", "object", "stopped", "distrust" }

--- Whatever may still be called.
local function use(list)
  local engine, credentials, verifier = list[1], list[2], list[7]
  pcall(engine.step, engine, 0)
  pcall(engine.take, engine)
  pcall(engine.load, engine)
  pcall(engine.submit, engine, "GET", url, credentials)
  pcall(verifier.verifies, verifier, "x", "y")
  for i, object in ipairs(list) do
    assert(tostring(object))
    if i >= 3 and i <= 6 then
      for _, method in ipairs(methods) do pcall(object[method], object) end
    end
  end
end

local function finalize(order)
  local list = objects()
  for _, index in ipairs(order) do
    debug.getmetatable(list[index]).__gc(list[index])
    use(list)
  end
end

local order, number = {}, 0
local is_used = {}

--- All orders, by one more place after another.
local function extend()
  if #order == 7 then
    number = number + 1
    if number % every == 0 then finalize(order) end
    return
  end
  for index = 1, 7 do
    if not is_used[index] then
      is_used[index] = true
      order[#order + 1] = index
      extend()
      order[#order] = nil
      is_used[index] = false
    end
  end
end

extend()
print(("finalizers in %d orders"):format(math.floor(number / every)))
