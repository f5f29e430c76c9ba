--- The one error type that is returned as `nil, err`.

local ascii = require "twilio.numbers.util.ascii"
local excerpt = require "twilio.numbers.util.excerpt"

---@alias twilio.numbers.ErrorKind
---| "network" # no connection, or it broke
---| "timeout" # no whole answer in time
---| "tls" # no TLS connection, or a certificate that is not trusted
---| "api" # the API's own error; also in an answer of status 200
---| "problem" # an error as problem details (RFC 9457), see the field `problem`; also with status 200
---| "http" # another unexpected status, such as a redirect
---| "unreadable" # an answer that is no JSON object, is not what the contract promises, or is about something else than was asked for
---| "too_large" # an answer above `max_response_size` or `max_values`, or with a head above 256 KB
---| "memory" # not enough memory or file descriptors
---| "busy" # as many calls wait as `max_waiting` allows
---| "not_tried" # an iterator or a watch came to it after the credentials had not been accepted
---| "closed" # the client was closed, the process forked, or it is ending
---| "credentials" # there are none
---| "invalid" # fields that were given, or an input of an iterator, are malformed
---| "file" # the file that is uploaded changed, or could not be read, after it was opened
---| "raised" # a task of `gather` raised
---| "waited" # the status that was waited for did not come in time
---| "ended" # the status that was waited for will not come any more
---| "plan" # a campaign's plan is refused
---| "ledger" # a campaign's ledger cannot be read or written
---| "interrupted" # a campaign was interrupted before anything was sent

---@alias twilio.numbers.Outcome
---| "not_sent" # the request certainly did not leave
---| "refused" # the server refused it
---| "uncertain" # it may or may not have taken effect: fetch before doing anything else

---@alias twilio.numbers.Stopped
---| "final" # another attempt would end alike
---| "unsafe" # the request may have taken effect, so it is not repeated
---| "attempts" # all attempts are used up
---| "deadline" # there is no time for another attempt
---| "retry_after" # the server asks for a longer wait than `cap`
---| "closed" # the client was closed, or sends nothing any more

---@class twilio.numbers.Error
---@field kind twilio.numbers.ErrorKind what went wrong
---@field message string what happened, in a phrase
---@field code integer|string|nil the API's error code, such as 20404
---@field http_status integer? the HTTP status, if there was an answer
---@field more_info string? the API's link about the code
---@field request_id string? the request's id, for Twilio's support
---@field retry_after number? seconds that the server asks to wait, whatever the header's form was
---@field outcome twilio.numbers.Outcome? of a cancel, delete or create: whether it took effect. Of others: "not_sent" or nil
---@field attempts integer? how often it was tried
---@field stopped twilio.numbers.Stopped? why there was no further attempt
---@field concurrent_requests integer? how many requests the API counted for the account
---@field operation string? the operation's id in the contract
---@field method string? the HTTP method
---@field path string? the path, with its query
---@field body string? the start of an answer that is not the API's own
---@field problem table? the problem details as they came
---@field raised any of kind "raised": what the task raised
---@field traceback string? of kind "raised": where
---@field problems twilio.numbers.FieldProblem[]? of kind "invalid": what is wrong with the fields of a create, all of it
---@field changes string[]? of kind "plan": what has changed since the plan was made
local error_type = {}
error_type.__index = error_type
error_type.__name = "twilio.numbers.Error"

local advice = {
  uncertain = "It may or may not have taken effect: fetch it to find out before trying again",
  [401] = "Check the account SID with its auth token or API key",
  [403] = "Check what the account and the API key may do",
  [404] = "The SID, the account or the host may be wrong; it does not prove a cancellation",
  busy = "Wait until others have ended, then try again",
  [429] = "Too many requests at once: wait, then try again",
}

local ADVICE_ON_CREATE =
  "It may or may not have been created: list what there is before creating it again"

--- There is no list of documents. One too many is not used by anything.
local ADVICE_ON_UPLOAD =
  "It may or may not have been uploaded: uploading it again makes another document"

local why_stopped = {
  attempts = "as many as allowed",
  deadline = "no time for another",
  retry_after = "the server asks for a longer wait than is taken",
}

--- How often it was tried, where that says something.
local function attempts(err)
  local count, why = err.attempts, why_stopped[err.stopped]
  if not count or count == 0 or count == 1 and (not why or err.stopped == "attempts") then
    return nil
  end
  return ("%d attempt%s%s"):format(count, count == 1 and "" or "s", why and ", " .. why or "")
end

local function facts(err)
  local list = {}
  local function add(form, value)
    if value ~= nil then list[#list + 1] = form:format(ascii.text(value)) end
  end
  add("HTTP %s", err.http_status)
  add("code %s", err.code)
  add("request %s", err.request_id)
  add("retry after %s s", err.retry_after)
  add("%s", attempts(err))
  add("see %s", err.more_info)
  return #list > 0 and " (" .. table.concat(list, ", ") .. ")" or ""
end

--- One sentence or two that a person can act on.
function error_type:__tostring()
  local where = self.method and self.method .. " " .. self.path .. ": " or ""
  local sentences = { where .. self.message:gsub("%.$", "") .. facts(self) }
  if self.outcome == "not_sent" and self.method then sentences[2] = "Nothing was sent" end
  if self.outcome == "refused" and not self.http_status then
    sentences[2] = "The server had refused it before, and it was not sent again"
  end
  local is_create = self.method == "POST" and self.outcome == "uncertain"
  local on_create = self.operation == "CreateDocument" and ADVICE_ON_UPLOAD or ADVICE_ON_CREATE
  sentences[#sentences + 1] = is_create and on_create or advice[self.outcome]
    or advice[self.http_status] or advice[self.kind]
  return table.concat(sentences, ". ") .. "."
end

--- So that `"..." .. err` reads well in scripts.
function error_type.__concat(left, right)
  return tostring(left) .. tostring(right)
end

local errors = {}

--- How many bytes of a field are kept. All of them may hold text from outside.
local most = {
  message = 2000, code = 100, request_id = 100, more_info = 500, path = 500, body = 500,
}

local CHANGE = 500 -- bytes of an element of `changes`

---@param fields table
---@return twilio.numbers.Error
function errors.new(fields)
  for name, count in pairs(most) do
    if type(fields[name]) == "string" then fields[name] = excerpt(fields[name], count) end
  end
  for i, change in ipairs(fields.changes or {}) do fields.changes[i] = excerpt(change, CHANGE) end
  return setmetatable(fields, error_type)
end

--- Whether the API does not accept the credentials. Then it would answer every other call alike.
---@param err twilio.numbers.Error
---@return boolean
function errors.is_unauthorized(err)
  return err.http_status == 401 or err.http_status == 403
end

---@param value any
---@return boolean
function errors.is(value)
  return getmetatable(value) == error_type
end

return errors
