--- Where the code has its options: by the class that describes them, their names and defaults. They are read
--- from the schemas by which the code checks options, so that an option cannot come or go unnoticed.

local client_options = require "twilio.numbers.client.options"
local code = require "spec.support.code"

local apply = require "twilio.numbers.campaign.run.apply"
local upkeep = require "twilio.numbers.campaign.run.upkeep"
local verify = require "twilio.numbers.campaign.run.verify"
local backoff = require "twilio.numbers.bulk.backoff"
local batch = require "twilio.numbers.bulk.batch"
local builder = require "twilio.numbers.client.builder"
local call_options = require "twilio.numbers.client.call_options"
local contract = require "twilio.numbers.api.contract"
local dry_run = require "twilio.numbers.campaign.run.dry_run"
local doctor = require "twilio.numbers.doctor"
local normal_number = require "twilio.numbers.util.normal_number"
local options_of = require "twilio.numbers.util.options"
local planner = require "twilio.numbers.campaign.plan.planner"
local progress = require "twilio.numbers.bulk.progress"
local public = require "spec.support.public"
local reconcile = require "twilio.numbers.campaign.run.reconcile"
local report = require "twilio.numbers.campaign.report"
local request = require "twilio.numbers.api.request"
local signing = require "twilio.numbers.resources.signing_request_configurations"
local summaries = require "twilio.numbers.resources.port_ins.summary"
local task_group = require "twilio.numbers.runtime.task_group"
local wait_for = require "twilio.numbers.bulk.wait_for"
local webhook = require "twilio.numbers.webhook"

local SETTINGS, POLICY = "csrc/lua/settings.c", "csrc/lua/retry_policy.c"
local MILLISECONDS = 1000

--- The names of a schema, and its defaults.
local function of(schema)
  local names, defaults = {}, {}
  for name, field in pairs(schema.fields) do names[name], defaults[name] = true, field.default end
  return { names = names, defaults = defaults }
end

--- The schema that a function of a module uses.
local function used_by(func)
  return of(code.upvalue(func, "schema"))
end

--- The same with defaults that are not in the schema.
local function with(source, defaults)
  for name, value in pairs(defaults) do source.defaults[name] = value end
  return source
end

--- Without the names that another class describes.
local function without(source, other)
  for name in pairs(other.names) do source.names[name] = nil end
  for name in pairs(other.names) do source.defaults[name] = nil end
  return source
end

local function query_options(id)
  return { names = code.keys(request.query_options(id)) }
end

--- It needs the module that only nginx has.
local function shared_limit_schema()
  package.loaded.ngx = {}
  local shared_limit = require "twilio.numbers.nginx.shared_limit"
  package.loaded.ngx, package.loaded["twilio.numbers.nginx.shared_limit"] = nil, nil
  return used_by(shared_limit.new)
end

local some_client = public.client()
local receiver = webhook.new { url = "https://a/", auth_token = "b" }

local call = of(options_of.schema(call_options.fields))

local options = {
  Options = with(of(builder.options), {
    timeout = code.c_number(SETTINGS, "%f[%w]TIMEOUT_MS") / MILLISECONDS,
    connect_timeout = code.c_number(SETTINGS, "CONNECT_TIMEOUT_MS") / MILLISECONDS,
    max_response_size = code.c_number(SETTINGS, "RESPONSE_LIMIT"),
    max_values = code.c_number(SETTINGS, "VALUE_LIMIT"),
    concurrency = some_client:pace().limit,
    max_waiting = code.c_number(SETTINGS, "MAX_WAITING"),
    base_url = "https://" .. contract.host,
  }),
  RetryPolicy = with(of(builder.retry_options), {
    attempts = code.c_number(POLICY, "%.attempts"),
    base = code.c_number(POLICY, "%.base_ms") / MILLISECONDS,
    cap = code.c_number(POLICY, "%.cap_ms") / MILLISECONDS,
    deadline = code.c_number(POLICY, "%.deadline_ms") / MILLISECONDS,
  }),
  SharedLimit = shared_limit_schema(),
  GatherOptions = of(task_group.options),
  NormalizeOptions = used_by(normal_number.normalize),
  ProgressOptions = used_by(progress.new),
  BatchOptions = without(used_by(batch.new), call), -- beside CallOptions
  CallOptions = call,
  UploadOptions = without(of(code.upvalue(call_options.read, "upload_schema")), call), -- beside CallOptions
  DerivedOptions = of(client_options.derived),
  CredentialOptions = of(client_options.credentials),
  CheckOptions = query_options "FetchPortingPortability",
  CheckEachOptions = query_options "FetchPortingPortability", -- beside BatchOptions
  WaitOptions = with(of(backoff.options), { max_interval = code.upvalue(backoff.new, "MOST") }),
  WaitForOptions = without(used_by(wait_for), of(backoff.options)), -- beside WaitOptions
  PortInPagesOptions = without(of(summaries.pages_options), call), -- beside CallOptions
  PortInListOptions = without(of(summaries.list_options), of(summaries.pages_options)), -- beside those
  SigningPagesOptions = without(of(signing.pages_options), call), -- beside CallOptions
  SigningListOptions = without(of(signing.list_options), of(signing.pages_options)), -- beside those
  PlanOptions = used_by(planner.make),
  ReleaseOptions = of(code.upvalue(upkeep.release, "release_options")),
  PurgeOptions = of(code.upvalue(upkeep.purge, "purge_options")),
  VerifyOptions = used_by(verify.verify),
  ApplyOptions = with(used_by(apply.apply), { interval = code.upvalue(reconcile.prove, "INTERVAL") }),
  DryRunOptions = used_by(dry_run.check),
  ReportOptions = of(code.upvalue(report.csv, "report_options")),
  DoctorOptions = { names = code.keys(code.upvalue(code.upvalue(doctor.run, "check"), "schema").fields) },
  WebhookOptions = used_by(webhook.new),
  WebhookSecrets = of(code.upvalue(receiver.exchange, "secrets_schema")),
  ["core.EngineOptions"] = { names = code.c_options(SETTINGS, "void read_settings(") },
  ["core.CredentialOptions"] = { names = code.c_options("csrc/lua/credentials.c", "int credentials_new(") },
  ["core.RequestOptions"] = {
    names = code.c_options("csrc/lua/request_options.c", "void read_request_options("),
  },
}

some_client:close()

return options
