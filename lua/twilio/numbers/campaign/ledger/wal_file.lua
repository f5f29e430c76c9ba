--- Reads the head of an SQLite log. When the log begins anew, SQLite writes its head first, then the frames of the first
--- transaction. A process that dies between the two has lost nothing, though the log has no frame that counts.

local wal_file = {}

local HEAD, FRAME = 32, 24 -- bytes of a head, and of a frame's own head
local RANGE = 2 ^ 32
local BIG, LITTLE = 0x377f0683, 0x377f0682 -- how the checksum reads its words

local function word(text, at, is_little)
  local a, b, c, d = text:byte(at, at + 3)
  if is_little then a, b, c, d = d, c, b, a end
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local function is_sound(head)
  if #head < HEAD then return false end
  local magic = word(head, 1)
  if magic ~= BIG and magic ~= LITTLE then return false end
  local first, second = 0, 0
  for at = 1, 24, 8 do
    first = (first + word(head, at, magic == LITTLE) + second) % RANGE
    second = (second + word(head, at + 4, magic == LITTLE) + first) % RANGE
  end
  return first == word(head, 25) and second == word(head, 29)
end

--- Whether a frame is there, and is one of those before the log began anew: their salt is another than the head's.
local function is_older(file, at, head)
  file:seek("set", at + 8)
  local salt = file:read(8)
  return salt ~= nil and #salt == 8 and salt ~= head:sub(17, 24)
end

--- Whether a log has just begun anew: it has a sound head, and its first or second frame is an older one. Then it can
--- have held no more than one small transaction.
---@param path string the log's
---@return boolean
function wal_file.has_just_begun(path)
  local file = io.open(path, "rb")
  if not file then return false end
  local head = file:read(HEAD) or ""
  local has_begun = is_sound(head) and (is_older(file, HEAD, head)
    or is_older(file, HEAD + FRAME + word(head, 9), head))
  file:close()
  return has_begun
end

return wal_file
