--- The URLs that Twilio may have signed. A query can be signed in another order and spelling than it is
--- requested in, and the body's hash can stand anywhere in it.

local ascii = require "twilio.numbers.util.ascii"
local encoding = require "twilio.numbers.util.url_query"

local encode, decode = encoding.encode, encoding.decode
local unpack = table.unpack or unpack

local urls = {}

---@class twilio.numbers.webhook.Url
---@field scheme string
---@field user string with its "@", or empty
---@field host string
---@field port string?
---@field path string
---@field query string

---@class twilio.numbers.webhook.Query
---@field text string as it was requested
---@field fields string[] all fields but the body's hashes, also empty ones
---@field hashes string[] the fields with the body's hashes

--- The parts between the separators, in their order.
local function split(query)
  local fields = {}
  if query == "" then return fields end
  for field in (query .. "&"):gmatch "([^&]*)&" do fields[#fields + 1] = field end
  return fields
end

--- Reads a requested query. A hash is recognised only as Twilio spells it: any other field must be one of
--- the configured URL.
---@param text string?
---@return twilio.numbers.webhook.Query
function urls.read(text)
  text = type(text) == "string" and text or ""
  local query = { text = text, fields = {}, hashes = {} }
  for _, field in ipairs(split(text)) do
    local is_hash = field:find "^bodySHA256=%x+$" ~= nil
    table.insert(is_hash and query.hashes or query.fields, field)
  end
  return query
end

--- The hash that a field of `hashes` carries, in lower case.
---@param field string
---@return string
function urls.hash_of(field)
  return ascii.lower(field:match("=(%x+)$"))
end

--- Sorted by name. Fields of one name keep their order.
local function by_name(fields)
  local places, sorted = {}, {}
  for i, field in ipairs(fields) do
    places[i] = { name = decode(field:match "^[^=]*"), place = i, field = field }
  end
  table.sort(places, function(a, b)
    if a.name == b.name then return a.place < b.place end
    return ascii.is_before(a.name, b.name)
  end)
  for i, item in ipairs(places) do sorted[i] = item.field end
  return sorted
end

--- Sorted by name and value.
local function by_field(fields)
  local sorted = { unpack(fields) }
  table.sort(sorted, ascii.is_before)
  return sorted
end

--- The fields in one spelling of their percent-encoding.
local function spelled(fields)
  local result = {}
  for i, field in ipairs(fields) do
    local name, mark, value = field:match "^([^=]*)(=?)(.*)$"
    result[i] = encode(decode(name)) .. mark .. encode(decode(value))
  end
  return result
end

--- Whether a requested query has the fields of the configured one, in any order and spelling. Fields of one
--- name must keep their order, or be sorted: else they could say something else than what was signed.
---@param url twilio.numbers.webhook.Url
---@param query twilio.numbers.webhook.Query
---@return boolean
function urls.is_query_of(url, query)
  local told = split(url.query)
  if #told ~= #query.fields then return false end
  told = spelled(told)
  local text = table.concat(by_name(spelled(query.fields)), "&")
  return text == table.concat(by_name(told), "&")
    or text == table.concat(by_name(by_field(told)), "&")
end

local function add_new(list, text)
  for _, known in ipairs(list) do
    if known == text then return end
  end
  list[#list + 1] = text
end

local function join(fields, more)
  local all = { unpack(fields) }
  for _, field in ipairs(more) do all[#all + 1] = field end
  return all
end

--- What browsers and newer SDKs encode in a path, and in a query.
local PATH, QUERY = "[^!#-;=?-_a-z|~]", "[^!#-&(-;=?-~]"

--- A query as Node's old querystring module writes it again, which an official SDK has used.
local function rewritten(query)
  local values, names = encoding.grouped(query)
  local parts = {}
  for _, name in ipairs(names) do
    for _, value in ipairs(values[name]) do
      parts[#parts + 1] = encode(name) .. "=" .. encode(value)
    end
  end
  return table.concat(parts, "&")
end

local function add_spellings(queries, text)
  if queries[1] == text then return end -- they are there
  add_new(queries, text)
  add_new(queries, encoding.encode_where(text, QUERY))
  add_new(queries, rewritten(text))
end

local function add_sorted(queries, fields)
  add_new(queries, table.concat(by_name(fields), "&"))
  add_new(queries, table.concat(by_field(fields), "&"))
end

--- The fields as they are and sorted, with the hashes behind or among them.
local function add_orders(queries, fields, hashes)
  add_spellings(queries, table.concat(join(fields, hashes), "&"))
  add_sorted(queries, join(fields, hashes))
  for _, sorted in ipairs { by_name(fields), by_field(fields) } do
    add_new(queries, table.concat(join(sorted, hashes), "&"))
  end
end

--- The queries that may have been signed: as configured, as requested, and sorted. A hash that came twice
--- may have been signed once.
local function queries_of(url, query)
  local queries, hashes = {}, query.hashes
  local told, came = url.query, table.concat(query.fields, "&")
  add_spellings(queries, query.text)
  for _, signed in ipairs { hashes, hashes[2] and { hashes[1] } or nil } do
    add_orders(queries, split(told), signed)
    if came ~= told then add_orders(queries, query.fields, signed) end
  end
  return queries
end

--- The URLs that may have been signed: with the port and without it, in each order and spelling.
---@param url twilio.numbers.webhook.Url
---@param query twilio.numbers.webhook.Query whose fields are the URL's
---@return string[]
function urls.candidates(url, query)
  local port = url.port or (url.scheme == "https" and "443" or "80")
  local hosts, paths, candidates = {}, { url.path }, {}
  for _, host in ipairs { url.host, ascii.lower(url.host) } do
    for _, user in ipairs { "", url.user } do
      add_new(hosts, user .. host)
      add_new(hosts, user .. host .. ":" .. port)
    end
  end
  add_new(paths, url.path == "" and "/" or encoding.encode_where(url.path, PATH))
  for _, text in ipairs(queries_of(url, query)) do
    for _, host in ipairs(hosts) do
      for _, path in ipairs(paths) do
        candidates[#candidates + 1] = url.scheme .. "://" .. host .. path
          .. (text == "" and "" or "?") .. text
      end
    end
  end
  return candidates
end

return urls
