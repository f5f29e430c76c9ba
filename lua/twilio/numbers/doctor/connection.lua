--- How far the first request got: name, connection, TLS, answer, credentials; and the clock beside the server's.

local ascii = require "twilio.numbers.util.ascii"
local conformity = require "twilio.numbers.api.conformity"
local date = require "twilio.numbers.util.date"
local errors = require "twilio.numbers.api.error"
local mask = require "twilio.numbers.doctor.mask"

local connection = {}

local SMALL, LARGE = 5, 60 -- seconds that the clock may differ; a date has no fractions, and takes its way

local steps = {
  { name = "name lookup", field = "name" },
  { name = "TCP", field = "connect" },
  { name = "TLS", field = "tls" },
  { name = "first byte", field = "first_byte" },
}

local function milliseconds(seconds)
  local count = seconds * 1000
  return ascii.number(count, "%.1f") .. " ms"
end

--- Whether a step was done. Where TLS fails, libcurl does not tell when the connection was there.
local function is_done(answer, step, till)
  return till > 0 or step.field == "connect" and answer.err ~= nil and answer.err.kind == "tls"
end

--- The steps that were done, each with its own time, and the first that was not.
local function add_steps(add, answer, is_plain)
  if answer.info.reused then return add("connection", "note", "made for an earlier attempt") end
  local before = 0
  for _, step in ipairs(steps) do
    local till = answer.info[step.field] or 0
    local is_left_out = step.field == "tls" and is_plain
    if is_left_out then
      add("TLS", "note", "none: plain HTTP")
    elseif is_done(answer, step, till) then
      add(step.name, "ok", till > 0 and milliseconds(till - before) or "done")
      before = math.max(before, till)
    else
      return add(step.name, "failed",
        answer.err and mask.error(answer.err) or "it was not done")
    end
  end
end

local function add_http(add, answer)
  local is_answered = answer.status ~= nil
  add("HTTP version", is_answered and "ok" or "unknown",
    is_answered and answer.info.http_version or "no answer")
end

--- How many seconds the clock is ahead of the server's, and how exactly that is known. A date that was kept by a
--- cache says nothing.
local function clock(answer)
  local server = not answer.headers.Age and date.of_header(answer.headers.Date)
  if not server then return nil end
  local middle, room = (answer.began + answer.ended) / 2, (answer.ended - answer.began) / 2
  return middle - (server + 0.5), room + 0.5
end

local function add_clock(add, answer)
  local ahead, exactness = clock(answer)
  if not ahead then return add("clock", "unknown", "the answer has no date to compare with") end
  local off = math.max(math.abs(ahead) - exactness, 0)
  local state = off <= SMALL and "ok" or off <= LARGE and "warning" or "failed"
  local text = off <= SMALL and "agrees with the server's"
    or ("%.0f s %s the server's"):format(off, ahead > 0 and "ahead of" or "behind")
  add("clock", state, text)
end

local function add_credentials(add, answers)
  local refusal
  for _, answer in ipairs(answers) do
    if answer.object then return add("credentials", "ok", "accepted") end
    if answer.err and errors.is_unauthorized(answer.err) then refusal = answer end
  end
  if refusal then
    return add("credentials", "failed", ("not accepted: HTTP %d, code %s"):format(
      refusal.status, conformity.word(refusal.err.code or "none")))
  end
  add("credentials", "unknown", "no call brought an answer of the API")
end

--- Adds what the answers tell of the way to the host.
---@param add fun(name: string, state: string, text: string)
---@param answers twilio.numbers.Probe[]
---@param base_url string
function connection.examine(add, answers, base_url)
  add("host", "note", mask.host(base_url))
  local first = answers[1]
  add_steps(add, first, base_url:find "^http://" ~= nil)
  add_http(add, first)
  add_clock(add, first)
  add_credentials(add, answers)
end

return connection
