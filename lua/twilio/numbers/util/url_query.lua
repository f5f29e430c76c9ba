--- Queries of URLs.

local url_query = {}

local function decode(text)
  return (text:gsub("%+", " "):gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- The parameters of a query, decoded. Of a name that comes twice, the first counts.
---@param text string without its question mark
---@return table<string, string>
function url_query.read(text)
  local values = {}
  for pair in text:gmatch "[^&]+" do
    local name, value = pair:match "^([^=]*)=?(.*)$"
    name = decode(name)
    if values[name] == nil then values[name] = decode(value) end
  end
  return values
end

return url_query
