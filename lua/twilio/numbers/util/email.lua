--- E-mail addresses: only what no address is gets refused, since the server has the last word.

local email = {}

local MOST = 254 -- bytes, by RFC 5321
local WORD = "[^\1-\32\127@<>,;]+"
local FORM = "^" .. WORD .. "@" .. WORD .. "%." .. WORD .. "$"

---@param value any
---@return boolean
function email.is_address(value)
  return type(value) == "string" and #value <= MOST and value:find(FORM) ~= nil
    and not value:find("..", 1, true) and not value:find("@.", 1, true) and not value:find "%.$"
end

return email
