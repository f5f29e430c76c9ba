--- Compares the core's reader of JSON with lua-cjson on random texts, and ends with 1 after a difference.
--- usage: [SECONDS=60] [CASES=n] [SEED=1] LUA spec/attack/json/run.lua, with LUA_PATH, LUA_CPATH to a build

local compare = require "spec.attack.json.compare"
local texts = require "spec.attack.json.texts"

local seconds = tonumber(os.getenv "SECONDS") or 60
local cases = tonumber(os.getenv "CASES") or math.huge -- so many at most
local seed = tonumber(os.getenv "SEED" or 1)
local SHOWN, ROUND = 20, 100

local count, differences = 0, 0

--- A shorter text with a problem: pieces are cut out as long as one is left.
local function shorten(text)
  local size = math.ceil(#text / 2)
  while size >= 1 do
    local at = 1
    while at <= #text do
      local shorter = text:sub(1, at - 1) .. text:sub(at + size)
      if compare.problem(shorter) then text = shorter else at = at + size end
    end
    size = size > 1 and math.ceil(size / 2) or 0
  end
  return text, compare.problem(text)
end

local function check(text)
  local problem = compare.problem(text)
  count = count + 1
  if not problem then return end
  differences = differences + 1
  if differences > SHOWN then return end
  local shorter, its_problem = shorten(text)
  print(("%s: %q"):format(its_problem, shorter))
end

math.randomseed(seed)
for _, text in ipairs(texts.corpus) do check(text) end
local ends = os.time() + seconds
repeat
  for _ = 1, ROUND do check(texts.any()) end
until count >= cases or os.time() >= ends
print(("%s, lua-cjson %s%s, seed %d: %d texts, %d differences"):format(jit and jit.version or _VERSION,
  compare.version, compare.has_integers and " with integers" or "", seed, count, differences))
os.exit(differences == 0 and 0 or 1)
