--- Makes a plan: reads the inputs, fetches each target and classifies it. Changes nothing.

local argument_error = require "twilio.numbers.util.argument_error"
local array = require "twilio.numbers.util.array"
local ascii = require "twilio.numbers.util.ascii"
local binding = require "twilio.numbers.campaign.plan.binding"
local classify = require "twilio.numbers.campaign.plan.classify"
local date = require "twilio.numbers.util.date"
local document = require "twilio.numbers.campaign.plan.document"
local endpoint = require "twilio.numbers.api.endpoint"
local excerpt = require "twilio.numbers.util.excerpt"
local fetch_target = require "twilio.numbers.campaign.plan.fetch_target"
local inputs = require "twilio.numbers.runtime.inputs"
local options_of = require "twilio.numbers.util.options"
local phone_number = require "twilio.numbers.util.phone_number"
local plan_target = require "twilio.numbers.campaign.plan.target"
local progress = require "twilio.numbers.bulk.progress"
local protection = require "twilio.numbers.campaign.plan.protection"
local repetition = require "twilio.numbers.campaign.plan.repetition"
local sid = require "twilio.numbers.util.sid"
local system = require "twilio.numbers.util.system"
local target_lines = require "twilio.numbers.campaign.plan.target_lines"

---@class twilio.numbers.PlanOptions
---@field window number? seconds before and after a port date in which a target is `too_late`; with 0, only while it may be that date itself. Default: 48 hours.
---@field accounts string[]? further accounts whose port-ins may be cancelled. Default: none.
---@field protect string[]? SIDs and E.164 numbers that must not be cancelled. A port-in with such a number is protected as a whole, and a target that cannot be read is not cancelled. Default: none.
---@field left_out string[]? what the source was made without, such as bad rows of a file: each text is in the plan and in the report, as a target of class `left_out`. Default: none.
---@field concurrency integer? how many are fetched at once. Default: the client's.
---@field progress boolean|twilio.numbers.Progress|nil show a progress line on a terminal. Default: false.

--- A checked copy: the caller's list may change while targets are fetched.
local function check_list(name, list, fits, wanted)
  if list == nil then return {} end
  array.check(name, list)
  local own = {}
  for i, value in ipairs(list) do
    if type(value) ~= "string" or not fits(value) then
      argument_error.argument(("%s[%d]"):format(name, i), wanted, value)
    end
    own[i] = value
  end
  return own
end

local function is_any() return true end

local schema = options_of.schema {
  window = { kind = "duration", default = 48 * 3600 },
  accounts = { kind = "any" },
  protect = { kind = "any" },
  left_out = { kind = "any" },
  concurrency = { kind = "count" },
  progress = { kind = "any" },
}

local function check(client, options)
  options = schema:check(options)
  return {
    window = options.window, concurrency = options.concurrency or client:pace().limit,
    accounts = check_list("accounts", options.accounts, sid.is_account, "an account SID, AC..."),
    protected = check_list("protect", options.protect, protection.is_entry,
      "a port-in SID, a phone number SID or an E.164 number"),
    left_out = check_list("left_out", options.left_out, is_any, "a text"),
    progress = progress.for_option(options.progress),
  }
end

local MOST = 300 -- bytes of a text of `left_out`

--- The inputs as targets, in their order. Invalid and repeated ones have that class. Also those that differ only
--- in the case of their SIDs, as groups.
local function read_all(source, left_out)
  local list, seen, spellings = {}, {}, {}
  for input, err in inputs.open(source) do
    if inputs.has_failed(input, err) then return nil, err end
    local target, problem = plan_target.read(input)
    if target then
      repetition.note(seen, spellings, target)
    else
      target = { port_in_sid = "", class = "invalid", note = problem }
    end
    list[#list + 1] = target
  end
  for _, text in ipairs(left_out) do
    list[#list + 1] = { port_in_sid = "", class = "left_out", note = excerpt(text, MOST) }
  end
  return list, spellings
end

--- How many targets each port-in still has to be fetched for, if it is more than one.
local function count_shared(list)
  local counts, shared = {}, {}
  if not repetition.has_single(list) then return shared end
  for _, target in ipairs(list) do
    if not target.class then
      local key = ascii.lower(target.port_in_sid)
      counts[key] = (counts[key] or 0) + 1
      if counts[key] > 1 then shared[key] = counts[key] end
    end
  end
  return shared
end

--- Port-ins that several targets belong to are fetched once, and kept until the last of them has it.
local function port_in_of(state, target)
  local key = ascii.lower(target.port_in_sid)
  local left = state.shared[key]
  local port_in, err = state.fetched[key], nil
  if not port_in then port_in, err = state.client.port_ins:fetch(target.port_in_sid) end
  if left then
    state.shared[key] = state.shared[key] - 1
    state.fetched[key] = state.shared[key] > 0 and port_in or nil
  end
  return port_in, err
end

local function is_unauthorized(err)
  return err.http_status == 401 or err.http_status == 403
end

--- Whether the fetched number differs from the requested one.
local function is_another(number, target)
  if not target.phone_number then return false end
  return not phone_number.is_same(target.phone_number, number.phone_number)
end

--- Records which entries of the protect list name a target. Its class does not matter.
local function mark(state, target, port_in, number)
  local places = state.rules.protection:find(target, port_in, number)
  for _, place in ipairs(places) do state.matched[place] = true end
end

--- Records the target's numbers as they were fetched.
local function bind(target, port_in, number)
  if number then
    target.phone_number = binding.number(number)
  else
    target.numbers = binding.numbers(port_in)
  end
end

local function fetch_and_classify(state, target)
  local number, class
  local port_in, err = port_in_of(state, target)
  if port_in then
    port_in, number, class = fetch_target.fetch(state.client, target, port_in)
    if not port_in then err = number end
  end
  if not port_in then
    if is_unauthorized(err) then state.err = err end
    target.class, target.note = classify.of_error(err)
    mark(state, target)
  elseif class then
    target.class, target.note = class, "port-in " .. (port_in:status() or "without status")
    mark(state, target)
  elseif number and is_another(number, target) then
    target.class, target.note = "missing", "that SID is another number's"
    mark(state, target)
  else
    mark(state, target, port_in, number)
    target.class, target.note, target.status = classify.of(target, port_in, number, state.rules)
    bind(target, port_in, number)
    if target.class == "cancel" then
      target.scheduled = classify.port_date(port_in, number, state.rules.now)
    end
  end
  if state.progress then state.progress:count(classify.is_problem(target.class) and target.note) end
end

local BLOCK = target_lines.BLOCK

--- Joins the lines of each block as soon as all of them are there: one text takes less memory than many. What is
--- returned takes note of a line; the blocks are the second value.
local function joiner(list)
  local blocks, left = {}, {}
  for place = 1, #list do
    local block = math.ceil(place / BLOCK)
    left[block] = (left[block] or 0) + 1
  end
  return function(place)
    local block = math.ceil(place / BLOCK)
    left[block] = left[block] - 1
    if left[block] > 0 then return end
    local first, last = (block - 1) * BLOCK + 1, math.min(block * BLOCK, #list)
    blocks[block] = target_lines.joined(list, first, last)
    for i = first, last do list[i] = false end
  end, blocks
end

--- Fetches all targets. Those that are decided become lines of the plan, which take less memory.
---@param join fun(place: integer)? takes note of each line
local function fetch_all(state, list, concurrency, join)
  local next_one, tasks = 0, {}
  for i = 1, math.min(concurrency, #list) do
    tasks[i] = function()
      while not state.err and next_one < #list do
        next_one = next_one + 1
        local place, target = next_one, list[next_one]
        if not target.class then fetch_and_classify(state, target) end
        if not state.undecided[target] then list[place] = target_lines.line(target) end
        if join then join(place) end
      end
      return true
    end
  end
  local _, errs = state.client:gather(tasks)
  for _, err in pairs(errs) do error(err.raised, 0) end
end

--- The entries of the protect list that name no target. One of them may be mistyped.
local function unmatched(state)
  local entries = {}
  for place, entry in ipairs(state.rules.protection.entries) do
    if not state.matched[place] then entries[#entries + 1] = entry end
  end
  return entries
end

local function planned_by()
  local host, _, user = system.process()
  return ascii.text(user) .. "@" .. ascii.text(host)
end

local planner = {}

--- See `campaign.plan`.
---@param client twilio.numbers.Client
---@param source any
---@param options twilio.numbers.PlanOptions?
---@return twilio.numbers.Plan?
---@return twilio.numbers.Error?
function planner.make(client, source, options)
  local checked = check(client, options or {})
  local list, spellings = read_all(source, checked.left_out)
  if not list then return nil, spellings end
  local now = math.floor(system.time())
  local fields = {
    base_url = endpoint.normal(client.base_url), account_sid = client.account_sid,
    created_at = date.text(now),
    window = checked.window, accounts = checked.accounts, protected = checked.protected,
    targets = list, planned_by = planned_by(),
  }
  local state = {
    client = client, fetched = {}, shared = count_shared(list), matched = {},
    undecided = repetition.undecided(spellings),
    progress = checked.progress,
    rules = document.rules(fields, now),
  }
  local may_repeat = repetition.has_single(list)
  local join
  if not may_repeat and next(spellings) == nil then join, fields.targets = joiner(list) end
  fetch_all(state, list, checked.concurrency, join)
  if checked.progress then checked.progress:finish() end
  if state.err then return nil, state.err end
  repetition.drop_spellings(spellings)
  if may_repeat then repetition.drop_duplicates(list) end
  fields.unmatched = unmatched(state)
  return document.new(fields)
end

return planner
