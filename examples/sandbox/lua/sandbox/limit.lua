--- The account's limit: how many requests may be in flight at once. Off until it is set.

local limit = {}

local most, seconds

function limit.clear()
  most, seconds = nil, nil
end

--- `concurrency`: how many; those above are answered 429. `seconds`: how long each of the others
--- takes, 0 if missing.
function limit.set(rule)
  if type(rule.concurrency) ~= "number" or rule.concurrency < 1 then
    return nil, "concurrency must be 1 or more"
  end
  if rule.seconds ~= nil and type(rule.seconds) ~= "number" then
    return nil, "seconds must be a number"
  end
  most, seconds = rule.concurrency, rule.seconds
  return true
end

--- Whether one is too many, as the last of so many in flight. Takes its time if not.
function limit.refuses(in_flight)
  if not most then return false end
  if in_flight > most then return true end
  if seconds and seconds > 0 then ngx.sleep(seconds) end
  return false
end

return limit
