--- One limit for all workers of an nginx: a request in flight holds a place, which is a key in a
--- shared dictionary. The places of a worker that died are taken from it when another one needs them, or run
--- out.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local ngx = require "ngx"
local options_of = require "twilio.numbers.util.options"

local now, random, floor, max, min = core.now, math.random, math.floor, math.max, math.min

---@class twilio.numbers.SharedLimit
---@field dict string the name of a `lua_shared_dict`; required
---@field concurrency integer requests in flight at once in all workers together; required

---@class twilio.numbers.nginx.SharedLimit
local shared_limit = {}
shared_limit.__index = shared_limit

local LEASE = 30 -- seconds for which a place is held unless it is renewed
local SHORTAGE = 0.1 -- seconds for which the others are told that a worker has less than its share
local INSPECTION = 0.1 -- seconds between two searches for workers that died

local clients = 0 -- of this worker, for each needs a name of its own

local schema = options_of.schema({
  dict = { kind = "any" },
  concurrency = { kind = "any" },
}, "shared_limit")

local function check(options)
  schema:check(options)
  local dict, concurrency = ngx.shared[options.dict or ""], options.concurrency
  if not dict then
    argument_error.argument("shared_limit.dict", "the name of a lua_shared_dict", options.dict)
  end
  if type(concurrency) ~= "number" or concurrency < 1 or concurrency % 1 ~= 0 then
    argument_error.argument("shared_limit.concurrency", "a whole number above 0", concurrency)
  end
  return dict, concurrency
end

--- The engine begins nothing until `adjust` has found a place for it.
---@param options twilio.numbers.SharedLimit
---@param engine table
---@param account_sid string the account that has the limit
function shared_limit.new(options, engine, account_sid)
  local dict, concurrency = check(options)
  clients = clients + 1
  engine:allow(0)
  return setmetatable({
    dict = dict, concurrency = concurrency, engine = engine,
    prefix = "twilio.numbers:" .. account_sid .. ":",
    number = clients,
    places = {}, -- the keys that are held
    renewed = 0,
  }, shared_limit)
end

--- The name of this client. The process is read each time: the client may be older than the worker.
local function owner(self)
  return ngx.worker.pid() .. ":" .. self.number
end

--- Keeps the places for longer; forgets a place that ran out, and may be another worker's now.
local function renew(self)
  if now() - self.renewed < LEASE / 3 then return end
  self.renewed = now()
  local kept, name = {}, owner(self)
  for _, place in ipairs(self.places) do
    if self.dict:get(place) == name and self.dict:expire(place, LEASE) then
      kept[#kept + 1] = place
    end
  end
  self.places = kept
end

--- One more place, or false if all are taken.
local function take(self, name)
  local start = random(self.concurrency)
  for i = start, start + self.concurrency - 1 do
    local place = self.prefix .. i % self.concurrency
    if self.dict:add(place, name, LEASE) then
      self.places[#self.places + 1] = place
      return true
    end
  end
  return false
end

--- Takes as many places as are wanted, or are free.
local function take_all(self, name, wanted)
  while #self.places < wanted do
    if not take(self, name) then return end
  end
end

--- Frees the places of processes that do not exist any more; whether there were any. One worker at a time
--- does it, or else the second one could free a place that the first one has taken.
local function free_of_dead(self, name)
  if not self.dict:add(self.prefix .. "inspected", name, INSPECTION) then return false end
  local any = false
  for i = 0, self.concurrency - 1 do
    local holder = self.dict:get(self.prefix .. i)
    local pid = holder and ascii.whole(holder:match "^(%d+):")
    if pid and not core.process_exists(pid) then
      self.dict:delete(self.prefix .. i)
      any = true
    end
  end
  return any
end

local function give_up(self, count)
  while #self.places > count do self.dict:delete(table.remove(self.places)) end
end

--- How many places a worker may hold while others have fewer and want more. It may be none.
local function share(self)
  return floor(self.concurrency / ngx.worker.count())
end

local function others_are_short(self, name)
  local other = self.dict:get(self.prefix .. "hungry")
  return other ~= nil and other ~= name
end

--- Takes and gives up places until there are as many as there are requests, if enough are free.
function shared_limit:adjust()
  local in_flight, wanted = self.engine:in_flight()
  if wanted == 0 and #self.places == 0 then return end
  renew(self)
  local name, fair = owner(self), share(self)
  if wanted > fair and others_are_short(self, name) then wanted = fair end
  take_all(self, name, wanted)
  if #self.places < wanted and free_of_dead(self, name) then take_all(self, name, wanted) end
  self.short = #self.places < min(wanted, max(fair, 1))
  if self.short then self.dict:set(self.prefix .. "hungry", name, SHORTAGE) end
  give_up(self, max(in_flight, wanted))
  self.engine:allow(min(#self.places, wanted))
end

--- Whether there are requests that wait for a place.
function shared_limit:is_short()
  local _, wanted = self.engine:in_flight()
  return wanted > #self.places
end

return shared_limit
