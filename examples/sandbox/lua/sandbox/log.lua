--- What the sandbox has seen of the API. Credentials are not in it. What reads is forgotten first, so that what
--- changes something is not lost among it.

local MOST = { reads = 20000, writes = 100000 }

local log = {}

local lists, total

local function new_list(most) return { first = 1, last = 0, most = most } end

function log.clear()
  lists, total = { reads = new_list(MOST.reads), writes = new_list(MOST.writes) }, 0
end

--- An entry that the caller completes.
function log.add(entry)
  local list = entry.method == "GET" and lists.reads or lists.writes
  total, list.last = total + 1, list.last + 1
  entry.n = total
  list[list.last] = entry
  if list.last - list.first + 1 > list.most then
    list[list.first] = nil
    list.first = list.first + 1
  end
  return entry
end

local function by_number(a, b) return a.n < b.n end

--- The entries, oldest first, of one method or of all; and how many requests there were.
---@param method string?
function log.list(method)
  local found = {}
  for _, list in pairs(lists) do
    for i = list.first, list.last do
      if not method or list[i].method == method then found[#found + 1] = list[i] end
    end
  end
  table.sort(found, by_number)
  return found, total
end

log.clear()

return log
