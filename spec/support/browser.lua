--- A headless Chromium, driven by its WebDriver.

local cjson = require "cjson"
local core = require "twilio.numbers.core"
local support = require "spec.support"

local browser = {}
browser.__index = browser

local LONGEST = 180 -- seconds: on a busy machine a page is long in coming

local engine = core.engine { retry = false, http_version = "1.1", timeout = LONGEST }

--- Whether there is one on this machine.
function browser.is_there()
  local _, code = support.run "command -v chromedriver && command -v chromium"
  return code == 0
end

local function ask(self, method, path, body)
  local transfer = engine:submit(method, self.url .. path, nil,
    body and { body = cjson.encode(body), content_type = "application/json" } or {})
  while not transfer:done() do engine:step(1) end
  engine:take(transfer)
  local status, _, why = transfer:result()
  local answer = status and transfer:object()
  transfer:close()
  if status ~= 200 then
    error(("%s %s: %s"):format(method, path, answer and answer.value.message or why or status), 0)
  end
  return answer.value
end

--- Waits for something to become true, which is checked at intervals.
local function eventually(condition, what)
  local ends = core.now() + LONGEST
  while true do
    local ok, value = pcall(condition)
    if ok and value then return value end
    if core.now() > ends then error(what .. " did not come: " .. tostring(value), 0) end
    support.run "sleep 0.05"
  end
end

function browser.start()
  local port = math.random(19001, 19999)
  local pid = support.run(("nohup chromedriver --port=%d </dev/null >/dev/null 2>&1 & echo $!")
    :format(port)):match "%d+"
  local self = setmetatable({ url = ("http://127.0.0.1:%d"):format(port), pid = pid }, browser)
  eventually(function() return ask(self, "GET", "/status").ready end, "chromedriver")
  local session = ask(self, "POST", "/session", { capabilities = { alwaysMatch = {
    ["goog:loggingPrefs"] = { browser = "ALL" },
    ["goog:chromeOptions"] = { args = {
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
      "--no-proxy-server", "--window-size=1280,900",
    } },
  } } })
  self.url = self.url .. "/session/" .. session.sessionId
  return self
end

function browser:open(url) ask(self, "POST", "/url", { url = url }) end

--- What a JavaScript function's body returns.
function browser:run(script, ...)
  return ask(self, "POST", "/execute/sync", { script = script, args = { ..., cjson.null } })
end

--- Waits until an expression is true, and gives its value.
function browser:wait_for(expression)
  return eventually(function()
    local value = self:run("return " .. expression)
    return value ~= cjson.null and value
  end, expression)
end

local function element(self, selector)
  local found = ask(self, "POST", "/element", { using = "css selector", value = selector })
  return select(2, next(found))
end

--- A click as a person makes it: on what is to be seen.
function browser:click(selector)
  ask(self, "POST", "/element/" .. element(self, selector) .. "/click", { unused = true })
end

function browser:type(selector, text)
  ask(self, "POST", "/element/" .. element(self, selector) .. "/value", { text = text })
end

browser.TAB, browser.ENTER, browser.ESCAPE = "\238\128\132", "\238\128\135", "\238\128\140"
browser.SPACE = " "

--- A key to whatever has the focus.
function browser:press(key)
  ask(self, "POST", "/actions", { actions = { { type = "key", id = "keys", actions = {
    { type = "keyDown", value = key }, { type = "keyUp", value = key },
  } } } })
end

--- What the console holds of errors and warnings since it was asked last.
function browser:complaints()
  local list = {}
  for _, entry in ipairs(ask(self, "POST", "/se/log", { type = "browser" })) do
    if entry.level == "SEVERE" or entry.level == "WARNING" then list[#list + 1] = entry.message end
  end
  return list
end

--- The page as a device of that width shows it.
function browser:resize(width, height, is_phone)
  ask(self, "POST", "/goog/cdp/execute", { cmd = "Emulation.setDeviceMetricsOverride", params = {
    width = width, height = height, deviceScaleFactor = 1, mobile = is_phone,
  } })
end

--- The page as it is for those who prefer that; "" for the browser's own.
---@param scheme "light"|"dark"|""
---@param motion "reduce"|""|nil
function browser:prefer(scheme, motion)
  local features = {
    { name = "prefers-color-scheme", value = scheme },
    { name = "prefers-reduced-motion", value = motion or "" },
  }
  ask(self, "POST", "/goog/cdp/execute",
    { cmd = "Emulation.setEmulatedMedia", params = { features = features } })
end

--- Writes a PNG file.
function browser:screenshot(path)
  local pipe = assert(io.popen("base64 -d >" .. support.quote(path), "w"))
  pipe:write(ask(self, "GET", "/screenshot"))
  pipe:close()
end

--- The same for pictures to be looked at, in the folder that SCREENSHOTS names.
function browser:show(name)
  local folder = os.getenv "SCREENSHOTS"
  if folder then self:screenshot(folder .. "/" .. name .. ".png") end
end

function browser:stop()
  pcall(ask, self, "DELETE", "")
  support.run("kill " .. self.pid)
end

return browser
