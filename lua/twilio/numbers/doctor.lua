--- Examines the machine, the way to the API, the credentials and the API's answers, by read-only calls, and reports
--- it without secrets and personal data.
---
---     local doctor = require "twilio.numbers.doctor"
---     print(doctor.run():text())

require "twilio.numbers.util.core_loading" -- before all others: it tells why that fails
local argument_error = require "twilio.numbers.util.argument_error"
local array = require "twilio.numbers.util.array"
local ascii = require "twilio.numbers.util.ascii"
local builder = require "twilio.numbers.client.builder"
local calls = require "twilio.numbers.doctor.calls"
local conformity = require "twilio.numbers.api.conformity"
local connection = require "twilio.numbers.doctor.connection"
local host = require "twilio.numbers.host"
local machine = require "twilio.numbers.doctor.machine"
local mask = require "twilio.numbers.doctor.mask"
local methods = require "twilio.numbers.util.methods"
local options_of = require "twilio.numbers.util.options"
local phone_number = require "twilio.numbers.util.phone_number"
local questions = require "twilio.numbers.doctor.questions"
local report = require "twilio.numbers.doctor.report"
local seen = require "twilio.numbers.doctor.seen"
local sid = require "twilio.numbers.util.sid"
local transport = require "twilio.numbers.client.transport"
local version = require "twilio.numbers.version"

---@class twilio.numbers.DoctorOptions
---@field client twilio.numbers.Options|nil options of the client that asks. `retry` is false if missing: each failure is seen. Default: the environment's.
---@field sids string[]|nil what to look at: SIDs of port-ins, KW…, and of bulk eligibilities, EC…. Default: some port-ins of the list.
---@field phone_number string? a number whose portability is checked, in E.164 format. Default: none.

---@class twilio.numbers.doctor
local doctor = {}

local schema = options_of.schema {
  client = { kind = "table", default = {} }, sids = { kind = "table" },
  phone_number = { kind = "string" },
}

local is_bulk = sid.validator "EC"

local function check(options)
  local own = schema:check(options)
  if own.sids then array.check("sids", own.sids, "an array of SIDs") end
  for i, one in ipairs(own.sids or {}) do
    if not sid.is_port_in(one) and not is_bulk(one) then
      argument_error.argument(("sids[%d]"):format(i), "a SID of KW or EC and 32 hexadecimal digits",
        one)
    end
  end
  if own.phone_number and not phone_number.is_e164(own.phone_number) then
    argument_error.argument("phone_number", "a phone number in E.164 format", own.phone_number)
  end
  return own
end

--- The client; or nil, a verdict and why there is none. Wrong options raise. What is wrong in the environment is
--- what is looked for here.
local function new_client(given)
  local options = {}
  for name, value in pairs(builder.options:check(given)) do options[name] = value end
  if options.retry == nil then options.retry = false end
  local ok, client, err = pcall(builder.build, options, host.waiter, transport.new)
  if ok and client then return client end
  if ok then return nil, "no_credentials", err.message end
  if next(given) ~= nil then error(client, 0) end
  return nil, "failed", (tostring(client):gsub("^[^ ]*:%d+: ", ""))
end

--- Makes sections of lines; the second result tells the worst state so far.
local function new_sections()
  local sections, has_failed = {}, false
  local function section(name)
    local lines = {}
    sections[#sections + 1] = { name = name, lines = lines }
    return function(title, state, text)
      has_failed = has_failed or state == "failed"
      lines[#lines + 1] = { name = title, state = state, text = text }
    end
  end
  return section, sections, function() return has_failed end
end

local function add_calls(add, answers)
  for _, answer in ipairs(answers) do
    local state, words = calls.judge(answer)
    local parts = { answer.status and ("HTTP %d"):format(answer.status) or "no answer" }
    if answer.status then
      local total = (answer.info.total or 0) * 1000
      parts[#parts + 1] = seen.content_type(answer)
      parts[#parts + 1] = ascii.number(total, "%.1f") .. " ms"
    end
    if state == "failed" and answer.err then parts[#parts + 1] = mask.error(answer.err) end
    parts[#parts + 1] = words
    add(answer.id, state, table.concat(parts, ", "))
  end
end

local function deviations_of(answers)
  local found, by_key = {}, {}
  for _, answer in ipairs(answers) do
    if answer.object then
      conformity.compare(answer.id, answer.object, function(kind, name, value, wanted)
        local key = table.concat({ answer.id, kind, name, value or "" }, "\n")
        local one = by_key[key]
        if not one then
          one = { key = key, operation = answer.id, kind = kind, name = name, value = value,
            wanted = wanted, count = 0 }
          by_key[key], found[#found + 1] = one, one
        end
        one.count = one.count + 1
      end)
    end
  end
  table.sort(found, function(a, b) return ascii.is_before(a.key, b.key) end)
  for _, one in ipairs(found) do one.key = nil end
  return found
end

--- None, where no answer tells anything.
local function answers_to_questions(answers)
  local list, has_any = {}, false
  for _, answer in ipairs(answers) do has_any = has_any or answer.object ~= nil end
  if not has_any then return list end
  for i, question in ipairs(questions) do
    list[i] = { question = question[1], answer = question[2](answers) or "not seen" }
  end
  return list
end

local function verdict_of(answers, has_failed, deviations)
  for _, answer in ipairs(answers) do
    if answer.status == 401 or answer.status == 403 then return "unauthorized" end
  end
  if has_failed then return "failed" end
  return #deviations > 0 and "deviations" or "well"
end

local function finish(fields)
  return setmetatable(fields, report)
end

--- Examines everything. It makes a client of its own, sends GETs only, and closes it again. What is found wrong is in
--- the report.
---@param options twilio.numbers.DoctorOptions? an unknown option, or one of the wrong type, raises
---@return twilio.numbers.DoctorReport
function doctor.run(options)
  methods.check_dot(options, doctor, "doctor.run")
  local own = check(options or {})
  local section, sections, has_failed = new_sections()
  machine.examine(section, own.client, version)
  local client, verdict, why = new_client(own.client)
  if not client then
    section "Connection"("client", "failed", mask.text(why))
    return finish { verdict = verdict, sections = sections, deviations = {}, questions = {} }
  end
  local answers = calls.make(client, own)
  connection.examine(section "Connection", answers, client.base_url)
  add_calls(section "Calls", answers)
  client:close()
  local deviations = deviations_of(answers)
  return finish {
    verdict = verdict_of(answers, has_failed(), deviations), sections = sections,
    deviations = deviations, questions = answers_to_questions(answers),
  }
end

return doctor
