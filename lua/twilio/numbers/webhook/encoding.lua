--- The percent-encoding of queries and forms, and the order of their names. Nothing here depends on the
--- locale: what is signed is bytes.

local encoding = {}

--- Percent-encodes what the pattern matches.
---@param text string
---@param pattern string of one byte
---@return string
function encoding.encode_where(text, pattern)
  return (text:gsub(pattern, function(c) return ("%%%02X"):format(c:byte()) end))
end

---@param text string
---@return string
function encoding.encode(text)
  return encoding.encode_where(text, "[^A-Za-z0-9%-_.!~*'()]")
end

---@param text string
---@return string
function encoding.decode(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- Names and values of a form or a query, decoded, in their order.
---@param text string
---@return { [1]: string, [2]: string }[]
function encoding.pairs_of(text)
  local pairs_of = {}
  for part in text:gmatch "[^&]+" do
    local name, value = part:match "^([^=]*)=?(.*)$"
    pairs_of[#pairs_of + 1] = { encoding.decode(name), encoding.decode(value) }
  end
  return pairs_of
end

--- Values by name, and the names in their order.
---@param text string
---@return table<string, string[]> values
---@return string[] names
function encoding.grouped(text)
  local values, names = {}, {}
  for _, pair in ipairs(encoding.pairs_of(text)) do
    local name, value = pair[1], pair[2]
    if not values[name] then
      values[name] = {}
      names[#names + 1] = name
    end
    table.insert(values[name], value)
  end
  return values, names
end

return encoding
