--- What the world did to a call: the one error type that is returned as `nil, err`.
---
---@class twilio.numbers.Error
---@field kind "network"|"timeout"|"tls"|"http"|"api"|"problem"|"unreadable"|"too_large"|"memory"|"closed"|"credentials"|"invalid"
---  network: no connection, or it broke. timeout, tls: as they say. api: the API's own error.
---  problem: an error as problem details (RFC 9457). http: any other unwelcome status.
---  unreadable: an answer that is not what the contract promises, or is about something else than was
---  asked for. too_large: above
---  `max_response_size`. memory: not enough for the answer. closed: the client was closed, or the
---  process forked, in between. credentials: there are none. invalid: an input of an iterator that
---  is not of its form. "waited": the time to wait for a status was over; "ended": the status that
---  was waited for will not come any more. raised: a task raised it. Of campaigns: "plan", it is refused;
---  "ledger", it cannot be read or written; "interrupted", before anything was sent.
---@field message string what happened, in a phrase
---@field code integer|string|nil the API's error code, such as 20404
---@field http_status integer?
---@field more_info string? the API's link about the code
---@field request_id string? for the support
---@field retry_after number? seconds that the server asks to wait
---@field outcome "not_sent"|"refused"|"uncertain"|nil for a call that changes something: it
---  certainly never left, the server said no, or nobody knows. For others, "not_sent" or nil.
---@field attempts integer? how often it was tried
---@field stopped "final"|"unsafe"|"attempts"|"deadline"|"retry_after"|"closed"|nil why not once
---  more: another attempt would end alike; it may have been acted upon; there were as many as
---  allowed; there was no time left; the server asks for a longer wait than we take; the client was
---  closed, or begins nothing any more
---@field concurrent_requests integer? how many requests the API counted for the account
---@field operation string? the operation's id in the contract
---@field method string?
---@field path string?
---@field body string? the start of an answer that is not the API's own error
---@field problem table? the problem details as they came

local error_type = {}
error_type.__index = error_type
error_type.__name = "twilio.numbers.Error"

local advice = {
  uncertain = "It may or may not have taken effect: fetch it to find out before trying again",
  [401] = "Check the account SID with its auth token or API key",
  [403] = "Check what the account and the API key may do",
  [404] = "The SID, the account or the host may be wrong; it does not prove a cancellation",
  [429] = "Too many requests at once: wait, then try again",
}

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
    if value ~= nil then list[#list + 1] = form:format(tostring(value)) end
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
  local sentences = { where .. self.message:gsub("%.%s*$", "") .. facts(self) }
  if self.outcome == "not_sent" and self.method then sentences[2] = "Nothing was sent" end
  sentences[#sentences + 1] = advice[self.outcome] or advice[self.http_status]
  return table.concat(sentences, ". ") .. "."
end

--- So that `"..." .. err` reads well in scripts.
function error_type.__concat(left, right)
  return tostring(left) .. tostring(right)
end

local errors = {}

---@param fields table
---@return twilio.numbers.Error
function errors.new(fields)
  return setmetatable(fields, error_type)
end

---@param value any
---@return boolean
function errors.is(value)
  return getmetatable(value) == error_type
end

return errors
