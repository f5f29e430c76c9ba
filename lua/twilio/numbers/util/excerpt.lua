--- Text from outside, on one line and shortened. A page that echoes the request must not bring
--- credentials into an error.

---@param text string
---@param most integer how many bytes are kept
---@return string
local function excerpt(text, most)
  text = text:gsub("[%c%s]+", " "):gsub("^ ", ""):gsub(" $", "")
    :gsub("([Bb][Aa][Ss][Ii][Cc])([ %%&][%w%%&;+/=]+)", function(word, rest)
      if #rest > 8 then return word .. " ..." end
    end)
  return #text > most and text:sub(1, most) .. "..." or text
end

return excerpt
