--- What a file's bytes are: UTF-8, UTF-16 in either order of bytes, or no text at all. Spreadsheets write all of them.

local encoding = {}

--- Files that are no lists in text, by their first bytes, and what they are.
local others = {
  { "^PK\3\4", "a workbook or another archive" }, { "^\208\207\17\224", "an old workbook" },
  { "^%%PDF%-", "a PDF" }, { "^{\\rtf", "RTF" }, { "^\31\139", "compressed" },
  { "^[ \t\r\n]*<[!?hHtT][A-Za-z%-]", "HTML or XML" },
}

local function byte_pair(text, position, is_little)
  local first, second = text:byte(position, position + 1)
  return is_little and second * 256 + first or first * 256 + second
end

local char, floor = string.char, math.floor

local function utf8_of(code)
  if code < 0x80 then return char(code) end
  if code < 0x800 then return char(192 + floor(code / 64), 128 + code % 64) end
  if code < 0x10000 then
    return char(224 + floor(code / 4096), 128 + floor(code / 64) % 64, 128 + code % 64)
  end
  return char(240 + floor(code / 262144), 128 + floor(code / 4096) % 64,
    128 + floor(code / 64) % 64, 128 + code % 64)
end

local REPLACEMENT = 0xFFFD -- stands for half a pair of surrogates

local function from_utf16(text, position, is_little)
  local parts = {}
  while position < #text do
    local code = byte_pair(text, position, is_little)
    position = position + 2
    if code >= 0xD800 and code <= 0xDFFF then
      local low = code <= 0xDBFF and position < #text and byte_pair(text, position, is_little) or 0
      if low >= 0xDC00 and low <= 0xDFFF then
        code = 0x10000 + (code - 0xD800) * 0x400 + low - 0xDC00
        position = position + 2
      else
        code = REPLACEMENT
      end
    end
    parts[#parts + 1] = utf8_of(code)
  end
  return table.concat(parts)
end

--- Where UTF-16 begins, and whether its lower bytes come first; nil if it is none. Without a mark of the order of
--- bytes it is told by two characters of ASCII at its start.
local function utf16_start(text)
  if text:find "^\255\254" then return 3, true end
  if text:find "^\254\255" then return 3, false end
  if text:find "^[^%z]%z[^%z]%z" then return 1, true end
  if text:find "^%z[^%z]%z[^%z]" then return 1, false end
end

--- Whether a text, such as the first line of a file, begins with the mark of UTF-16 or UTF-32.
---@param text string
---@return boolean
function encoding.is_wide(text)
  return text:find "^\255\254" ~= nil or text:find "^\254\255" ~= nil
    or text:find "^%z%z\254\255" ~= nil
end

--- A file's text in UTF-8, without a byte order mark. Bytes that are no UTF-8 stay as they are.
---@param bytes string
---@return string?
---@return string? # what it is instead, and what to do
function encoding.decode(bytes)
  if bytes:find "^\255\254%z%z" or bytes:find "^%z%z\254\255" then
    return nil, "it is UTF-32: save it as UTF-8"
  end
  local start, is_little = utf16_start(bytes)
  if start then
    if #bytes % 2 == 1 then
      return nil, "it is UTF-16 with half a character at its end: save it again, as UTF-8"
    end
    return from_utf16(bytes, start, is_little)
  end
  for _, other in ipairs(others) do
    if bytes:find(other[1]) then
      return nil, ("it is %s, no plain text: save it as CSV (UTF-8)"):format(other[2])
    end
  end
  return (bytes:gsub("^\239\187\191", ""))
end

return encoding
