--- The interface of transports, and the one that is libcurl's.
---
--- A *call* is one use of an operation, from its arguments to its result: the word of all Lua layers. Its
--- *transfer* is the same request in the transport, with all its attempts. The client hands a call's method
--- and URL to its transport, and knows nothing else of the wire. A transport in memory serves tests.

local argument_error = require "twilio.numbers.util.argument_error"
local core = require "twilio.numbers.core"
local version = require "twilio.numbers.version"

--- Only `step` and `begin` work on transfers, and only `step` waits. A transfer's number is small, and is not used
--- again while the transfer is open.
---@class twilio.numbers.Transport
---@field submit fun(self, method: string, url: string, credentials: table, options: table?): twilio.numbers.Transfer?, integer|string, string?
---  the transfer and its number; or nil, "closed" or "memory", and a message. The options are `body` with its
---  `content_type`, `multipart` instead of those, and the limits `deadline` and `send_within`, in seconds from now on
---@field is_full fun(self): boolean whether as many transfers are open as may be in flight and wait
---@field sleep fun(self, seconds: number): twilio.numbers.Transfer?, integer|string, string? a transfer that
---  is done after so many seconds
---@field step fun(self, seconds: number) works until a transfer has finished or the time is over
---@field begin fun(self): number?, integer? sends what was submitted just now, as far as that needs no wait; returns
---  what `timeout` and `fd` would, or 0 and `fd` if there is something to take
---@field take fun(self): twilio.numbers.Transfer?, integer?, integer?, table? the next transfer that finished, and its
---  number; maybe the status of its answer, from 200 to 299, and the JSON object, which are read otherwise if missing
---@field events fun(self): integer?, boolean?, boolean? the number of the next transfer with an attempt that
---  began or ended, and whether it began one and ended one
---@field observe fun(self) has `events` tell of attempts from now on
---@field retry fun(self, transfer: twilio.numbers.Transfer): boolean requests it again, if its policy has
---  another attempt for a transfer that is done
---@field cancel fun(self, transfer: twilio.numbers.Transfer)
---@field load fun(self): { limit: integer, window: integer, in_flight: integer, waiting: integer }
---@field in_flight fun(self): integer, integer transfers that are sent and not answered, and how many would
---  be without `allow`
---@field allow fun(self, count: integer) how many transfers may be in flight
---@field spread fun(self, count: integer) how many connections a step may begin
---@field policy fun(self): integer, number, number how many attempts a request may have, and the seconds of the
---  first and of the longest wait between two of them
---@field timeout fun(self): number? seconds until the next `step` is due
---@field running fun(self): integer transfers that are not done
---@field drain fun(self, on: boolean) whether attempts are begun no longer
---@field validate fun(self, url: string): string? what is wrong with a URL
---@field fd fun(self): integer? a descriptor that is readable when there is work
---@field clock (fun(self): number)? seconds on the clock of its waits, if that is not the machine's
---@field close fun(self)

---@class twilio.numbers.Transfer
---@field close fun(self)
---@field is_closed fun(self): boolean
---@field done fun(self): boolean
---@field in_flight fun(self): boolean an attempt is sent and not answered
---@field attempts fun(self): integer
---@field sent fun(self): boolean, boolean whether any of it may have reached the server, and whether in the
---  last attempt
---@field uploaded fun(self): integer, integer how many bytes of the file were sent in the last attempt, of how many
---@field result fun(self): integer?, string?, string? the status of a whole response; or nil, what kind of
---  failure, and a message
---@field status fun(self): integer?
---@field stopped fun(self): string?, number? why there is no further attempt; or nil, and seconds until the
---  next one
---@field header fun(self, name: string): string?
---@field retry_after fun(self): integer?
---@field text fun(self, most: integer?): string the body, or its first bytes
---@field size fun(self): integer
---@field object fun(self): table?, string?, "too_large"? the body's JSON object; or nil, what is wrong with
---  it, and whether it has too many values
---@field info fun(self): table
---@field settle (fun(self): table)? gives it back after it was taken, for the next request, and returns what `answers.of`
---  takes; missing if the transport has no `perform`
---@field receipt (fun(self): table?)? once it is closed: what came beside the body, see `answers.of`

local transport = {}

local function user_agent()
  local jit = package.loaded.jit
  local lua = jit and jit.version:match "^[!-~]+ %d+%.%d+" or _VERSION
  return ("twilio-numbers-lua/%s (%s)"):format(version, lua)
end

--- The core's engine. What it objects to in the options raises at the user's line.
---@param options table those of `numbers.new` that are for the transport
---@param observe boolean whether `events` is called after each step
---@return twilio.numbers.Transport
function transport.new(options, observe)
  options.user_agent, options.observe = user_agent(), observe
  local ok, engine = pcall(core.engine, options)
  if not ok then argument_error.raise(tostring(engine)) end
  return engine
end

return transport
