--- A plan as a person or another program is shown it: a table, CSV, JSON, counts in words. Numbers are masked unless
--- asked for.

local ascii = require "twilio.numbers.util.ascii"
local classify = require "twilio.numbers.campaign.plan.classify"
local extent = require "twilio.numbers.campaign.plan.extent"
local format = require "twilio.numbers.util.format"
local redact = require "twilio.numbers.util.redact"

--- The part of a plan that shows it.
---@class twilio.numbers.PlanPresentation
local presentation = {}

local columns = {
  "class", "port_in_sid", "phone_number_sid", "phone_number", "status", "numbers", "scheduled",
  "note",
}

--- Gives a row for each target.
local function rows_of(self, unmasked)
  local mask, next_target = redact.filter(unmasked), self:each()
  return function()
    local _, target = next_target()
    if not target then return nil end
    local row = {}
    for _, name in ipairs(columns) do row[name] = mask(target[name]) end
    row.numbers = extent.numbers_of(target)
    return row
  end
end

--- The plan as a text table, one line for each target.
---@param unmasked boolean? phone numbers in full
---@param write (fun(text: string))? gets the text piece by piece, which takes less memory
---@return string # empty if there is `write`
function presentation:table(unmasked, write)
  return format.pieces(function(to)
    format.write_aligned(columns, function() return rows_of(self, unmasked) end, to)
  end, write)
end

--- The plan as CSV.
---@param unmasked boolean? phone numbers in full
---@param write (fun(text: string))? as for `table`
---@return string # empty if there is `write`
function presentation:csv(unmasked, write)
  return format.pieces(function(to)
    format.write_csv(columns, rows_of(self, unmasked), to)
  end, write)
end

--- The protect list: how many entries it has, how many of them name a target, and which do not.
---@return { entries: integer, matched: integer, unmatched: string[] }? # nil without such a list, and for a
---  plan of version 1
function presentation:protection()
  local entries = #self.protected
  if entries == 0 or not self.unmatched then return nil end
  return { entries = entries, matched = entries - #self.unmatched, unmatched = self.unmatched }
end

local SHOWN = 5 -- entries in a sentence

--- The same in words: "Protect list: 12 entries, 3 matched". Entries that name no target are listed, since they
--- may be mistyped.
---@param unmasked boolean? phone numbers in full
---@return string?
function presentation:protect_summary(unmasked)
  local list = self:protection()
  if not list then return nil end
  local text = ("Protect list: %d %s, %d matched"):format(list.entries,
    list.entries == 1 and "entry" or "entries", list.matched)
  local mask, shown, rest = redact.filter(unmasked), {}, #list.unmatched - SHOWN
  for i = 1, math.min(#list.unmatched, SHOWN) do shown[i] = mask(list.unmatched[i]) end
  if not shown[1] then return text end
  return ("%s. These match no target: %s%s"):format(text, table.concat(shown, ", "),
    rest > 0 and (" and %d more"):format(rest) or "")
end

local function protect_json(self, mask)
  local list = self:protection()
  if not list then return "" end
  local shown = {}
  for i, entry in ipairs(list.unmatched) do shown[i] = mask(entry) end
  list.unmatched = shown
  return ('"protect":%s,\n'):format(format.object({ "entries", "matched", "unmatched" }, list))
end

--- How many targets each class has.
local function counts_of(self)
  local counts = {}
  for _, class in ipairs(classify.all) do counts[class.name] = self:count(class.name) end
  return counts
end

--- The plan as JSON for another program: counts by class, and all targets. `campaign.read_plan` reads
--- `to_json`, not this.
---@param unmasked boolean? phone numbers in full
---@param write (fun(text: string))? as for `table`
---@return string # empty if there is `write`
function presentation:listing(unmasked, write)
  local names = {}
  for i, class in ipairs(classify.all) do names[i] = class.name end
  local head = format.object({ "plan", "base_url", "account_sid", "created_at" }, { plan = self.id,
    base_url = self.base_url, account_sid = self.account_sid, created_at = self.created_at })
  head = ('%s,\n%s"counts":%s,\n"extent":%s,\n"targets":'):format(head:gsub("}$", ""),
    protect_json(self, redact.filter(unmasked)), format.object(names, counts_of(self)),
    format.object(extent.FIELDS, self:extent()))
  return format.pieces(function(to)
    to(head)
    format.write_array(columns, rows_of(self, unmasked), to)
    to "}\n"
  end, write)
end

--- The counts in words: "5 to be cancelled, 2 ported already. To be cancelled: 5 port-ins, 12 numbers".
---@return string
function presentation:summary()
  local parts, counts = {}, counts_of(self)
  for _, class in ipairs(classify.all) do
    local count = counts[class.name]
    if count > 0 or class.name == "cancel" then
      parts[#parts + 1] = ("%d %s"):format(count, class.words)
    end
  end
  local words = table.concat(parts, ", ")
  if counts.cancel == 0 then return words end
  return ("%s. To be cancelled: %s"):format(words, extent.words(self:extent()))
end

--- What the dates of ports mean for the plan: how many targets to be cancelled have one, and in which time zone
--- the window was judged. Nil if no date matters.
---@return string?
function presentation:schedule_summary()
  local scheduled, late = self:scheduled(), self:count "too_late"
  if scheduled + late == 0 then return nil end
  local hours = self.window / 3600
  local zone = ("The API's dates are UTC. The window of %s hours around each was judged in UTC "
    .. "where a date has a time, and from UTC+14 to UTC-12 where it has none"):format(
    ascii.number(hours, "%.14g"))
  if scheduled == 0 then return zone end
  return ("%d to be cancelled %s: the carrier may refuse, or charge a fee. %s"):format(scheduled,
    scheduled == 1 and "has a port date" or "have a port date", zone)
end

return presentation
