--- Run by LUA_INIT: sends SIGINT to its own process when so many modules have been asked for as AT says. The
--- modules that begin a script are not counted.

local BEGIN = { start = true, ["twilio.numbers.command"] = true }

local load_module = require
local left = tonumber(os.getenv "AT")

function require(name) -- luacheck: ignore 121
  if not BEGIN[name] and not name:find "^luarocks" then -- the latter begins installed commands
    left = left - 1
    if left == 0 then io.popen("kill -INT $PPID"):close() end
  end
  return load_module(name)
end
