--- How much is to be cancelled: port-ins, and the telephone numbers of all of them. "4 to be cancelled" may be
--- 400 telephone numbers.

local extent = {
  FIELDS = { "targets", "port_ins", "singles", "numbers", "unread" },
}

---@class twilio.numbers.Extent
---@field targets integer how many targets
---@field port_ins integer how many of them are whole port-ins
---@field singles integer how many of them are single numbers of port-ins
---@field numbers integer telephone numbers of all of them, as far as their lists could be read
---@field unread integer whole port-ins whose numbers could not be read

---@return twilio.numbers.Extent
function extent.new()
  return { targets = 0, port_ins = 0, singles = 0, numbers = 0, unread = 0 }
end

---@param self twilio.numbers.Extent
---@return twilio.numbers.Extent
function extent.copy(self)
  local copy = {}
  for _, name in ipairs(extent.FIELDS) do copy[name] = self[name] end
  return copy
end

--- Telephone numbers of one target; nil if they could not be read. An empty list may have been anything, and no
--- known port-in has no numbers.
---@param target twilio.numbers.Target the plan's
---@return integer?
function extent.numbers_of(target)
  if target.phone_number_sid or target.phone_number then return 1 end
  local count = target.numbers and #target.numbers or 0
  return count > 0 and count or nil
end

--- Counts one more target.
---@param self twilio.numbers.Extent
---@param target twilio.numbers.Target the plan's
function extent.add(self, target)
  local count = extent.numbers_of(target)
  self.targets = self.targets + 1
  if target.phone_number_sid or target.phone_number then
    self.singles = self.singles + 1
  else
    self.port_ins = self.port_ins + 1
  end
  self.numbers = self.numbers + (count or 0)
  self.unread = self.unread + (count and 0 or 1)
end

--- Whether the count of targets does not tell the count of telephone numbers.
---@param self twilio.numbers.Extent
---@return boolean
function extent.differs(self)
  return self.numbers ~= self.targets - self.unread
end

local function counted(count, noun)
  return ("%d %s%s"):format(count, noun, count == 1 and "" or "s")
end

--- In words: "12 port-ins, 137 numbers".
---@param self twilio.numbers.Extent
---@return string
function extent.words(self)
  local parts = {}
  if self.port_ins > 0 then parts[1] = counted(self.port_ins, "port-in") end
  if self.singles > 0 then parts[#parts + 1] = counted(self.singles, "single number") end
  local words = table.concat(parts, " and ")
  if self.port_ins == 0 then return words end
  if self.unread == self.port_ins and self.singles == 0 then
    return ("%s, %s numbers not known"):format(words, self.port_ins == 1 and "its" or "their")
  end
  words = ("%s, %s"):format(words, counted(self.numbers, "number"))
  if self.unread == 0 then return words end
  return ("%s and those of %s that cannot be read"):format(words, counted(self.unread, "port-in"))
end

return extent
