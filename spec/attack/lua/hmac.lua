--- HMAC-SHA256 in base64, over the core's SHA-256: what signs requests is not what verifies them.

local core = require "twilio.numbers.core"

local hmac = {}

local BLOCK, INNER, OUTER = 64, 0x36, 0x5c
local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function xor(a, b)
  local result, weight = 0, 1
  while weight < 256 do
    if math.floor(a / weight) % 2 ~= math.floor(b / weight) % 2 then result = result + weight end
    weight = weight * 2
  end
  return result
end

local function pad(key, byte)
  local list = {}
  for i = 1, BLOCK do list[i] = string.char(xor(key:byte(i) or 0, byte)) end
  return table.concat(list)
end

local function sha256(text)
  return (core.sha256(text):gsub("%x%x", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function base64(text)
  local parts = {}
  for i = 1, #text, 3 do
    local a, b, c = text:byte(i, i + 2)
    local whole, digits = a * 65536 + (b or 0) * 256 + (c or 0), {}
    for j = 4, 1, -1 do
      local index = whole % 64 + 1
      digits[j] = ALPHABET:sub(index, index)
      whole = math.floor(whole / 64)
    end
    if not c then digits[4] = "=" end
    if not b then digits[3] = "=" end
    parts[#parts + 1] = table.concat(digits)
  end
  return table.concat(parts)
end

---@param key string of at most 64 bytes
---@param text string
function hmac.sign(key, text)
  return base64(sha256(pad(key, OUTER) .. sha256(pad(key, INNER) .. text)))
end

return hmac
