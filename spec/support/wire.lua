--- Compares what two clients put on the wire for one operation, as the sandbox logged it.

local cjson = require "cjson"

local ascii = require "twilio.numbers.util.ascii"
local encoding = require "twilio.numbers.util.url_query"

local wire = {}

--- Names and values of a query, decoded, in order.
local function query_of(text)
  local parts = {}
  for _, pair in ipairs(encoding.pairs_of(text or "")) do parts[#parts + 1] = pair[1] .. "=" .. pair[2] end
  return table.concat(ascii.sort(parts), "&")
end

--- JSON with its members in order, so that equal values are equal texts.
local function canonical(value)
  if type(value) ~= "table" then return cjson.encode(value) end
  local parts = {}
  if value[1] ~= nil then
    for i, item in ipairs(value) do parts[i] = canonical(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for name, item in pairs(value) do parts[#parts + 1] = cjson.encode(name) .. ":" .. canonical(item) end
  return "{" .. table.concat(ascii.sort(parts), ",") .. "}"
end

local function body_of(text)
  if text == nil or text == cjson.null or text == "" then return "none" end
  local ok, value = pcall(cjson.decode, text)
  return ok and canonical(value) or text
end

--- A request's parts in a form in which only a difference in meaning is one, but for the path.
local function parts_of(request)
  local path, query = request.uri:match "^([^?]*)%??(.*)$"
  local content_type = request.content_type
  if content_type == nil or content_type == cjson.null then content_type = "none" end
  return {
    method = request.method, path = path, query = query_of(query), body = body_of(request.body),
    content_type = content_type,
  }
end

local ORDER = { "method", "path", "query", "body", "content_type" }

---@class spec.WireDifference
---@field part string
---@field theirs string
---@field ours string

--- How two requests differ.
---@param theirs table a request of the sandbox's log
---@param ours table
---@return spec.WireDifference[]
function wire.differences(theirs, ours)
  local a, b, found = parts_of(theirs), parts_of(ours), {}
  for _, part in ipairs(ORDER) do
    if a[part] ~= b[part] then found[#found + 1] = { part = part, theirs = a[part], ours = b[part] } end
  end
  return found
end

--- The same for what was logged of one operation: each is to be one request.
---@param theirs table[]
---@param ours table[]
---@return spec.WireDifference[]
function wire.compare(theirs, ours)
  if #theirs ~= 1 or #ours ~= 1 then
    return { { part = "requests", theirs = tostring(#theirs), ours = tostring(#ours) } }
  end
  return wire.differences(theirs[1], ours[1])
end

--- Whether what is theirs would be ours with another text in one place.
local function explains(entry, one)
  local from, to = one.theirs:find(entry.theirs, 1, true)
  return from ~= nil and one.theirs:sub(1, from - 1) .. entry.ours .. one.theirs:sub(to + 1) == one.ours
end

--- Judges differences by a list of those that are meant to be. One that is listed must be there.
---@param differences table<string, spec.WireDifference[]> by operation
---@param meant { id: string, part: string, theirs: string, ours: string, reason: string }[] the texts
---  that stand in place of each other
---@return { id: string, part: string, theirs: string, ours: string, reason: string? }[] # without a
---  reason: not meant
---@return string[] # listed, but not seen
function wire.judge(differences, meant)
  local rows, used, stale = {}, {}, {}
  for id, list in pairs(differences) do
    for _, one in ipairs(list) do
      local row = { id = id, part = one.part, theirs = one.theirs, ours = one.ours }
      for i, entry in ipairs(meant) do
        if entry.id == id and entry.part == one.part and explains(entry, one) then
          used[i], row.reason = true, entry.reason
        end
      end
      rows[#rows + 1] = row
    end
  end
  table.sort(rows, function(a, b) return ascii.is_before(a.id .. a.part, b.id .. b.part) end)
  for i, entry in ipairs(meant) do
    if not used[i] then stale[#stale + 1] = entry.id .. " " .. entry.part end
  end
  return rows, stale
end

return wire
