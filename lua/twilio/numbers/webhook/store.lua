--- Where a receiver remembers what was delivered. A store has four functions:
---
--- `claim(key, seconds)`: "new" if the key is free; the caller then has it for that long. "busy" if it is
---   claimed, "done" if it was finished.
--- `finish(key, ttl)`: it is done, and remembered for ttl seconds.
--- `remove(key)`: forgets it.
--- `advance(key, number, ttl)`: false if a higher number is kept there; else keeps this one.

local argument_error = require "twilio.numbers.util.argument_error"
local core = require "twilio.numbers.core"
local guard = require("twilio.numbers.util.methods").guard

---@class twilio.numbers.WebhookStore
---@field claim fun(self: table, key: string, seconds: number): "new"|"busy"|"done" claims a key for so long; "busy" if it is claimed, "done" if it is finished
---@field finish fun(self: table, key: string, ttl: number) marks a key as finished for ttl seconds
---@field remove fun(self: table, key: string) forgets a key
---@field advance fun(self: table, key: string, number: number, ttl: number): boolean stores the number for ttl seconds; false if a higher one is stored

local store = {}

local memory = {}
memory.__index = memory

local MOST = 100000 -- keys in each of the two halves

--- A store in this Lua state's memory. It has two halves. The older half is dropped when all its keys have
--- expired, or when the newer one is full: so no key needs a timer.
---@return twilio.numbers.WebhookStore
function store.memory()
  return setmetatable({
    new = {}, old = {}, count = 0, began = core.now(),
    claims = {}, -- until when, by key
  }, memory)
end

local function age(self, ttl)
  local now = core.now()
  if self.count < MOST and now - self.began < ttl then return end
  self.old, self.new, self.count, self.began = self.new, {}, 0, now
  for key, ends in pairs(self.claims) do
    if ends < now then self.claims[key] = nil end
  end
end

local function put(self, key, value, ttl)
  age(self, ttl)
  if self.new[key] == nil then self.count = self.count + 1 end
  self.new[key] = value
end

local function get(self, key)
  local value = self.new[key]
  if value == nil then value = self.old[key] end
  return value
end

function memory:claim(key, seconds)
  if get(self, "done " .. key) then return "done" end
  local now = core.now()
  if (self.claims[key] or 0) > now then return "busy" end
  self.claims[key] = now + seconds
  return "new"
end

function memory:finish(key, ttl)
  self.claims[key] = nil
  put(self, "done " .. key, true, ttl)
end

function memory:remove(key)
  self.claims[key], self.new["done " .. key], self.old["done " .. key] = nil, nil, nil
end

function memory:advance(key, number, ttl)
  local kept = get(self, "newest " .. key)
  if kept and kept > number then return false end
  put(self, "newest " .. key, number, ttl)
  return true
end

local shared = {}
shared.__index = shared

local PREFIX = "twilio.numbers.webhook:"
local BUSY, DONE = 1, 2

--- A store in a `lua_shared_dict`, for all workers of an nginx.
---@param dict table such as ngx.shared.webhooks
---@return twilio.numbers.WebhookStore
function store.shared(dict)
  if type(dict) ~= "table" or type(dict.add) ~= "function" then
    argument_error.argument("dict", "a lua_shared_dict, such as ngx.shared.webhooks", dict)
  end
  return setmetatable({ dict = dict }, shared)
end

local function must(done, why)
  if not done then error("the shared dictionary: " .. tostring(why), 0) end
end

function shared:claim(key, seconds)
  key = PREFIX .. key
  for _ = 1, 10 do -- the key may expire between `add` and `get`
    local added, why = self.dict:add(key, BUSY, seconds)
    if added then return "new" end
    if why ~= "exists" then must(added, why) end
    local kept = self.dict:get(key)
    if kept then return kept == DONE and "done" or "busy" end
  end
  return "busy"
end

function shared:finish(key, ttl)
  must(self.dict:set(PREFIX .. key, DONE, ttl))
end

function shared:remove(key)
  self.dict:delete(PREFIX .. key)
end

--- Another worker may write between `get` and `set`, so the value is read again.
function shared:advance(key, number, ttl)
  key = PREFIX .. "newest " .. key
  local kept
  repeat
    kept = self.dict:get(key)
    if kept and kept > number then return false end
    must(self.dict:set(key, number, ttl))
    kept = self.dict:get(key) or number -- evicted already, when the dictionary is full
  until kept >= number
  return kept == number
end

guard(memory, memory, "store")
guard(shared, shared, "store")

return store
