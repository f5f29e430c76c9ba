--- A telephone number as people and spreadsheets write it, made E.164. What may be read in two ways is refused.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local options_of = require "twilio.numbers.util.options"
local phone_number = require "twilio.numbers.util.phone_number"
local plans = require "twilio.numbers.util.numbering_plans"
local visible = require "twilio.numbers.util.visible"

local normal_number = {}

local LEAST, MOST = 7, 15 -- digits with the country code
local SHORT = 4 -- digits; fewer after the last hyphen or slash may be an extension, or the end of a range

---@class twilio.numbers.NormalizeOptions
---@field country string? the country of numbers without a country code, by its two letters, such as "US". Default: none.

local schema = options_of.schema { country = { kind = "text" } }

--- By their codes, each once.
local by_code = {}
for _, plan in pairs(plans) do by_code[plan.code] = plan end

--- The codes of the countries that are known, in order.
---@return string[]
function normal_number.countries()
  local names = {}
  for name in pairs(plans) do names[#names + 1] = name end
  return ascii.sort(names)
end

--- The plan of a country. Another country raises.
local function plan_within(country)
  if country == nil then return nil end
  local plan = plans[ascii.upper(country)]
  if not plan then
    argument_error.argument("country",
      "one of " .. table.concat(normal_number.countries(), ", "), country)
  end
  return plan
end

--- Blanks and hyphens of all kinds in one spelling, and without marks that cannot be seen.
local function plain(text)
  text = text:gsub("\226\128[\144-\149]", "-"):gsub("\226\136\146", "-")
  text = text:gsub("\194\160", " "):gsub("\226\128[\128-\138\175]", " ")
  text = text:gsub("\226\128[\139-\143\168-\174]", ""):gsub("\226\129[\160-\175]", "")
    :gsub("\239\187\191", ""):gsub("\194\173", "")
  text = ascii.trim((text:gsub("^[Tt][Ee][Ll]:", "")))
  return (text:gsub("^%(%+(%d+)%)", "+%1"))
end

--- What a spreadsheet makes of a number, in words; nil if it is nothing of that kind.
---@param text string
---@return string?
function normal_number.spoilt(text)
  text = ascii.trim(text)
  if text:find "^%+?%d[%d.,]*[Ee]%+?%d+$" then
    return "a spreadsheet has rounded it, and digits are lost: format the column as text there, "
      .. "and enter the numbers again"
  end
  if text:find "^%+?%d+[.,]0+$" then
    return "a program took it for a number with a fraction: keep the column as text there"
  end
  if text:find "^#+$" or text:find "^#[A-Z0-9/]+[!?]?$" then
    return "a spreadsheet shows this where it has no value"
  end
end

--- Why a text is no telephone number by its characters.
local function wrong_characters(text)
  if text == "" then return "it is empty" end
  local spoilt = normal_number.spoilt(text)
  if spoilt then return spoilt end
  if text:find "[A-Za-z]" then return "it has letters, or an extension" end
  if text:find "[,;|&\t]" then return "it may be more than one number" end
  if text:find "[^%d %-%.%(%)/+]" then return "it has characters that no number has" end
  if text:find("+", 2, true) then return "it has a plus within: it may be more than one number" end
  local stripped = text:gsub("%(%d[%d %-]*%)", "")
  if stripped:find "[()]" then return "its brackets do not fit" end
end

local function fits(plan, digits)
  for _, shape in ipairs(plan.shapes) do
    if #digits >= shape[2] and #digits <= shape[3] and digits:find(shape[1]) then return true end
  end
  return false
end

--- The plan of digits that begin with a country code, and whether that country has such numbers, also with what is
--- dialled within it. Nil for a country that is not known.
---@param digits string
---@return twilio.numbers.NumberingPlan?
---@return boolean?
function normal_number.plan_of(digits)
  for length = 1, 3 do
    local plan = by_code[digits:sub(1, length)]
    if plan then
      local national = digits:sub(length + 1)
      local without = plan.trunk == "0" and national:match "^0(.*)$"
      return plan, fits(plan, national) or without and fits(plan, without) or false
    end
  end
end

--- Collects the numbers that a text may be.
local readings = {}
readings.__index = readings

function readings:add(plan, national)
  if not fits(plan, national) then return end
  local number = "+" .. plan.code .. national
  if not self.has[number] then
    self.has[number] = true
    self[#self + 1] = number
  end
end

--- A number within its country, with what is dialled before it or without.
function readings:national(plan, digits)
  local trunk = plan.trunk
  if trunk ~= "" and digits:sub(1, #trunk) == trunk then self:add(plan, digits:sub(#trunk + 1)) end
  self:add(plan, digits)
end

--- Digits that begin with a country code.
function readings:international(digits)
  for length = 1, 3 do
    local plan = by_code[digits:sub(1, length)]
    if plan then
      local national = digits:sub(length + 1)
      self:add(plan, national)
      if plan.trunk == "0" then self:add(plan, (national:gsub("^0", ""))) end
      return plan
    end
  end
  if #digits >= LEAST and #digits <= MOST and digits:find "^[1-9]" then
    self[#self + 1] = "+" .. digits
  end
end

local function new_readings() return setmetatable({ has = {} }, readings) end

--- Whether the end may be an extension, or the last of a range of numbers. One digit after a blank may be a column of
--- its own.
local function has_short_end(text)
  local last = text:match "[%-/][ ]*(%d+)$"
  return last ~= nil and #last < SHORT or text:find "%d%d +%d$" ~= nil
end

--- A slash stands behind an area code; elsewhere it stands between two numbers.
local function has_odd_slash(text)
  return text:find("/", 1, true) ~= nil and not text:find "^%(?0%d+%)? ?/[^/]+$"
end

local function digits_of(text)
  return (text:gsub("[^%d]", ""))
end

--- With a plus, or with what is dialled before a country code.
local function read_international(text, digits)
  local found = new_readings()
  local plan = found:international(digits)
  if text:find("(0)", 1, true) and not (plan and plan.trunk == "0") then
    return nil, "it is not known whether its (0) belongs to the number"
  end
  if (not plan or plan.varies) and has_short_end(text) then
    return nil, "it may have an extension, or be a range"
  end
  if #found == 1 then return found[1] end
  if digits:find "^0" then
    return nil, "no country code begins with 0: write + and the country code, and nothing before it"
  end
  return nil, "its country has no numbers like that"
end

--- What to write for what may be dialled before a country code, though not from the country that is named.
local function hint_for(digits)
  local prefix = digits:match "^01[01]" or digits:match "^00"
  return prefix and (": for a country code write + in place of %s"):format(prefix) or ""
end

local function read_national(text, digits, plan, country)
  if plan.varies and has_short_end(text) then
    return nil, "it may have an extension, or be a range"
  end
  local found = new_readings()
  found:national(plan, digits)
  if digits:sub(1, #plan.code) == plan.code then
    found:national(plan, digits:sub(#plan.code + 1))
  end
  if #found == 1 then return found[1] end
  if #found > 1 then return nil, ("it may be %s or %s"):format(found[1], found[2]) end
  if plan.code == "1" and #digits == 7 then return nil, "it lacks the area code" end
  return nil, ("%s has no numbers like that%s"):format(country, hint_for(digits))
end

local function read(text, plan, country)
  local digits = digits_of(text)
  if text:find "^%+" then return read_international(text, digits) end
  if not plan then return nil, "it has no + and country code, and no country is named" end
  if digits:sub(1, #plan.international) == plan.international then
    return read_international(text, digits:sub(#plan.international + 1))
  end
  return read_national(text, digits, plan, country)
end

--- A phone number in E.164 format, from what people and spreadsheets write: `(415) 555-0100` with `{ country = "US" }`.
--- With a plus and country code no country is needed. What may be several numbers, or lacks something, is refused.
---@param text string
---@param options twilio.numbers.NormalizeOptions? an unknown country raises
---@return string?
---@return string? # why not
function normal_number.normalize(text, options)
  if type(text) ~= "string" then argument_error.argument("text", "a phone number as text", text) end
  local country = schema:check(options or {}).country
  local plan = plan_within(country)
  if #text > 100 then return nil, "it is too long" end
  text = plain(visible.trim(text))
  if phone_number.is_e164(text) then return text end
  local why = wrong_characters(text)
  if why then return nil, why end
  if has_odd_slash(text) then return nil, "it may be more than one number" end
  return read(text, plan, country and ascii.upper(country))
end

return normal_number
