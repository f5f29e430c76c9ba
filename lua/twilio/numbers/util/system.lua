--- What the library needs of the system and of cryptography: clocks, the process, files, hashes. The C core
--- gives it.

local core = require "twilio.numbers.core"

return {
  now = core.now, -- seconds on a clock that never goes back
  time = core.time, -- seconds since 1970, with fractions
  environment = core.environment, -- a variable of it
  in_c_locale = core.in_c_locale, -- calls a function that must not yield
  process = core.process, -- host, process id, user
  file_identity = core.file_identity, -- device and inode, and the size
  lock_problem = core.lock_problem, -- why files beside a path cannot be locked
  file_source = core.file_source, -- a file that is read while it is sent
  text_source = core.text_source, -- the same of a text
  make_private = core.make_private, -- a file that only its owner can read
  sha256 = core.sha256, -- in hexadecimal
  sha256_list = core.sha256_list, -- of a text and a list of values
}
