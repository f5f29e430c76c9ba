--- A plan: which targets a campaign would cancel, which it would not, and why. It is bound to its host, its
--- account, its targets, and their fetched statuses and numbers. Its file has a hash of every byte.

local ascii = require "twilio.numbers.util.ascii"
local classify = require "twilio.numbers.campaign.plan.classify"
local errors = require "twilio.numbers.api.error"
local extent = require "twilio.numbers.campaign.plan.extent"
local guard = require("twilio.numbers.util.methods").guard
local json = require "twilio.numbers.util.json"
local presentation = require "twilio.numbers.campaign.plan.presentation"
local protection = require "twilio.numbers.campaign.plan.protection"
local soundness = require "twilio.numbers.campaign.plan.soundness"
local system = require "twilio.numbers.util.system"
local target_lines = require "twilio.numbers.campaign.plan.target_lines"

---@class twilio.numbers.Plan: twilio.numbers.PlanPresentation
---@field VERSION integer internal
---@field version integer the format's version
---@field id string the hash of its text
---@field base_url string? where its targets were fetched; nil in a plan of version 1
---@field account_sid string the client's account
---@field created_at string when, in ISO 8601
---@field window number the option
---@field accounts string[] the option
---@field protected string[] the option `protect`
---@field planned_by string? user and host of the process that made it: robin@ops-1
---@field unmatched string[]? entries of `protected` that name no target; nil in a plan of version 1
---@field targets twilio.numbers.Target[] in the order of the inputs; decoded when it is first read, so `each` takes less memory
---@field text string internal: what `to_json` gives
---@field lines twilio.numbers.TargetLines? internal: nil for a text that is not written in lines
---@field sums table? internal: what `count` and `extent` tell
local plan = {}
plan.__name = "twilio.numbers.Plan"
for name, method in pairs(presentation) do plan[name] = method end

--- What is made of a plan's text when it is first read.
local made = {}

function made.targets(self)
  local targets = {}
  for number = 1, self.lines and self.lines:count() or 0 do
    targets[number] = self.lines:read(number)
  end
  self.targets = targets
  return targets
end

function made.body(self) return (self.text:gsub("^[^\n]*\n", "", 1)) end

function plan.__index(self, name)
  local value = plan[name]
  if value == nil and made[name] then return made[name](self) end
  return value
end

--- Version 1 binds neither the host nor the numbers of a port-in.
local VERSION = 2
plan.VERSION = VERSION

local head_fields = {
  "base_url", "account_sid", "created_at", "window", "accounts", "protected", "unmatched",
  "planned_by",
}

--- The text that the hash covers.
local function body_of(fields)
  local head = {}
  for _, name in ipairs(head_fields) do
    local value = fields[name]
    local is_empty = type(value) == "table" and #value == 0
    if value ~= nil then
      head[#head + 1] = ('"%s":%s'):format(name, is_empty and "[]" or assert(json.encode(value)))
    end
  end
  local lines = {}
  for number, target in ipairs(fields.targets) do lines[number] = target_lines.line(target) end
  -- One text is made of all parts at once, for it is long.
  lines[1] = table.concat(head, ",\n") .. ',\n"targets":[\n' .. (lines[1] or "")
  lines[#lines] = lines[#lines] .. "\n]}}\n"
  return table.concat(lines, ",\n")
end

local HEAD = '^{"twilio_numbers_plan":(%d+),"sha256":"(%x+)","plan":{\n()'

local function head_of(version, id)
  return ('{"twilio_numbers_plan":%d,"sha256":"%s","plan":{\n'):format(version, id)
end

local function bad(message)
  return nil, errors.new { kind = "plan", message = message, outcome = "not_sent" }
end

--- Internal. Makes a plan of its fields, of which `targets` may be lines.
---@param fields table
---@return twilio.numbers.Plan
function plan.new(fields)
  local body = body_of(fields)
  fields.targets = nil -- from now on they are in the text
  local id = system.sha256(body)
  local head = head_of(VERSION, id)
  fields.version, fields.id, fields.text = VERSION, id, head .. body
  fields.lines = target_lines.find(fields.text, #head + 1)
  return setmetatable(fields, plan)
end

--- Adds up what `count` and `extent` tell, while it gives each target to `check`, which may refuse it.
local function add_up(self, check)
  local sums = { all = 0, by_class = {}, extent = extent.new(), scheduled = 0 }
  for _, target in self:each() do
    if check and not check(target) then return nil end
    sums.all = sums.all + 1
    sums.by_class[target.class] = (sums.by_class[target.class] or 0) + 1
    if target.class == "cancel" then
      extent.add(sums.extent, target)
      sums.scheduled = sums.scheduled + (target.scheduled and 1 or 0)
    end
  end
  return sums
end

--- The fields of a text, its targets as lines. Nil if it is not written in lines.
local function read_lines(text, start)
  local lines = target_lines.find(text, start)
  local fields = lines and json.decode("{" .. lines.head .. "}")
  return type(fields) == "table" and fields.targets == nil and fields or nil, lines
end

--- The same of any JSON.
local function read_whole(text)
  local object = json.decode(text)
  local fields = type(object) == "table" and object.plan
  return type(fields) == "table" and soundness.is_array(fields.targets) and fields or nil
end

--- A plan of what was read; nil if that is unsound.
local function checked(version, id, text, fields, lines)
  if not fields or not soundness.of_fields(version, fields) then return nil end
  local self = { version = version, id = id, text = text, lines = lines,
    targets = not lines and fields.targets or nil }
  for _, name in ipairs(head_fields) do self[name] = fields[name] end
  setmetatable(self, plan)
  self.sums = add_up(self, soundness.checker())
  local count = lines and lines:count() or #fields.targets
  return self.sums and self.sums.all == count and self or nil
end

--- Reads a plan's text from its first byte to the last.
local function read(text)
  local version, id, start = text:match(HEAD)
  if not version then
    return bad "this is no plan: plan the port-ins first, and give the file with the plan"
  end
  version = ascii.whole(version)
  if version < 1 or version > VERSION then
    return bad(("the plan is of version %.0f, this library reads up to version %d"):format(
      version, VERSION))
  end
  if system.sha256(text, start) ~= id or head_of(version, id) ~= text:sub(1, start - 1) then
    return bad "the plan was altered since it was made: make a new one"
  end
  local own = checked(version, id, text, read_lines(text, start))
    or checked(version, id, text, read_whole(text))
  if not own then return bad "the plan cannot be read" end
  return own
end

--- The plan that was read last, as long as it is in use.
local recent = setmetatable({}, { __mode = "v" })

--- Internal. A plan of the same text, with the fields as they are there. What was read of the targets is shared, unless
--- a program has it in its hands.
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error? # of kind "plan"
function plan:copy()
  local lines, text = self.lines, self.text
  local is_shared = lines and lines.text == text and self.sums and not rawget(self, "targets")
  if not is_shared then return read(text) end
  local version, id = text:match(HEAD)
  local head = version and lines.head and json.decode("{" .. lines.head .. "}")
  local is_same = head and version == ascii.text(self.version) and id == self.id
  if not is_same then return read(text) end
  local own = { version = self.version, id = id, text = text, lines = lines, sums = self.sums }
  for _, name in ipairs(head_fields) do own[name] = head[name] end
  return setmetatable(own, plan)
end

--- Internal. Reads a plan's text. A text that was altered, by a single character even, is refused. A campaign's plan is
--- read from its file, and from its ledger several times: what was read of its targets is shared.
---@param text string
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error? # of kind "plan"
function plan.read(text)
  if recent.plan and recent.plan.text == text then return recent.plan:copy() end
  local own, err = read(text)
  recent.plan = own
  return own, err
end

--- The plan as JSON text with a hash of every byte, for `campaign.read_plan`.
---@return string
function plan:to_json()
  return self.text
end

--- Internal. A target as it is in the plan's text. It must not be changed.
---@param number any its place in the plan
---@return twilio.numbers.Target?
function plan:target(number)
  if self.lines then return self.lines:get(number) end
  return self.targets[number]
end

--- Gives the targets one after the other, with their places in the plan. That takes less memory than `targets`.
---@return fun(): integer?, twilio.numbers.Target?
function plan:each()
  local lines, targets, number = self.lines, rawget(self, "targets"), 0
  return function()
    number = number + 1
    local target
    if lines then target = lines:read(number) else target = targets[number] end
    if target ~= nil then return number, target end
  end
end

--- What is counted of the targets.
local function sums_of(self)
  self.sums = self.sums or add_up(self)
  return self.sums
end

--- How many targets are of a class; all, if none is named.
---@param class twilio.numbers.PlanClass?
---@return integer
function plan:count(class)
  local sums = sums_of(self)
  if class == nil then return sums.all end
  return sums.by_class[class] or 0
end

--- How many targets a person has to check: those that could not be found or classified.
---@return integer
function plan:problems()
  local count = 0
  for class, n in pairs(sums_of(self).by_class) do
    if classify.is_problem(class) then count = count + n end
  end
  return count
end

--- How much is to be cancelled: targets, port-ins, single numbers, and the telephone numbers of all of them.
---@return twilio.numbers.Extent
function plan:extent()
  return extent.copy(sums_of(self).extent)
end

--- Internal. How many targets to be cancelled have a port date.
---@return integer
function plan:scheduled()
  return sums_of(self).scheduled
end

--- Internal. The same of some targets, by their numbers in the plan.
---@param numbers integer[]
---@return twilio.numbers.Extent
function plan:extent_of(numbers)
  local sum = extent.new()
  for _, number in ipairs(numbers) do extent.add(sum, self:target(number) or {}) end
  return sum
end

--- Internal. The rules by which it was made.
---@param now number seconds since 1970
---@return twilio.numbers.PlanRules
function plan:rules(now)
  local protected, known = rawget(self, "guard"), rawget(self, "known_accounts")
  if not protected then
    protected, known = protection.new(self.protected), { [ascii.lower(self.account_sid)] = true }
    for _, account in ipairs(self.accounts) do known[ascii.lower(account)] = true end
    self.guard, self.known_accounts = protected, known
  end
  return { window = self.window, accounts = known, protection = protected, now = now }
end

function plan:__tostring()
  return ("plan %s of %s%s: %s"):format(self.id:sub(1, 12), self.account_sid,
    self.base_url and " at " .. self.base_url or "", self:summary())
end

guard(plan, plan, "plan",
  "to_json each count problems extent table csv protection protect_summary listing summary")

return plan
