--- Random numbers that are the same for a seed on every Lua, and what can be made of them.

local random = {}
random.__index = random

local MODULUS, FACTOR = 2147483647, 16807

--- Seeds that follow each other must not give numbers that do.
local function mixed(state)
  local low, high = state % 65536, math.floor(state / 65536)
  return (low * low + high * 40503 + 12345) % (MODULUS - 1) + 1
end

---@param seed integer
function random.new(seed)
  local state = seed % MODULUS
  for _ = 1, 3 do state = mixed(state * FACTOR % MODULUS) end
  return setmetatable({ state = state }, random)
end

--- A whole number from 1 to `most`.
function random:int(most)
  self.state = self.state * FACTOR % MODULUS
  return self.state % most + 1
end

--- Whether the one in so many happens.
function random:one_in(count) return self:int(count) == 1 end

function random:pick(list) return list[self:int(#list)] end

--- Up to so many bytes, most of them printable.
function random:bytes(most)
  local list = {}
  for i = 1, self:int(most + 1) - 1 do
    list[i] = string.char(self:one_in(3) and self:int(256) - 1 or 31 + self:int(95))
  end
  return table.concat(list)
end

--- A few bytes of a text cut out, repeated, replaced, or others put in. `words` are put in as well.
function random:damage(text, words)
  local at = self:int(#text + 1) - 1
  local to, kind = math.min(#text, at + self:int(5) - 1), self:int(words and 6 or 5)
  local head, cut, tail = text:sub(1, at), text:sub(at + 1, to), text:sub(to + 1)
  if kind == 1 then return head end
  if kind == 2 then return head .. tail end
  if kind == 3 then return head .. cut .. cut .. tail end
  if kind == 4 then return head .. string.char(self:int(256) - 1) .. tail end
  if kind == 5 then return head .. self:bytes(4) .. cut .. tail end
  return head .. self:pick(words) .. tail
end

--- The same up to so many times.
function random:mutate(text, words, most)
  for _ = 1, self:int(most or 3) do text = self:damage(text, words) end
  return text
end

return random
