--- What a field of a body may be: each kind's test, and the words for what passes it. A message must not show a PIN
--- or an account number, which may stand in a wrong field. So a value is shown only if it has nearly the right form,
--- and phone numbers and addresses are masked.

local date = require "twilio.numbers.util.date"
local edges = require "twilio.numbers.util.edges"
local email = require "twilio.numbers.util.email"
local excerpt = require "twilio.numbers.util.excerpt"
local phone_number = require "twilio.numbers.util.phone_number"
local redact = require "twilio.numbers.util.redact"
local sid = require "twilio.numbers.util.sid"
local utf8 = require "twilio.numbers.util.utf8"

local field_kinds = {}

local SHOWN = 40 -- bytes of a wrong value

--- Shows what has that form.
local function if_like(pattern)
  return function(value) return value:find(pattern) and value end
end

--- Shows what can be masked.
local function masked(value)
  local text = redact.text(value)
  return text ~= value and text
end

--- How many characters a text has: bytes that continue one do not count.
local function length(text)
  return #text - select(2, text:gsub("[\128-\191]", ""))
end

--- What is wrong with a text, in words.
local function text_problem(schema, value)
  if not value:find "[^ \t\r\n]" then return "a text expected, got a blank one" end
  if utf8.clean(value) ~= value then return "it is not valid UTF-8" end
  local rest = schema.has_lines and value:gsub("[\r\n\t]", "") or value
  if rest:find "[\1-\31\127]" then return "it has a line break or another control character" end
  if schema.longest and length(value) > schema.longest then
    return ("at most %d characters expected, got %d"):format(schema.longest, length(value))
  end
end

local function is_in(values, value)
  for _, one in ipairs(values) do
    if one == value then return true end
  end
  return false
end

--- A raw kind takes any bytes.
local kinds = {
  text = {},
  e164 = {
    fits = function(_, value) return phone_number.is_e164(value) end,
    words = function() return "a phone number in E.164 format, such as +16175551212," end,
    show = masked,
  },
  sid = {
    fits = function(schema, value) return sid.validator(schema.prefix)(value) end,
    words = function(schema)
      return ("a SID of %s and 32 hexadecimal digits"):format(schema.prefix)
    end,
    show = if_like "^[A-Z][A-Z][A-Za-z0-9]*$",
  },
  email = {
    fits = function(_, value) return email.is_address(value) end,
    words = function() return "an e-mail address" end,
    show = masked,
  },
  date = {
    fits = function(_, value) return date.day(value) ~= nil end,
    words = function() return "a date such as 2026-05-04" end,
    show = if_like "^%d+[-/.]%d+[-/.]%d+$",
  },
  time = {
    fits = function(_, value) return date.time(value) ~= nil end,
    words = function() return "a time with its offset, such as 10:15:00-08:00," end,
    show = if_like "^%d+:[%d:+Z-]+$",
  },
  url = {
    fits = function(_, value) return value:find "^https?://[A-Za-z0-9%[][^\1-\32\127]*$" ~= nil end,
    words = function() return "a URL such as https://example.com/path" end,
  },
  path = {
    is_raw = true,
    fits = function(_, value) return value ~= "" and not value:find("\0", 1, true) end,
    words = function() return "a file's path" end,
  },
  bytes = {
    is_raw = true,
    fits = function(_, value) return value ~= "" end,
    words = function() return "a file's content, which is not empty," end,
  },
  mime_type = {
    fits = function(_, value)
      return value == "application/pdf" or value:find "^image/[A-Za-z0-9.+-]+$" ~= nil
    end,
    words = function() return 'the MIME type of a PDF or an image, such as "application/pdf",' end,
    show = if_like "^[a-z]+/[a-z.+-]+$",
  },
  country = {
    fits = function(_, value) return value:find "^[A-Z][A-Z]$" ~= nil end,
    words = function() return "a country's two capital letters" end,
    show = if_like "^[A-Za-z]+$",
  },
  enum = {
    fits = function(schema, value) return is_in(schema.values, value) end,
    words = function(schema) return '"' .. table.concat(schema.values, '" or "') .. '"' end,
    show = if_like "^[A-Za-z]+$",
  },
}

--- A value by its type only.
---@param value any
---@return string
function field_kinds.name_of(value)
  local name = type(value)
  return name == "string" and "a text" or "a " .. name
end

--- What is wrong with a single value, in words; nil if nothing is.
---@param schema table a field of a body
---@param value any
---@return string?
function field_kinds.problem(schema, value)
  local kind = kinds[schema.type]
  local wanted = kind.words and kind.words(schema) or "a text"
  if type(value) ~= "string" then
    return ("%s expected, got %s"):format(wanted, field_kinds.name_of(value))
  end
  local problem = not kind.is_raw and text_problem(schema, value) or nil
  if problem or not kind.fits or kind.fits(schema, value) then return problem end
  local shown = kind.show and kind.show(value)
  return ("%s expected, got %s%s"):format(wanted,
    shown and '"' .. excerpt(shown, SHOWN) .. '"' or "another text", edges.note(value))
end

return field_kinds
