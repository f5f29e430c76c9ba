--- The percent-encoding of queries and forms, and the order of their names: of URLs that are asked for, and of
--- webhooks. Nothing here depends on the locale: what is signed is bytes.

local url_query = {}

--- Percent-encodes what the pattern matches.
---@param text string
---@param pattern string of one byte
---@return string
function url_query.encode_where(text, pattern)
  return (text:gsub(pattern, function(c) return ("%%%02X"):format(c:byte()) end))
end

---@param text string
---@return string
function url_query.encode(text)
  return url_query.encode_where(text, "[^A-Za-z0-9%-_.!~*'()]")
end

---@param text string
---@return string
function url_query.decode(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- Names and values of a form or a query, decoded, in their order.
---@param text string
---@return { [1]: string, [2]: string }[]
function url_query.pairs_of(text)
  local pairs_of = {}
  for part in text:gmatch "[^&]+" do
    local name, value = part:match "^([^=]*)=?(.*)$"
    pairs_of[#pairs_of + 1] = { url_query.decode(name), url_query.decode(value) }
  end
  return pairs_of
end

--- Values by name, and the names in their order.
---@param text string
---@return table<string, string[]> values
---@return string[] names
function url_query.grouped(text)
  local values, names = {}, {}
  for _, pair in ipairs(url_query.pairs_of(text)) do
    local name, value = pair[1], pair[2]
    if not values[name] then
      values[name] = {}
      names[#names + 1] = name
    end
    table.insert(values[name], value)
  end
  return values, names
end

--- Values by name. Of a name that comes twice, the first counts.
---@param text string a query without its question mark
---@return table<string, string>
function url_query.read(text)
  local values = {}
  for _, pair in ipairs(url_query.pairs_of(text)) do
    if values[pair[1]] == nil then values[pair[1]] = pair[2] end
  end
  return values
end

return url_query
