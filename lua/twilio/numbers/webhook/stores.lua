--- Where a receiver remembers what was delivered. A store has three functions:
---
--- `add(key, ttl)`: true if the key was not there; it is from now on, for ttl seconds.
--- `remove(key)`: forgets it.
--- `advance(key, number, ttl)`: false if a higher number is kept there; else keeps this one.

---@class twilio.numbers.WebhookStore
---@field add fun(self: table, key: string, ttl: number): boolean
---@field remove fun(self: table, key: string)
---@field advance fun(self: table, key: string, number: number, ttl: number): boolean

local stores = {}

local memory = {}
memory.__index = memory

local MOST = 100000 -- keys in each of the two halves

--- One in this Lua state's memory: of two halves, the older is dropped when it is as old as what
--- it holds has to live, or when the newer is full.
---@return twilio.numbers.WebhookStore
function stores.memory()
  return setmetatable({ new = {}, old = {}, count = 0, began = os.time() }, memory)
end

local function age(self, ttl)
  if self.count < MOST and os.time() - self.began < ttl then return end
  self.old, self.new, self.count, self.began = self.new, {}, 0, os.time()
end

local function put(self, key, value)
  if self.new[key] == nil then self.count = self.count + 1 end
  self.new[key] = value
end

local function get(self, key)
  local value = self.new[key]
  if value == nil then value = self.old[key] end
  return value
end

function memory:add(key, ttl)
  age(self, ttl)
  if get(self, key) then return false end
  put(self, key, true)
  return true
end

function memory:remove(key)
  self.new[key], self.old[key] = nil, nil
end

function memory:advance(key, number, ttl)
  age(self, ttl)
  local kept = get(self, key)
  if kept and kept > number then return false end
  put(self, key, number)
  return true
end

local shared = {}
shared.__index = shared

local PREFIX = "twilio.numbers.webhook:"

--- One in a `lua_shared_dict`, for all workers of an nginx.
---@param dict table such as ngx.shared.webhooks
---@return twilio.numbers.WebhookStore
function stores.shared(dict)
  return setmetatable({ dict = dict }, shared)
end

function shared:add(key, ttl)
  local added, why = self.dict:add(PREFIX .. key, true, ttl)
  if not added and why ~= "exists" then error("the shared dictionary: " .. why, 0) end
  return added
end

function shared:remove(key)
  self.dict:delete(PREFIX .. key)
end

--- Another worker may write in between: what is kept is looked at again.
function shared:advance(key, number, ttl)
  key = PREFIX .. key
  local kept
  repeat
    kept = self.dict:get(key)
    if kept and kept > number then return false end
    local set, why = self.dict:set(key, number, ttl)
    if not set then error("the shared dictionary: " .. why, 0) end
    kept = self.dict:get(key) or number -- which may be forgotten already, for want of room
  until kept >= number
  return kept == number
end

return stores
