--- What the sandbox has seen of the API. Credentials are not in it.

local MOST = 20000

local log = {}

local entries, first, last, total = {}, 1, 0, 0

function log.clear()
  entries, first, last, total = {}, 1, 0, 0
end

--- An entry that the caller completes.
function log.add(entry)
  total, last = total + 1, last + 1
  entry.n = total
  entries[last] = entry
  if last - first + 1 > MOST then
    entries[first] = nil
    first = first + 1
  end
  return entry
end

function log.list()
  local list = {}
  for i = first, last do list[i - first + 1] = entries[i] end
  return list, total
end

return log
