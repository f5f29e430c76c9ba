--- What the sandbox holds: port-ins, bulk eligibilities, configurations. One process, so plain
--- tables do. What it gives is its own, not a copy: a caller that changes it copies it first.

local cjson = require "cjson.safe"
local creates = require "sandbox.creates"
local seed = require "sandbox.seed"

local null = cjson.null
local store = {}

--- Statuses that a cancellation takes to `canceling`, in normal form.
local cancelable = {
  in_progress = true, in_review = true, waiting_for_signature = true, action_required = true,
  pending = true, port_submitted = true, port_pending = true, port_rejected = true,
}

local state

function store.reset()
  creates.reset()
  state = {
    port_ins = {}, order = {}, bulks = seed.bulks(), webhooks = seed.webhooks(),
    configurations = seed.configurations(),
  }
  for _, port_in in ipairs(seed.port_ins()) do store.add_port_in(port_in) end
end

function store.add_port_in(port_in)
  state.port_ins[port_in.port_in_request_sid] = port_in
  table.insert(state.order, port_in)
  return port_in
end

--- All port-ins, in the order of their making.
function store.port_ins() return state.order end

local function normal(status)
  return type(status) == "string" and (status:lower():gsub("[%s%-]+", "_")) or ""
end

--- What was fetched in `canceling`. It is no field of the thing, since that would be in the response.
local fetched = setmetatable({}, { __mode = "k" })

--- Cancelling takes its time: the first fetch after it shows `canceling`, the second `canceled`.
local function advance(thing, field)
  if normal(thing[field]) ~= "canceling" then return end
  if fetched[thing] then
    thing[field], fetched[thing] = "Canceled", nil
  else
    fetched[thing] = true
  end
end

function store.port_in(sid)
  local port_in = state.port_ins[sid]
  if not port_in then return nil end
  advance(port_in, "port_in_request_status")
  for _, number in ipairs(port_in.phone_numbers) do
    advance(number, "port_in_phone_number_status")
  end
  return port_in
end

local function find_number(port_in_sid, number_sid)
  local port_in = state.port_ins[port_in_sid]
  for _, number in ipairs(port_in and port_in.phone_numbers or {}) do
    if number.port_in_phone_number_sid == number_sid then return number, port_in end
  end
end

--- One number as a resource of its own: some fields have other names there.
function store.number(port_in_sid, number_sid)
  local number, port_in = find_number(port_in_sid, number_sid)
  if not number then return nil end
  advance(number, "port_in_phone_number_status")
  return seed.number_resource(number, port_in)
end

local function cancel(thing, field)
  if not cancelable[normal(thing[field])] then return false, thing[field] end
  thing[field] = "Canceling"
  return true
end

--- true; or false and the status that forbids it; or nil if there is no such thing.
function store.cancel_port_in(sid)
  local port_in = state.port_ins[sid]
  if not port_in then return nil end
  local done, status = cancel(port_in, "port_in_request_status")
  if not done then return false, status end
  for _, number in ipairs(port_in.phone_numbers) do
    cancel(number, "port_in_phone_number_status")
  end
  return true
end

function store.cancel_number(port_in_sid, number_sid)
  local number = find_number(port_in_sid, number_sid)
  if not number then return nil end
  return cancel(number, "port_in_phone_number_status")
end

--- Makes or changes a port-in from outside the API.
function store.put_port_in(sid, fields)
  local port_in = state.port_ins[sid]
  if not port_in then
    port_in = store.add_port_in(seed.port_in(sid, { status = "In Review", numbers = {} }))
  end
  for name, value in pairs(fields) do port_in[name] = value end
  if port_in.phone_numbers == null then port_in.phone_numbers = {} end
  fetched[port_in] = nil
end

--- Adds so many port-ins of one number each.
function store.add_many(count, fields)
  for i = 1, count do
    local port_in = store.add_port_in(seed.one_of_many(i))
    for name, value in pairs(fields) do port_in[name] = value end
  end
end

--- The new bulk eligibility, as its creation answers.
function store.add_bulk(sid, bulk)
  state.bulks[sid] = bulk
  return seed.bulk_resource(sid, bulk)
end

--- A bulk eligibility takes a step at each fetch.
function store.bulk(sid)
  local bulk = state.bulks[sid]
  if not bulk then return nil end
  bulk.step = math.min(bulk.step + 1, #bulk.steps)
  return seed.bulk_resource(sid, bulk)
end

function store.webhooks()
  return state.webhooks
end

--- Sets what is given, leaves the rest; the configuration as its creation answers.
function store.put_webhooks(fields)
  local webhooks = state.webhooks
  for _, name in ipairs { "port_in_target_url", "port_out_target_url", "notifications_of" } do
    if fields[name] ~= nil then webhooks[name] = fields[name] end
  end
  for _, prefix in ipairs { "port_in", "port_out" } do
    local url = fields[prefix .. "_target_url"]
    if url ~= nil then
      webhooks[prefix .. "_target_date_created"] = url == null and null or creates.now()
    end
  end
  return {
    url = webhooks.url, notifications_of = webhooks.notifications_of,
    port_in_target_url = webhooks.port_in_target_url,
    port_out_target_url = webhooks.port_out_target_url,
  }
end

function store.configurations() return state.configurations end

--- Replaces the configuration for the same product and country, or adds one.
function store.put_configuration(fields)
  local new = seed.configuration(fields)
  for i, one in ipairs(state.configurations) do
    if one.product == new.product and one.country == new.country then
      state.configurations[i] = new
      return new
    end
  end
  table.insert(state.configurations, new)
  return new
end

function store.delete_webhook(webhook_type)
  local prefix = webhook_type:lower()
  if state.webhooks[prefix .. "_target_url"] == null then return nil end
  state.webhooks[prefix .. "_target_url"] = null
  state.webhooks[prefix .. "_target_date_created"] = null
  return true
end

store.reset()

return store
