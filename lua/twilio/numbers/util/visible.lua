--- Characters that cannot be seen, or that act: blanks that do not break, marks of direction, control characters.
--- Spreadsheets and address books put them around numbers. A message shows them by their code, `\u{202A}`.

local ascii = require "twilio.numbers.util.ascii"
local utf8 = require "twilio.numbers.util.utf8"

local visible = {}

--- Code points from 128 on that show nothing, or a blank: from, to, in order.
local hidden = {
  { 0x80, 0xA0 }, { 0xAD, 0xAD }, { 0x34F, 0x34F }, { 0x61C, 0x61C }, { 0x115F, 0x1160 },
  { 0x1680, 0x1680 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x2000, 0x200F },
  { 0x2028, 0x202F }, { 0x205F, 0x206F }, { 0x3000, 0x3000 }, { 0x3164, 0x3164 },
  { 0xFE00, 0xFE0F }, { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF9, 0xFFFB },
  { 0xE0000, 0xE0FFF },
}

local CHARACTER = "[\194-\244][\128-\191]+" -- its bytes, in valid UTF-8

local function code_of(character)
  local first = character:byte()
  local code = first % (first < 224 and 32 or first < 240 and 16 or 8)
  for i = 2, #character do
    local six_bits = character:byte(i) % 64
    code = code * 64 + six_bits
  end
  return code
end

local function is_hidden(code)
  for _, range in ipairs(hidden) do
    if code <= range[2] then return code >= range[1] end
  end
  return false
end

local function escape(code) return ("\\u{%X}"):format(code) end

local function show(character)
  local code = code_of(character)
  return is_hidden(code) and escape(code) or nil
end


local function show_blanks(blanks) return (blanks:gsub(" ", escape(32))) end

--- The text in valid UTF-8, each character that cannot be seen by its code. So are blanks at its ends.
---@param text string
---@return string
function visible.text(text)
  text = text:gsub("%z", escape(0))
  text = utf8.clean(text):gsub("[\1-\31\127]", function(control) return escape(control:byte()) end)
  text = text:gsub(CHARACTER, show):gsub("^ +", show_blanks)
  local kept = ascii.trim(text, " ")
  return kept .. show_blanks(text:sub(#kept + 1))
end

local LAST_CONTROL = 0x9F

--- Whether a character at one of the text's ends may be left out.
local function is_margin(character)
  if #character == 1 then return character:find("^[" .. ascii.BLANK .. "]") ~= nil end
  if not character:find("^" .. CHARACTER .. "$") then return false end
  local code = code_of(character)
  return is_hidden(code) and code > LAST_CONTROL
end

--- The text without the blanks and the marks around it that cannot be seen. Control characters stay.
---@param text string
---@return string
function visible.trim(text)
  local from, to = 1, #text
  while from <= to do
    local character = text:match("^" .. CHARACTER, from) or text:sub(from, from)
    if #character > 4 or not is_margin(character) then break end
    from = from + #character
  end
  while to >= from do
    local start = to
    while start > from and to - start < 3 and text:find("^[\128-\191]", start) do
      start = start - 1
    end
    if not is_margin(text:sub(start, to)) then break end
    to = start - 1
  end
  return text:sub(from, to)
end

return visible
