--- Damage to a ledger: 1 to 8 of its bits are flipped, in its file, or in the log beside it if there is one.

local core = require "twilio.numbers.core"
local support = require "spec.support"

local function flipped(text, place, bit)
  local byte, weight = text:byte(place + 1), 2 ^ bit
  local is_set = math.floor(byte / weight) % 2 == 1
  return text:sub(1, place) .. string.char(is_set and byte - weight or byte + weight)
    .. text:sub(place + 2)
end

--- A byte's place. Most of a file is empty, so half of the places are of bytes that are not zero.
local function place_in(random, text)
  local must_be_full = random:one_in(2)
  while true do
    local place = random:int(#text) - 1
    if not must_be_full or text:byte(place + 1) ~= 0 then return place end
  end
end

return function(random, path)
  local words, counts = {}, { 1, 1, 1, 2, 3, 4, 6, 8 }
  local has_log = core.file_identity(path .. "-wal") and #support.read_file(path .. "-wal") > 0
  for _ = 1, random:pick(counts) do
    local file = has_log and random:one_in(2) and path .. "-wal" or path
    local text = support.read_file(file)
    local place, bit = place_in(random, text), random:int(8) - 1
    support.write_file(file, flipped(text, place, bit))
    words[#words + 1] = ("%s%d.%d"):format(file == path and "" or "log ", place, bit)
  end
  return table.concat(words, ", ")
end
