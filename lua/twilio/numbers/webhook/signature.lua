--- Whether a request was signed by Twilio. `X-Twilio-Signature` is the base64 HMAC-SHA1 of the requested
--- URL and of the form's fields. For other bodies the URL carries `bodySHA256`.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local date = require "twilio.numbers.util.date"

local signature = {}

--- The signer and a proxy on the way may percent-encode the same text differently.
local function encode_where(text, pattern)
  return (text:gsub(pattern, function(c) return ("%%%02X"):format(c:byte()) end))
end

local function decode(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- Names and values of a form or a query, decoded, in their order.
---@param text string
---@return { [1]: string, [2]: string }[]
function signature.pairs_of(text)
  local list = {}
  for part in text:gmatch "[^&]+" do
    local name, value = part:match "^([^=]*)=?(.*)$"
    list[#list + 1] = { decode(name), decode(value) }
  end
  return list
end

--- Values by name, and the names in their order.
local function grouped(text)
  local values, names = {}, {}
  for _, pair in ipairs(signature.pairs_of(text)) do
    local name, value = pair[1], pair[2]
    if not values[name] then
      values[name] = {}
      names[#names + 1] = name
    end
    table.insert(values[name], value)
  end
  return values, names
end

--- A form as it is signed: fields sorted by name, then by value, without repeated ones.
---@param body string
---@return string
function signature.form_text(body)
  local values, names = grouped(body)
  local parts = {}
  ascii.sort(names)
  for _, name in ipairs(names) do
    local last
    ascii.sort(values[name])
    for _, value in ipairs(values[name]) do
      if value ~= last then parts[#parts + 1] = name .. value end
      last = value
    end
  end
  return table.concat(parts)
end

local function encode(text) return encode_where(text, "[^0-9A-Za-z%-_.!~*'()]") end

--- A query as Node's old querystring module writes it again, which an official SDK has used.
local function rewritten(query)
  local values, names = grouped(query)
  local parts = {}
  for _, name in ipairs(names) do
    for _, value in ipairs(values[name]) do
      parts[#parts + 1] = encode(name) .. "=" .. encode(value)
    end
  end
  return table.concat(parts, "&")
end

--- A query in one spelling of its percent-encoding. Nothing else changes: each field and each separator
--- stays in its place.
local function spelled(query)
  return (query:gsub("[^&]+", function(part)
    local name, mark, value = part:match "^([^=]*)(=?)(.*)$"
    return encode(decode(name)) .. mark .. encode(decode(value))
  end))
end

--- Whether each field has a name and a value. The signed text has no separator between the two, so
--- "ab=" and "a=b" are signed alike. Twilio always sends both parts, so a missing one is refused.
local function is_whole(text)
  for part in (text .. "&"):gmatch "([^&]*)&" do
    if not part:find "^[^=]+=" then return false end
  end
  return true
end

local function add_new(list, text)
  for _, known in ipairs(list) do
    if known == text then return end
  end
  list[#list + 1] = text
end

--- What browsers and newer SDKs make of a path or a query.
local PATH, QUERY = "[%z\1-\31 \"<>`{}\127-\255]", "[%z\1-\31 \"<>'\127-\255]"

--- The URLs that may have been signed: with the port and without it, and in each spelling.
---@param url { scheme: string, user: string, host: string, port: string?, path: string, query: string }
---@param query string? as it came
---@return string[]
function signature.urls(url, query)
  local port = url.port or (url.scheme == "https" and "443" or "80")
  local hosts, paths, queries, urls = {}, { url.path }, {}, {}
  for _, host in ipairs { url.host, ascii.lower(url.host) } do
    for _, user in ipairs { "", url.user } do
      add_new(hosts, user .. host)
      add_new(hosts, user .. host .. ":" .. port)
    end
  end
  add_new(paths, url.path == "" and "/" or encode_where(url.path, PATH))
  if query and query ~= "" then
    local hash = query:match "bodySHA256=%x+$"
    local told = url.query .. (hash and "&" .. hash or "")
    if url.query ~= "" then add_new(queries, "?" .. told) end -- a proxy may have spelled it anew
    add_new(queries, "?" .. query)
    add_new(queries, "?" .. encode_where(query, QUERY))
    add_new(queries, "?" .. rewritten(query))
  else
    queries[1] = ""
  end
  for _, host in ipairs(hosts) do
    for _, path in ipairs(paths) do
      for _, ending in ipairs(queries) do
        urls[#urls + 1] = url.scheme .. "://" .. host .. path .. ending
      end
    end
  end
  return urls
end

--- The body's hash that the query carries. A URL with one was not signed with a form.
---@param query string?
---@return string?
function signature.body_hash(query)
  return ("&" .. (query or "")):match "&bodySHA256=(%x+)$"
end

--- Whether a request's query is the URL's, in any spelling. The body's hash at its end is ignored.
local function is_query_of(url, query)
  query = ("&" .. (query or "")):gsub("&bodySHA256=%x+$", ""):sub(2)
  return spelled(query) == spelled(url.query)
end

local MOST = 500 -- fields: they are sorted before the sender is verified
local DATE = "last_date_updated"

local function count_of(text, word)
  return select(2, text:gsub(word, ""))
end

--- The date decides whether a form is too old. If the signed text has one, it must be in its own field,
--- whole, and without a part of the next field. A date that cannot be read must not have letters with which
--- a field's name could begin.
local function is_date_in_place(body, text)
  local count, names, value = count_of(text, DATE), 0, nil
  if count == 0 then return true end
  for _, pair in ipairs(signature.pairs_of(body)) do
    names = names + count_of(pair[1], DATE)
    if pair[1] == DATE then value = value or pair[2] end
  end
  return value ~= nil and names == count
    and (date.seconds(value) ~= nil or value:find "^[%d \t\n\v\f\r%-:.,/+TZ]*$" ~= nil)
end

--- Why a form is refused, even with a valid signature; or the text that was signed.
---@return string? objection
---@return string? text
local function form_objection(body)
  if count_of(body, "&") >= MOST then return "the form has too many fields" end
  if body ~= "" and not is_whole(body) then
    return "the form has a field without a name or a value"
  end
  local text = signature.form_text(body)
  if not is_date_in_place(body, text) then return "the form's date is not where it belongs" end
  if text:find("bodySHA256=", 1, true) then return "the form has what belongs to a URL" end
  return nil, text
end

local LENGTH = 28 -- of 20 bytes in base64

--- Why the request is not Twilio's, or nil if it is.
---@param verifier table the core's
---@param url table see `signature.urls`, with its query
---@param request { signature: string?, query: string?, body: string, is_form: boolean }
---@return string?
function signature.objection(verifier, url, request)
  local given = request.signature
  if type(given) ~= "string" or given == "" then return "there is no X-Twilio-Signature" end
  if #given ~= LENGTH then return "X-Twilio-Signature is none" end
  if not is_query_of(url, request.query) then return "the query is not the URL's" end
  local hash, ending = signature.body_hash(request.query), ""
  if hash then
    if not core.equal(ascii.lower(hash), core.sha256(request.body)) then
      return "bodySHA256 is not the body's"
    end
  elseif request.is_form then
    local objection
    objection, ending = form_objection(request.body)
    if objection then return objection end
  else
    return "the URL has no bodySHA256, and the body is no form"
  end
  local texts = signature.urls(url, request.query)
  for i, text in ipairs(texts) do texts[i] = text .. ending end
  if not verifier:verifies(given, (table.unpack or unpack)(texts)) then
    return "X-Twilio-Signature does not fit the URL and the auth token"
  end
end

return signature
