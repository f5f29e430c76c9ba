--- Texts from outside, made fit for JSON files and for databases, which take UTF-8 only.

local are_plain = require("twilio.numbers.core").are_plain

local utf8 = {}

--- What a byte that begins a character is followed by.
local sequences = {
  "^[\194-\223][\128-\191]", "^\224[\160-\191][\128-\191]",
  "^[\225-\236\238\239][\128-\191][\128-\191]",
  "^\237[\128-\159][\128-\191]", "^\240[\144-\191][\128-\191][\128-\191]",
  "^[\241-\243][\128-\191][\128-\191][\128-\191]", "^\244[\128-\143][\128-\191][\128-\191]",
}

local function clean_run(run)
  local parts, position = {}, 1
  while position <= #run do
    local stop
    for _, sequence in ipairs(sequences) do
      stop = stop or select(2, run:find(sequence, position))
    end
    parts[#parts + 1] = stop and run:sub(position, stop) or "?"
    position = (stop or position) + 1
  end
  return table.concat(parts)
end

--- The text with a question mark for each byte that is no part of a UTF-8 character, and for each NUL.
---@param text string
---@return string
function utf8.clean(text)
  if are_plain(text) then return text end -- most texts, at a fraction of the time
  return (text:gsub("%z", "?"):gsub("[\128-\255]+", clean_run))
end

--- Whether nothing has to be cleaned of those values that are texts.
---@param ... any
---@return boolean
utf8.are_plain = are_plain

return utf8
