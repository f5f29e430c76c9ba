--- The recipes, as people run them: what each prints.

local event_loops = require "spec.support.event_loops"
local campaigns = require "spec.support.campaigns"
local port_in_fields = require "spec.support.port_in_fields"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local cjson = require "cjson"

local function KW(number) return sandbox.sid("KW", number) end

local files = {}

--- A file with that text, and that end of its name.
local function file_of(text)
  local path = os.tmpname()
  files[#files + 1] = path
  support.write_file(path, text)
  return path
end

--- What a recipe prints, and its exit code.
local function run(recipe, arguments, input)
  local form = "TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s INTERVAL=0.05 %s examples/recipes/%s.lua %s <%s"
  return support.run(form:format(sandbox.url, sandbox.ca_file, support.lua, recipe, arguments or "",
    input and file_of(input) or "/dev/null"))
end

--- Fails unless it prints just these lines, whose order may not matter.
local function prints(lines, recipe, arguments, input, in_any_order)
  local output, code = run(recipe, arguments, input)
  local printed = {}
  for line in output:gmatch "[^\n]+" do printed[#printed + 1] = line end
  if in_any_order then
    table.sort(lines)
    table.sort(printed)
  end
  assert.are.same(lines, printed)
  return code
end

describe("the recipe", function()
  before_each(sandbox.reset)

  after_each(function()
    for _, path in ipairs(files) do os.remove(path) end
    files = {}
    campaigns.clean()
  end)

  it("screen_csv tells which numbers can be ported", function()
    local path = file_of "name,phone_number\na,+14155550100\nb,+14155522131\n"
    prints({
      "+14155522131,false,already_in_target_account", "+14155550100,true,", "phone_number,portable,reason",
    }, "screen_csv", path, nil, true)
  end)

  it("cancel_number cancels the one that is open, and proves it", function()
    prints({ "+14155550111\tcanceled" }, "cancel_number", "+14155550111")
    local deleted = {}
    for _, request in ipairs(sandbox.requests()) do
      if request.method == "DELETE" then deleted[#deleted + 1] = request.uri end
    end
    assert.are.same({
      ("/v1/Porting/PortIn/%s/PhoneNumber/%s"):format(KW(1), sandbox.sid("PU", 0x11)),
    }, deleted)
  end)

  it("cancel_number sends nothing for a number that is in no port-in", function()
    local output, code = run("cancel_number", "+14155559999")
    assert.are.equal(1, code)
    assert.matches("+14155559999 is open in 0 port-ins", output, 1, true)
    for _, request in ipairs(sandbox.requests()) do assert.are.equal("GET", request.method) end
  end)

  it("watch_until_done shows changes until the end", function()
    local output, code = run("watch_until_done", KW(9))
    assert.are.equal(0, code)
    assert.matches(KW(9) .. "\tcanceling\tcanceled\t\n", output, 1, true)
  end)

  it("triage_rejections tells why", function()
    sandbox.put_port_in(KW(0xb4), {
      port_in_request_status = "Action Required", date_created = "2026-05-01T00:00:00Z",
      phone_numbers = { {
        port_in_phone_number_sid = sandbox.sid("PU", 0xb41), phone_number = "+14155550177",
        port_in_phone_number_status = "Port Rejected", rejection_reason = "wrong PIN",
        rejection_reason_code = "22150",
      } },
    })
    local output = run "triage_rejections"
    assert.matches(KW(0xb4) .. "\taction_required\n\t+14155550177\t22150\twrong PIN\n", output, 1, true)
    assert.matches(KW(4) .. "\taction_required\n", output, 1, true)
  end)

  it("poll_eligibility asks, waits and tells", function()
    prints({ "+14155550100\teligible", "+14155560100\tALREADY_IN_TWILIO" }, "poll_eligibility",
      "+14155550100 +14155560100", nil, true)
  end)

  it("audit_webhooks compares, and exits by that", function()
    local client = sandbox.client()
    local configuration = assert(client.webhook_configuration:create {
      port_in_target_url = "https://example.com/hook", notifications_of = {},
    })
    assert.is_table(configuration)
    assert.are.equal(0, prints({ "as it should be" }, "audit_webhooks", "https://example.com/hook"))
    assert(client.webhook_configuration:create { notifications_of = { "PortInCompleted" },
      port_in_target_url = "https://example.com/hook" })
    assert.are.equal(1, prints({
      "events of port-ins go to https://example.com/hook", "only these events are sent: PortInCompleted",
    }, "audit_webhooks", "https://example.com/other"))
    client:close()
  end)

  it("create_port_in uploads the bill, and creates", function()
    local fields = port_in_fields.sound()
    fields.documents = nil
    local created = run("create_port_in", file_of(cjson.encode(fields)) .. " " .. file_of "%PDF-1.4\n")
    assert.matches("^KW%x+\tin_review\n$", created)
    assert.are.same({ "/v1/Documents", "/v1/Porting/PortIn" },
      { sandbox.requests()[1].uri, sandbox.requests()[2].uri })
    fields.losing_carrier_information.customer_name = nil
    local output, code = run("create_port_in", file_of(cjson.encode(fields)) .. " " .. file_of "%PDF-1.4\n")
    assert.are.equal(1, code)
    assert.matches("losing_carrier_information.customer_name\t", output, 1, true)
  end)

  it("reconcile tells differences", function()
    local path = file_of(("port_in_request_sid,status\n%s,In Review\n%s,In Review\n%s,Completed\n")
      :format(KW(1), KW(2), KW(0xdead)))
    local output = run("reconcile", path)
    assert.matches(KW(2) .. "\twas in_review\tis in_progress\n", output, 1, true)
    assert.matches(KW(0xdead) .. "\tis not in the API's list\n", output, 1, true)
    assert.matches(KW(3) .. "\tis missing here\twaiting_for_signature\n", output, 1, true)
    assert.not_matches(KW(1), output, 1, true)
  end)

  it("campaign asks, cancels one first, and is resumed", function()
    local arguments = ("%s %s %s"):format(campaigns.place(), KW(1), KW(2))
    local question = "Cancel 2 port-ins with 3 numbers? Type yes."
    prints({ question, "Nothing was sent." }, "campaign", arguments, "no\n")
    local place = campaigns.place()
    local output = run("campaign", ("%s %s %s"):format(place, KW(1), KW(2)), "yes\n")
    assert.matches(KW(1) .. "\tconfirmed\n", output, 1, true)
    assert.matches(KW(2) .. "\tconfirmed\n", output, 1, true)
    assert.matches("\nsuccess\n$", output)
    prints({ "success" }, "campaign", place)
  end)

  for _, name in ipairs { "luv", "cqueues" } do
    local specify = event_loops.is_installed(name) and it or pending
    specify(("in_%s fetches while its clock goes on"):format(name), function()
      sandbox.fault { fault = "latency", seconds = 0.2, path = KW(1) }
      prints({ KW(1) .. "\tin_review", KW(2) .. "\tin_progress", "the clock went on" }, "in_" .. name,
        KW(1) .. " " .. KW(2), nil, true)
    end)
  end

  it("port_in_spec passes, without a network", function()
    local output, code = support.run(support.lua .. " $(command -v busted) --lua=" .. support.lua
      .. " -o TAP examples/recipes/port_in_spec.lua")
    assert.are.equal(0, code, output)
    assert.matches("1..4", output, 1, true)
    assert.are.same({}, sandbox.requests())
  end)
end)
