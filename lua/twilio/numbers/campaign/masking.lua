--- Hides what identifies a person in what is printed or handed on.

local masking = {}

--- +14155550111 becomes +141*****11.
local function mask_number(text)
  local shown = #text > 8 and 4 or 2
  return text:sub(1, shown) .. ("*"):rep(#text - shown - 2) .. text:sub(-2)
end

local function mask_long(text)
  return #text:gsub("%D", "") >= 5 and mask_number(text) or nil
end

--- Digits that stand alone: as many as a phone number has.
local function mask_alone(text)
  return #text >= 10 and #text <= 15 and mask_number(text) or nil
end

--- robin@example.com becomes r***@example.com.
local function mask_address(first, domain)
  return first .. "***@" .. domain
end

--- A text with phone numbers and e-mail addresses masked, wherever they stand in it.
---@param text string
---@return string
function masking.text(text)
  return (text:gsub("%%40", "@")
    :gsub("([%w%.%%%+_%-])[%w%.%%%+_%-]*@([%w%-]+[%w%.%-]*)", mask_address)
    :gsub("%+%d[%d %.%-%(%)/]*%d", mask_long):gsub("%%2[Bb]%d+", mask_long)
    :gsub("%f[%w]%d+%f[%W]", mask_alone)
    :gsub("%f[%w]%(?%d%d%d%)?[%. %-]%d%d%d[%. %-]%d%d%d%d%f[%W]", mask_number))
end

--- The function to send every shown text through.
---@param unmasked boolean?
---@return fun(text: string?): string?
function masking.filter(unmasked)
  return function(text)
    if unmasked or type(text) ~= "string" then return text end
    return masking.text(text)
  end
end

return masking
