--- An error in the words of the person at the desk. The library's own sentence is beside it, for support.

local words = {}

local by_kind = {
  network = "Twilio cannot be reached right now.",
  timeout = "Twilio did not answer in time.",
  tls = "There is no secure connection to Twilio. Whoever runs the desk has to look at it.",
  unreadable = "Twilio's answer could not be understood.",
  too_large = "Twilio's answer is larger than the desk takes.",
  busy = "The desk has too much to do right now. Try again in a moment.",
  not_tried = "Twilio does not accept the desk's credentials. Whoever runs the desk has to check "
    .. "them.",
  closed = "The desk is being restarted. Try again in a moment.",
  invalid = "This is not the SID of a port-in: KW and 32 hexadecimal digits.",
}

local by_status = {
  [401] = by_kind.not_tried,
  [403] = "The desk's credentials do not allow this. Whoever runs the desk has to check them.",
  [404] = "Twilio knows no such port-in. Check the SID, and the account that it belongs to.",
  [429] = "Too much is asked of Twilio at once. Try again in a moment.",
}

--- What went wrong, in a sentence or two.
---@param err twilio.numbers.Error
---@return string
function words.of_error(err)
  local status = err.http_status
  if by_status[status] then return by_status[status] end
  if status and status >= 500 then
    return ("Twilio has a problem of its own (HTTP %d). Try again in a while."):format(status)
  end
  if by_kind[err.kind] then return by_kind[err.kind] end
  return "Twilio refused: " .. err.message:gsub("%.?$", ".")
end

--- What became of a cancellation that failed.
---@param err twilio.numbers.Error
---@return string
function words.of_cancel(err)
  if err.outcome == "uncertain" then
    return "The answer was lost: it may be cancelled, or not. Do not cancel again before the desk "
      .. "has looked again and shows its status."
  end
  return "Nothing was cancelled. " .. words.of_error(err)
end

return words
