--- What a webhook's request says, however it is spelled: two requests that say the same may be signed alike.

local encoding = require "twilio.numbers.util.url_query"

local meaning = {}

--- The fields of a form or a query, however they are spelled and whatever their order.
function meaning.fields(text)
  local parts = {}
  for part in (text .. "&"):gmatch "([^&]*)&" do
    local name, mark, value = part:match "^([^=]*)(=?)(.*)$"
    parts[#parts + 1] = encoding.decode(name) .. mark .. encoding.decode(value)
  end
  table.sort(parts)
  return table.concat(parts, "\0")
end

--- As a form is signed: a field that comes twice counts once, and nothing is between names and values. So a
--- form whose separators moved can be signed alike, which a receiver cannot always tell.
function meaning.form(text)
  local parts, last = {}, nil
  for part in (meaning.fields(text) .. "\0"):gmatch "(%Z*)%z" do
    if part ~= last then parts[#parts + 1] = part:gsub("=", "", 1) end
    last = part
  end
  table.sort(parts)
  return table.concat(parts)
end

--- The body's hash may come twice.
function meaning.query(text)
  return meaning.fields(text):gsub("(bodySHA256=%x+)%z%1", "%1")
end

--- The key that a header names; nil if it is none, or says more than one.
function meaning.settings(text, key)
  if not text then return nil end
  local compact = ("," .. text .. ","):gsub("[ \t]", "")
  local is_one = select(2, compact:gsub(",key=", "")) == 1
    and select(2, compact:gsub(",algorithm=", "")) == 1
  return is_one and compact:find("," .. "key=" .. key .. ",", 1, true)
    and compact:find ",algorithm=HMAC_SHA256," and key
end

return meaning
