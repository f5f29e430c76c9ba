--- Which titles of columns may stand for phone numbers, in several languages. A file that is read for whole port-ins
--- must not have such a column unnoticed.

local titles = {}

local function set(text)
  local words = {}
  for word in text:gmatch "%a+" do words[word] = true end
  return words
end

-- Words that stand for a phone number, whatever stands beside them.
local phone = set [[
  did dids ddi ddis dnis tn tns ani clid msisdn msisdns tel tels telno telnr phone phones mobile
  mobiles cell cells cellphone fax faxes rufnummer rufnummern durchwahl handy handynummer
  celular movil cellulare telemovel puhelin tfn tfns]]

-- Words that also number other things: only where no other word stands beside them.
local number = set [[
  number numbers num nums nr nrs no nos nbr numero numeros numer numery nummer nummern cislo
  line lines extension extensions]]

-- Parts of longer words: telephone, telefono, Telefonnummer, phone_number, E.164.
local parts = { "phone", "telef", "telep", "msisdn", "e%.?164", "rufnummer", "fono" }

-- Letters with accents as those without, in UTF-8.
local accents = {
  ["\195[\128-\133\160-\165]"] = "a", ["\195[\136-\139\168-\171]"] = "e",
  ["\195[\140-\143\172-\175]"] = "i", ["\195[\146-\150\178-\182]"] = "o",
  ["\195[\153-\156\185-\188]"] = "u", ["\195[\145\177]"] = "n",
}

--- A title's words in lower case, also without a blank between them: PhoneNumber, did_number.
local function words_of(title)
  for accented, letter in pairs(accents) do title = title:gsub(accented, letter) end
  return (title:gsub("(%l)(%u)", "%1 %2"):lower())
end

--- "phone" if the title names phone numbers; "number" if it may name them, or number something else; nil otherwise.
---@param title string
---@return "phone"|"number"|nil
function titles.kind(title)
  local text = words_of(title)
  for _, part in ipairs(parts) do
    if text:find(part) then return "phone" end
  end
  local may_be, others = text:find("#", 1, true) ~= nil, false
  for word in text:gmatch "%a+" do
    if phone[word] then return "phone" end
    if number[word] then may_be = true else others = true end
  end
  return may_be and not others and "number" or nil
end

return titles
