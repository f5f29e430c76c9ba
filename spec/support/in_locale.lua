--- A helper of busted: the specs run in the locale that SPEC_LOCALE names, which is set after the library was
--- loaded, as a program may do.

require "twilio.numbers"
require "twilio.numbers.campaign"
require "twilio.numbers.webhook"

--- The specs use lua-cjson by itself, too. It takes numbers for written as the locale of load time has it.
local cjson, core = require "cjson", require "twilio.numbers.core"
for _, name in ipairs { "encode", "decode" } do
  local follows_locale = cjson[name]
  cjson[name] = function(...) return core.in_c_locale(follows_locale, ...) end
end

local name = assert(os.getenv "SPEC_LOCALE", "SPEC_LOCALE names a locale")
assert(os.setlocale(name), "there is no locale " .. name .. ": see build_locales in spec/support/build.sh")
