--- Targets that are listed more than once: by the same name, by another spelling of it, by a number and its SID, or
--- together with their whole port-in.

local json = require "twilio.numbers.util.json"
local plan_target = require "twilio.numbers.campaign.plan.target"
local target_lines = require "twilio.numbers.campaign.plan.target_lines"

local repetition = {}

--- Marks a target that was listed before. A SID in another spelling is no repetition yet, since the API may know
--- only one of the two: such targets are collected.
function repetition.note(seen, spellings, target)
  local key = plan_target.key(target)
  local first = seen[key]
  seen[key] = first or target
  if not first then return end
  local group, exact = spellings[key] or { first }, plan_target.exact_key(target)
  for _, other in ipairs(group) do
    if plan_target.exact_key(other) == exact then
      target.class = "duplicate"
      return
    end
  end
  group[#group + 1] = target
  spellings[key] = group
end

local function has_part(target) return target.phone_number_sid or target.phone_number end

--- Whether single numbers are among the targets. If not, no two of them are about one port-in, but for spellings.
function repetition.has_single(list)
  for _, target in ipairs(list) do
    if has_part(target) then return true end
  end
  return false
end

local is_unknown = { not_found = true, failed = true }

--- Of the spellings of one target, the first that the API knows is kept.
function repetition.drop_spellings(groups)
  for _, group in pairs(groups) do
    local kept = group[1]
    for _, target in ipairs(group) do
      if is_unknown[kept.class] and not is_unknown[target.class] then kept = target end
    end
    for _, target in ipairs(group) do
      if target ~= kept then
        target.class, target.note = "duplicate", "in another spelling"
      end
    end
  end
end

--- Gives targets that are to be cancelled another class, where `class_of` has one for them.
local function reclassify(list, class_of)
  for place, line in ipairs(list) do
    local target = type(line) == "string" and json.decode(line) or line
    local class = target.class == "cancel" and class_of(target)
    if class then
      target.class = class
      list[place] = target_lines.line(target)
    end
  end
end

--- A number may be listed by its E.164 number and by its SID, or together with its whole port-in.
function repetition.drop_duplicates(list)
  local seen = {}
  reclassify(list, function(target)
    local key = plan_target.key { port_in_sid = target.port_in_sid,
      phone_number_sid = target.phone_number_sid }
    if seen[key] then return "duplicate" end
    seen[key] = true
  end)
  reclassify(list, function(target)
    local whole = plan_target.key { port_in_sid = target.port_in_sid }
    return target.phone_number_sid and seen[whole] and "covered"
  end)
end

--- The targets of groups of spellings: which of them is kept is known only when all were fetched.
function repetition.undecided(groups)
  local targets = {}
  for _, group in pairs(groups) do
    for _, target in ipairs(group) do targets[target] = true end
  end
  return targets
end

return repetition
