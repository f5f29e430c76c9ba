--- A helper of busted: the specs run in the locale that SPEC_LOCALE names, which is set after the library was
--- loaded, as a program may do.

require "twilio.numbers"
require "twilio.numbers.campaign"
require "twilio.numbers.webhook"

local name = assert(os.getenv "SPEC_LOCALE", "SPEC_LOCALE names a locale")
assert(os.setlocale(name), "there is no locale " .. name .. ": see build_locales in spec/support/build.sh")
