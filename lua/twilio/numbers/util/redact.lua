--- Hides what identifies a person in what is printed or handed on.

local account_numbers = require "twilio.numbers.util.account_numbers"
local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local excerpt = require "twilio.numbers.util.excerpt"
local pins = require "twilio.numbers.util.pins"

local redact = {}

--- The middle of a number's digits as stars; what stands between them stays: +1 41* *** **11.
local function mask_digits(text, count)
  local i = 0
  local shown = count > 7 and 3 or 2
  return (text:gsub("%d", function(digit)
    i = i + 1
    return i > shown and i <= count - 2 and "*" or digit
  end))
end

local DATE = "^[12]%d%d%d%-[01]%d%-[0-3]%d"

local function is_address(text)
  local parts, count = { text:match "^(%d+)%.(%d+)%.(%d+)%.(%d+)$" }, 0
  for _, part in ipairs(parts) do
    if (ascii.whole(part) or 256) < 256 then count = count + 1 end
  end
  return count == 4
end

--- A run of digits, with blanks and marks between them, in which there may be a phone number: after a plus
--- five digits are enough. Dates and hosts are none.
local function mask_run(mark, run)
  local date = mark == "" and run:match(DATE) or ""
  run = run:sub(#date + 1)
  local count = select(2, run:gsub("%d", ""))
  local is_number = count >= (mark == "+" and 5 or 9) and not is_address(run)
  return mark .. date .. (is_number and mask_digits(run, count) or run)
end

--- The same without a plus, where a word does not go on: not in SIDs and the like.
local function mask_after(before, run)
  return before .. mask_run("", run)
end

-- What has no part of an address in it is left at once: a text may have a megabyte without a blank.
local WORD = "[^" .. ascii.BLANK .. "<>,;\"/]+"
local DOMAIN = "^[0-9A-Za-z%-][0-9A-Za-z%.%-]*"

--- In a word without blanks, robin@example.com becomes r***@example.com.
local function mask_mailboxes(word)
  local parts, place, sign = {}, 1, word:find("@", 1, true)
  while sign do
    local user, domain = word:sub(place, sign - 1), word:match(DOMAIN, sign + 1)
    local first = domain and user:match "^[\128-\191]*[^\128-\191][\128-\191]*"
    parts[#parts + 1] = (first and first .. "***" or user) .. "@" .. (domain or "")
    place = sign + 1 + #(domain or "")
    sign = word:find("@", place, true)
  end
  return place > 1 and table.concat(parts) .. word:sub(place) or nil
end

-- Blanks that do not break, hyphens of several kinds, and the like are bytes above 127.
local RUN = "(%(?%d[%d %.%-%(%)/\128-\191\194\226]*%d)"

--- A text with its PINs masked. Valid JSON stays valid.
---@param text string
---@return string
function redact.pins(text)
  if type(text) ~= "string" then argument_error.argument("text", "a text", text) end
  return pins.mask(text)
end

--- A text with phone numbers, e-mail addresses, PINs and account numbers masked, wherever they stand in it.
---@param text string
---@return string
function redact.text(text)
  text = redact.pins(text):gsub("%%40", "@"):gsub("%%2[Bb]", "+"):gsub("%%20", " ")
    :gsub(WORD, mask_mailboxes)
  text = account_numbers.mask(text):gsub("(%+)" .. RUN, mask_run)
  return ((" " .. text):gsub("([^0-9A-Za-z%+])" .. RUN, mask_after):sub(2))
end

local MOST = 1000 -- bytes of a text that is shown

--- The function to send every shown text through: it filters and shortens it, masked or not.
---@param unmasked boolean?
---@return fun(text: string?): string?
function redact.filter(unmasked)
  return function(text)
    if type(text) ~= "string" then return text end
    text = excerpt(text, MOST)
    return unmasked and text or redact.text(text)
  end
end

return redact
