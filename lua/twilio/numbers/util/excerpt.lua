--- The one filter for text from outside, before it is printed: answers, files, the environment. A
--- control character could give a terminal commands or forge a line of a log, a page that echoes the
--- request could show its credentials, an answer has PINs, and a megabyte would hide the rest of a message.

local ascii = require "twilio.numbers.util.ascii"
local pins = require "twilio.numbers.util.pins"
local utf8 = require "twilio.numbers.util.utf8"

local SLACK = 4 -- times what is kept is read: blanks that follow each other become one

--- Characters that are not shown but act: control characters above 127, and marks of direction.
local acting = {
  "\194[\128-\159]", "\226\128[\139-\143\168-\174]", "\226\129[\160-\175]", "\239\187\191",
}

local BASIC = "[Bb][Aa][Ss][Ii][Cc]"
local ENCODED = 48 -- bytes: a SID and a secret in base64 have more

--- What stands between the word and the credentials may be escaped, as in JSON, HTML, a URL or a message.
local AFTER_BASIC = "(" .. BASIC .. ")"
  .. "([ %%&\\+:=\"'\128-\255][0-9A-Za-z%%&;+/=_\\:\"'{}\128-\255-]+)"

--- "AC" and "SK", with which a SID begins, in base64.
local BARE = { "(QUM)([0-9A-Za-z+/=_-]+)", "(U0s)([0-9A-Za-z+/=_-]+)" }

--- User and password of a URL, such as a webhook's.
local IN_URL = "(://)[^/?#@\"'<>" .. ascii.BLANK .. "]+@"

local function mask(word, rest)
  if #rest > 8 then return word .. " ..." end
end

local function mask_bare(first, rest)
  if #rest > ENCODED / 2 then return first .. "..." end
end

--- Cut at the beginning of a UTF-8 character.
local function cut(text, most)
  while most > 0 and text:find("^[\128-\191]", most + 1) do most = most - 1 end
  return text:sub(1, most)
end

--- A value as text on one line, in valid UTF-8, without control characters, credentials and PINs, cut
--- after so many bytes.
---@param value any
---@param most integer how many bytes are kept
---@return string
local function excerpt(value, most)
  local whole = ascii.text(value)
  local is_plain = #whole < ENCODED and not whole:find "[^0-9A-Za-z+/._]" and not whole:find(BASIC)
  if is_plain and #whole <= most then return whole end
  local text = utf8.clean(whole:sub(1, SLACK * most + 64))
  if text:find "[\194\226\239]" then
    for _, pattern in ipairs(acting) do text = text:gsub(pattern, "?") end
  end
  text = text:gsub("[" .. ascii.CONTROL .. " ]+", " "):gsub("^ ", ""):gsub(" $", "")
    :gsub(AFTER_BASIC, mask):gsub(IN_URL, "%1***@")
  for _, pattern in ipairs(BARE) do text = text:gsub(pattern, mask_bare) end
  text = pins.mask(text)
  if #text <= most and #whole <= SLACK * most + 64 then return text end
  return cut(text, most) .. "..."
end

return excerpt
