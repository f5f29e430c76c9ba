--- A report, as text and as JSON.

local guard = require("twilio.numbers.util.methods").guard
local json = require "twilio.numbers.util.json"

---@alias twilio.numbers.DoctorVerdict
---| "well" # everything works, and answers are as the contract says
---| "deviations" # everything works, but answers differ from the contract
---| "failed" # something does not work
---| "unauthorized" # the credentials are not accepted
---| "no_credentials" # there are none, or they are malformed

---@class twilio.numbers.DoctorLine
---@field name string what it is about
---@field state "ok"|"note"|"warning"|"failed"|"unknown" how it is
---@field text string what was found

---@class twilio.numbers.DoctorSection
---@field name string its title
---@field lines twilio.numbers.DoctorLine[] its lines

---@class twilio.numbers.DoctorDeviation
---@field operation string the operation's id in the contract
---@field kind twilio.numbers.DeviationKind how it differs
---@field name string the field, such as "phone_numbers[].surprise"
---@field value string? what came: a word of the API, or a JSON type
---@field wanted string? what the contract says
---@field count integer how often

---@class twilio.numbers.DoctorQuestion
---@field question string what is not sure
---@field answer string what was seen, or "not seen"

---@class twilio.numbers.DoctorReport
---@field verdict twilio.numbers.DoctorVerdict what it all comes to
---@field sections twilio.numbers.DoctorSection[] what was looked at
---@field deviations twilio.numbers.DoctorDeviation[] how answers differ from the contract
---@field questions twilio.numbers.DoctorQuestion[] what the answers tell of what is not sure
local report = {}
report.__index = report
report.__name = "twilio.numbers.DoctorReport"

local marks = { ok = "ok", note = "", warning = "WARNING", failed = "FAILED", unknown = "?" }

local function add_section(lines, section)
  lines[#lines + 1] = "\n" .. section.name
  local width = 0
  for _, line in ipairs(section.lines) do width = math.max(width, #line.name) end
  local form = "  %-8s %-" .. width .. "s  %s"
  for _, line in ipairs(section.lines) do
    lines[#lines + 1] = form:format(marks[line.state], line.name, line.text)
  end
end

local function deviation_text(one)
  local wanted = one.wanted and (", the contract says " .. one.wanted) or ""
  local times = one.count > 1 and (" (%d times)"):format(one.count) or ""
  return ("  %-8s %s: %s%s%s%s"):format(one.kind, one.operation, one.name,
    one.value and ": " .. one.value or "", wanted, times)
end

--- The report as text, to be read or pasted.
---@return string
function report:text()
  local lines = { "twilio-numbers doctor: " .. self.verdict }
  for _, section in ipairs(self.sections) do add_section(lines, section) end
  if #self.questions > 0 then
    lines[#lines + 1] = "\nDeviations from the contract"
    for _, one in ipairs(self.deviations) do lines[#lines + 1] = deviation_text(one) end
    if #self.deviations == 0 then lines[#lines + 1] = "  none" end
    lines[#lines + 1] = "\nQuestions"
    for _, one in ipairs(self.questions) do
      lines[#lines + 1] = "  " .. one.question .. "\n    " .. one.answer
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The report as JSON: an object with its fields.
---@return string
function report:to_json()
  local fields = {}
  for _, name in ipairs { "verdict", "sections", "deviations", "questions" } do
    fields[name] = self[name]
  end
  return json.encode_object(fields, {
    sections = { type = "array" }, deviations = { type = "array" }, questions = { type = "array" },
  })
end

function report:__tostring() return self:text() end

guard(report, report, "report", "text to_json")

return report
