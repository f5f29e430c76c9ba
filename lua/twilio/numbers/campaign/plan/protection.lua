--- The protect list: SIDs and numbers that must not be cancelled. A target is compared with it, and so are
--- all its numbers. A number that cannot be read may be a protected one, so that is reported as well.

local ascii = require "twilio.numbers.util.ascii"
local listed_numbers = require "twilio.numbers.campaign.plan.listed_numbers"
local normal_number = require "twilio.numbers.util.normal_number"
local phone_number = require "twilio.numbers.util.phone_number"
local sid = require "twilio.numbers.util.sid"

---@class twilio.numbers.Protection
---@field entries string[]
local protection = {}
protection.__index = protection

local LEAST = 7 -- digits of a number without country and area code

--- Whether a text is an entry: a port-in's or a number's SID, or a number in E.164. Numbers of North
--- America have 11 digits, so that a range such as +14155550111-0113 is not taken for one number.
---@param text any
---@return boolean
function protection.is_entry(text)
  if type(text) ~= "string" then return false end
  if sid.is_port_in(text) or sid.is_phone_number(text) then return true end
  local is_number = text:find "^%+" ~= nil and phone_number.written(text) == text
  return is_number and (text:sub(2, 2) ~= "1" or #text == #"+14155550111")
end

--- The entry that a text is, in the spelling of the protect list; nil if it is none, or may be several numbers.
---@param text string
---@return string?
function protection.entry(text)
  if protection.is_entry(text) then return text end
  local entry = text:find "^%+" and phone_number.written(text) and normal_number.normalize(text)
  return entry and protection.is_entry(entry) and entry or nil
end

local function add(index, key, place)
  index[key] = index[key] or {}
  table.insert(index[key], place)
end

---@param entries string[]
---@return twilio.numbers.Protection
function protection.new(entries)
  local self = setmetatable({ entries = entries, sids = {}, tails = {},
    blocks = {} }, protection)
  for place, entry in ipairs(entries) do
    local names_number = sid.is_phone_number(entry)
    if names_number or sid.is_port_in(entry) then
      add(self.sids, ascii.lower(entry), place)
      self.names_numbers = self.names_numbers or names_number
    elseif entry:find "^%+%d+$" then
      add(self.tails, phone_number.tail(entry), place)
      local plan = normal_number.plan_of(entry:sub(2))
      if plan and plan.varies then add(self.blocks, plan.code, place) end
    else
      self.is_unreadable = true
    end
  end
  return self
end

--- One search: collects the places of the entries that are found, and the first problem.
local search = {}
search.__index = search

function search:complain(words) self.problem = self.problem or words end

function search:found(place)
  if self.seen[place] then return end
  self.seen[place] = true
  self.places[#self.places + 1] = place
end

function search:sid(text)
  local places = type(text) == "string" and self.list.sids[ascii.lower(text)]
  for _, place in ipairs(places or {}) do self:found(place) end
end

function search:number(written)
  local places = written and self.list.tails[phone_number.tail(written)]
  for _, place in ipairs(places or {}) do
    if phone_number.may_be_one(self.list.entries[place], written, LEAST) then self:found(place) end
  end
end

--- Where the lengths of numbers vary, a shorter number may stand for all that begin with it.
function search:block(written)
  local plan = written and written:find "^%+" and normal_number.plan_of(written:sub(2))
  for _, place in ipairs(plan and self.list.blocks[plan.code] or {}) do
    local entry = self.list.entries[place]
    local length = math.min(#entry, #written)
    if entry:sub(1, length) == written:sub(1, length) then self:found(place) end
  end
end

function search:item(item)
  self:number(item.number)
  self:block(item.number)
  for _, text in ipairs(item.sids) do self:sid(text) end
end

function search:whole(port_in)
  local list = listed_numbers.of(port_in)
  -- An empty list may have been an empty object, since Lua has one table for both. No known port-in has no
  -- numbers.
  if not list or #list == 0 then return self:complain "the list of its numbers cannot be read" end
  for _, item in ipairs(list) do
    self:item(item)
    if not item.number or listed_numbers.is_doubtful(item) then
      self:complain "a number of it cannot be read"
    elseif not item.sids[1] and self.list.names_numbers then
      self:complain "a number of it has no SID"
    end
  end
end

--- A single number. The port-in lists it as well, and may give it another number.
function search:one(number, port_in, number_sid)
  local own = listed_numbers.read(number)
  self:item(own)
  if not own.number or listed_numbers.is_doubtful(own) then
    self:complain "its number cannot be read"
  end
  local wanted = number_sid and ascii.lower(number_sid)
  for _, item in ipairs(wanted and listed_numbers.of(port_in) or {}) do
    if item.sids[1] == wanted or item.sids[2] == wanted then self:item(item) end
  end
end

--- Finds the entries that name a target or one of its numbers: their places in the list. Also tells what part
--- of the target cannot be read, since an entry may name that part.
---@param target twilio.numbers.Target
---@param port_in twilio.numbers.PortIn? if it could be fetched
---@param number twilio.numbers.PortInPhoneNumber? if only that number is meant
---@return integer[]
---@return string? problem
function protection:find(target, port_in, number)
  if #self.entries == 0 then return {} end
  local found = setmetatable({ list = self, places = {}, seen = {} }, search)
  if self.is_unreadable then found:complain "the protect list cannot be read" end
  found:sid(target.port_in_sid)
  found:sid(target.phone_number_sid)
  found:number(phone_number.written(target.phone_number))
  if port_in then found:sid(port_in.port_in_request_sid) end
  if number then
    found:one(number, port_in, target.phone_number_sid)
  elseif port_in then
    found:whole(port_in)
  end
  return found.places, found.problem
end

return protection
