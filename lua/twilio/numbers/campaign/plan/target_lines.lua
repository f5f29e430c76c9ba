--- The targets in a plan's text. Each has a line of its own, which is decoded when it is asked for: decoded, all of
--- them would take several times the memory of the text.

local format = require "twilio.numbers.util.format"
local json = require "twilio.numbers.util.json"

---@class twilio.numbers.TargetLines
---@field text string the plan's
---@field head string the text of the plan's other fields
---@field starts integer[] where each line begins
---@field stop integer where the last one ends
---@field recent table<integer, twilio.numbers.Target> some that were decoded
---@field kept integer how many these are
local target_lines = { BLOCK = 256 } -- how many lines are joined to one text while a plan is made
target_lines.__index = target_lines

local fields = {
  "port_in_sid", "phone_number_sid", "phone_number", "class", "note", "status", "numbers",
  "scheduled",
}

-- A line break stands between the parts of a plan only: in JSON's strings it is escaped.
local BEGIN, BETWEEN, END = '"targets":[\n', ",\n", "\n]}}\n"

local MOST = 256 -- targets that are kept decoded: those that a run has claimed

--- A target's line in a plan.
---@param target twilio.numbers.Target|string a line stays as it is
---@return string
function target_lines.line(target)
  return type(target) == "string" and target or format.object(fields, target)
end

--- Several lines as one, which stands for them when a plan is made.
---@param lines string[]
---@param first integer
---@param last integer
---@return string
function target_lines.joined(lines, first, last)
  return table.concat(lines, BETWEEN, first, last)
end

--- The lines of targets that come in their order, as texts of many lines each: those take less memory.
---@param next_target fun(): twilio.numbers.Target?
---@return string[]
function target_lines.blocks(next_target)
  local blocks, lines = {}, {}
  for target in next_target do
    lines[#lines + 1] = target_lines.line(target)
    if #lines == target_lines.BLOCK then
      blocks[#blocks + 1], lines = target_lines.joined(lines, 1, #lines), {}
    end
  end
  if lines[1] then blocks[#blocks + 1] = target_lines.joined(lines, 1, #lines) end
  return blocks
end

--- Finds the lines in a plan's text. Nil if it is not written in lines.
---@param text string
---@param start integer where the plan's fields begin
---@return twilio.numbers.TargetLines?
function target_lines.find(text, start)
  local first, last = text:find(BETWEEN .. BEGIN, start, true)
  if not first or text:sub(-#END) ~= END then return nil end
  local starts, stop, place = {}, #text - #END, last + 1
  while place <= stop do
    starts[#starts + 1] = place
    local gap = text:find(BETWEEN, place, true)
    if not gap or gap > stop then break end
    place = gap + #BETWEEN
  end
  local self = { text = text, head = text:sub(start, first - 1), starts = starts, stop = stop,
    recent = {}, kept = 0 }
  return setmetatable(self, target_lines)
end

---@return integer
function target_lines:count() return #self.starts end

--- Decodes a target.
---@param number integer its place in the plan
---@return any # nil if there is none, or its line is no JSON
function target_lines:read(number)
  local start = self.starts[number]
  if not start then return nil end
  local after = self.starts[number + 1]
  return (json.decode(self.text:sub(start, after and after - #BETWEEN - 1 or self.stop)))
end

--- The same, kept for a while: to be read only.
---@param number any
---@return twilio.numbers.Target?
function target_lines:get(number)
  local target = self.recent[number]
  if target then return target end
  target = self:read(number)
  if self.kept == MOST then self.recent, self.kept = {}, 0 end
  if target then self.recent[number], self.kept = target, self.kept + 1 end
  return target
end

return target_lines
