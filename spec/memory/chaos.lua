--- Whatever a script may do with an engine, in any order: for the sanitizers and valgrind to watch.
--- usage: chaos.lua SEED

local core = require "twilio.numbers.core"

local seed = assert(tonumber(arg[1]))
math.randomseed(seed)

local hosts = { os.getenv "SANDBOX_URL", os.getenv "SANDBOX_HTTP_URL", "https://127.0.0.1:1" }
local credentials = assert(core.credentials {
  account_sid = os.getenv "TWILIO_ACCOUNT_SID", auth_token = os.getenv "TWILIO_AUTH_TOKEN",
})

local function chance(probability) return math.random() < probability end

local function new_engine()
  return core.engine {
    ca_file = os.getenv "SANDBOX_CA", proxy = "", timeout = 0.2, concurrency = math.random(1, 8),
    observe = chance(0.5), rate = chance(0.3) and 500 or nil,
    http_version = chance(0.5) and "auto" or "1.1", retry = { base = 0.002, attempts = 3 },
  }
end

local engine, held = new_engine(), {}
local large = "%PDF-1.4" .. ("x"):rep(2 * 1024 * 1024)

--- A file that changes while it is sent, or a text.
local function new_source()
  if chance(0.3) then return core.text_source(chance(0.5) and "%PDF-1.4" or large) end
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(large)
  local source = core.file_source(path)
  if chance(0.3) then file:write "more" end
  file:close()
  os.remove(path)
  return source
end

local function hold(transfer)
  if chance(0.7) then held[#held + 1] = transfer end
end

local function let_go()
  if #held > 0 then return table.remove(held, math.random(#held)) end
end

local actions = {
  submit = function()
    local path = "/v1/Porting/PortIn/KW" .. ("%032x"):format(math.random(1, 12))
    hold((engine:submit(chance(0.3) and "DELETE" or "GET", hosts[math.random(#hosts)] .. path,
      credentials)))
  end,
  upload = function()
    local source = new_source()
    hold((engine:submit("POST", hosts[math.random(#hosts)] .. "/v1/Documents", credentials, { multipart = {
      fields = { { name = "document_type", text = "utility_bill" } }, name = "File", file_name = "a.pdf",
      type = "application/pdf", source = source,
    } })))
    if chance(0.5) then source:close() end
  end,
  sleep = function() hold((engine:sleep(math.random() * 0.01))) end,
  step = function() engine:step(chance(0.7) and 0 or 0.003) end,
  take = function()
    local transfer = engine:take()
    if not transfer then return end
    transfer:result()
    transfer:stopped()
    transfer:info()
    if chance(0.8) then transfer:close() end
  end,
  news = function() engine:events() end,
  close_one = function()
    local transfer = let_go()
    if transfer then transfer:close() end
  end,
  cancel_one = function()
    local transfer = let_go()
    if transfer then engine:cancel(transfer) end
  end,
  drop_one = function()
    let_go()
    if chance(0.3) then collectgarbage() end
  end,
  look = function()
    engine:load()
    engine:timeout()
    engine:running()
    for _, transfer in ipairs(held) do
      if not transfer:is_closed() then transfer:uploaded() end
    end
  end,
  close = function()
    if chance(0.9) then return end
    engine:close()
    if chance(0.5) then held = {} end
    engine = new_engine()
  end,
}

local names = {}
for name in pairs(actions) do names[#names + 1] = name end
table.sort(names)
for _ = 1, 3 do names[#names + 1] = "submit" end

for _ = 1, 3000 do actions[names[math.random(#names)]]() end
print("chaos " .. seed .. " is over")
