--- Where the code has its options: by the class that describes them, their names and some defaults. Names are
--- taken from the tables that the code checks options with, so that an option cannot come or go unnoticed.
--- A validator with schemas of { name, kind, default, bounds } would give both here.

local code = require "spec.support.code"

local apply = require "twilio.numbers.campaign.run.apply"
local backoff = require "twilio.numbers.bulk.backoff"
local base = require "twilio.numbers.client.base"
local batch = require "twilio.numbers.bulk.batch"
local builder = require "twilio.numbers.client.builder"
local contract = require "twilio.numbers.api.contract"
local numbers = require "twilio.numbers"
local planner = require "twilio.numbers.campaign.plan.planner"
local public = require "spec.support.public"
local reconcile = require "twilio.numbers.campaign.run.reconcile"
local support = require "spec.support"
local webhook = require "twilio.numbers.webhook"

local SETTINGS = "csrc/lua/settings.c"
local MILLISECONDS = 1000

--- The names that a Lua file compares an option's name with.
local function compared(path)
  local set = {}
  for name in support.read_file(path):gmatch 'name ~= "([%w_]+)"' do set[name] = true end
  return set
end

--- The fields of `options` that a Lua file reads.
local function read(path)
  local set = {}
  for name in support.read_file(path):gmatch "%f[%w]options%.([%w_]+)" do set[name] = true end
  return set
end

local function query_options(id)
  local set = {}
  for _, parameter in ipairs(contract.operations[id].parameters) do
    if parameter.where == "query" then
      set[parameter.name:gsub("(%l)(%u)", "%1_%2"):lower()] = true
    end
  end
  return set
end

local some_client = public.client()
local receiver = webhook.new { url = "https://a/", auth_token = "b" }
local apply_defaults = code.upvalue(apply.apply, "defaults")
local folder = "lua/twilio/numbers/"

local options = {
  Options = {
    names = code.keys(code.upvalue(builder.build, "part_of")),
    defaults = {
      timeout = code.c_number(SETTINGS, "%f[%w]TIMEOUT_MS") / MILLISECONDS,
      connect_timeout = code.c_number(SETTINGS, "CONNECT_TIMEOUT_MS") / MILLISECONDS,
      max_response_size = code.c_number(SETTINGS, "RESPONSE_LIMIT"),
      concurrency = some_client:pace().limit,
      max_waiting = code.c_number(SETTINGS, "MAX_WAITING"),
      base_url = "https://" .. contract.host,
    },
  },
  RetryPolicy = {
    names = code.c_options(SETTINGS, "read_policy(lua_State"),
    defaults = {
      attempts = code.c_number(SETTINGS, "%.attempts"),
      base = code.c_number(SETTINGS, "%.base_ms") / MILLISECONDS,
      cap = code.c_number(SETTINGS, "%.cap_ms") / MILLISECONDS,
      deadline = code.c_number(SETTINGS, "%.deadline_ms") / MILLISECONDS,
    },
  },
  SharedLimit = { names = compared(folder .. "nginx/shared_limit.lua") },
  GatherOptions = { names = compared(folder .. "runtime/task_group.lua") },
  ProgressOptions = {
    names = read(folder .. "bulk/progress.lua"),
    defaults = { label = numbers.progress().label },
  },
  BatchOptions = { names = code.keys(code.upvalue(batch.new, "own_options")) },
  CallOptions = { names = code.keys(code.upvalue(base.call, "limit_names")) },
  CheckOptions = { names = query_options "FetchPortingPortability" },
  CheckEachOptions = { names = query_options "FetchPortingPortability" }, -- beside BatchOptions
  WaitOptions = {
    names = compared(folder .. "bulk/backoff.lua"),
    defaults = {
      interval = code.upvalue(backoff.new, "INTERVAL"),
      max_interval = code.upvalue(backoff.new, "MOST"),
    },
  },
  WaitForOptions = { names = code.keys { for_status = true } }, -- beside WaitOptions
  PlanOptions = {
    names = code.keys(code.upvalue(planner.make, "known")),
    defaults = { window = code.upvalue(planner.make, "WINDOW") },
  },
  ApplyOptions = {
    names = code.keys(code.upvalue(apply.apply, "kinds")),
    defaults = {
      max_age = apply_defaults.max_age, wait = apply_defaults.wait, lease = apply_defaults.lease,
      settle_after = apply_defaults.settle_after, interval = code.upvalue(reconcile.prove, "INTERVAL"),
    },
    all_defaults_of = apply_defaults,
  },
  ReportOptions = { names = read(folder .. "campaign/report.lua") },
  WebhookOptions = {
    names = code.keys(code.upvalue(webhook.new, "types")),
    defaults = { max_body = receiver.max_body, replay_window = receiver.window },
  },
  ["core.EngineOptions"] = { names = code.c_options(SETTINGS, "void read_settings(") },
  ["core.CredentialOptions"] = { names = code.c_options("csrc/lua/credentials.c", "int credentials_new(") },
  ["core.RequestOptions"] = { names = code.c_options("csrc/lua/engine.c", "void read_request_options(") },
}

some_client:close()

return options
