--- cancel_port_ins.lua, as people run it.

local cjson = require "cjson"
local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local core = require "twilio.numbers.core"
local database = require "twilio.numbers.campaign.ledger.database"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"
local system = require "twilio.numbers.util.system"

local function sid(number) return sandbox.sid("KW", number) end

local function deletes()
  local list = {}
  for _, request in ipairs(sandbox.requests()) do
    if request.method == "DELETE" then list[#list + 1] = request.uri:match "[^/]+$" end
  end
  table.sort(list)
  return list
end

describe("cancel_port_ins.lua", function()
  local input, plan, ledger

  before_each(function()
    sandbox.reset()
    ledger = campaigns.place()
    input, plan = ledger .. ".csv", ledger .. ".json"
  end)

  after_each(campaigns.clean)

  local function command(words)
    return ("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s examples/cancel_port_ins.lua %s"):format(
      sandbox.url, sandbox.ca_file, support.lua, words)
  end

  local function run(words)
    local output, code = support.run(command(words))
    for _, secret in ipairs { sandbox.auth_token, sandbox.api_secret, "Basic " } do
      assert.not_matches(secret, output, 1, true)
    end
    return output, code
  end

  --- The answers to all others come when the faults are cleared, so that a process stays where it is.
  local function answer_two_deletes()
    sandbox.fault { fault = "latency", seconds = 0, method = "DELETE", times = 2 }
    sandbox.fault { fault = "paused", seconds = 120, method = "DELETE", times = 1e9 }
  end

  local function await_deletes(count)
    local ends = core.now() + 120
    while #deletes() < count and core.now() < ends do support.run "sleep 0.01" end
  end

  local function make_plan(text, more)
    support.write_file(input, text)
    return run(("plan %s --output %s %s"):format(input, plan, more or ""))
  end

  --- The option that confirms the telephone numbers of the plan, if they have to be.
  local function numbers_option()
    local made = campaign.read_plan(support.read_file(plan))
    local count = made and campaigns.numbers_to_confirm(made)
    return count and "--confirm-numbers " .. count or ""
  end

  local function apply(count, more)
    return run(("apply %s --ledger %s --confirm %d %s --wait 5 --settle-after 0.1 %s"):format(plan,
      ledger, count, numbers_option(), more or ""))
  end

  local function resume(more)
    return run(("resume %s --wait 5 --settle-after 0.1 %s"):format(ledger, more or ""))
  end

  it("plans, and changes nothing", function()
    local output, code = make_plan("port_in_request_sid\n" .. sid(1) .. "\n" .. sid(5) .. "\n")
    assert.are.equal(0, code)
    assert.matches("1 to be cancelled, 1 ported already", output, 1, true)
    assert.matches("Nothing was changed", output, 1, true)
    assert.matches("which cannot be undone: lua examples/cancel_port_ins.lua apply " .. plan
      .. " --confirm 1", output, 1, true)
    assert.are.same({}, deletes())
  end)

  it("cancels what was planned and confirmed, and proves each by GET", function()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n" .. sid(5) .. "\n")
    local output, code = apply(2, "--reason moving --ticket OPS-1")
    assert.are.equal(0, code, output)
    assert.are.same({ sid(1), sid(2) }, deletes())
    assert.matches("  " .. sid(1) .. "  confirmed", output, 1, true)
    assert.matches("2 confirmed, 1 skipped.", output, 1, true)
    output, code = run("report " .. ledger .. " --all")
    assert.are.equal(0, code)
    assert.matches("confirmed  " .. sid(2), output, 1, true)
    assert.matches("reason moving\nticket OPS-1\n", output, 1, true)
    output, code = run("status " .. ledger)
    assert.are.equal(0, code)
    assert.matches("apply by %S+ on %S+, process %d+: done", output)
  end)

  it("cancels single numbers, by SID or E.164, from a column of their own", function()
    local output, code = make_plan("kw,number\n" .. sid(10) .. ",+14155550201\n" .. sid(10) .. ","
      .. sandbox.sid("PU", 0xa2) .. "\n", "--column kw --number-column number")
    assert.are.equal(0, code, output)
    output, code = apply(2)
    assert.are.equal(0, code, output)
    assert.are.same({ sandbox.sid("PU", 0xa1), sandbox.sid("PU", 0xa2) }, deletes())
  end)

  it("takes numbers that are missing, or that nobody spoke of, for no whole port-in", function()
    local text = "kw, number \n" .. sid(10) .. ",+14155550201\n" .. sid(1) .. ",\n"
    local output, code = make_plan(text, "--column kw --number-column number")
    assert.are.equal(2, code)
    assert.matches('line 3: not a port-in SID with a phone number SID or an E.164 number: "'
      .. sid(1) .. ',"', output, 1, true)
    output, code = make_plan(text, "--column kw")
    assert.are.equal(2, code)
    assert.matches("line 2, column number: there are numbers in the file", output, 1, true)
    for _, other in ipairs {
      "port_in_request_sid\n" .. sid(10) .. ",+14155550201\n", -- a header that is too short
      sid(1) .. "\n" .. sid(10) .. ",14155550201\n",
      "port_in_request_sid,,\n" .. sid(10) .. ",,(415) 555-0201\n",
      "port_in_request_sid,n,n\n" .. sid(10) .. ",,1.41556E+10\n",
      "port_in_request_sid,x\n" .. sid(10) .. ", +1 415 555 0201\n",
    } do
      assert.are.equal(2, (select(2, make_plan(other))), other)
    end
    for _, cell in ipairs {
      "+1 415 555 0111; +1 415 555 0112", "'+14155550111", "tel:+14155550111", "p:4155550111",
      "US 415 555 0111 (fax)", "415-555-0111 x5", "555-0111", "+1\194\160415\194\160555\226\128\1450111",
      "1,41556E+10", "1.41556e10", "+49 6151-12-34", "number PU" .. ("0"):rep(31) .. "1",
      "pu" .. ("0"):rep(31) .. "1", "2026-11-24 4155550111", "+14155550111 2026-11-24",
    } do
      output, code = make_plan(('kw,x\n%s,"%s"\n'):format(sid(10), cell), "--column kw")
      assert.are.equal(2, code, cell .. output)
    end
    assert.are.equal(2, (select(2, make_plan("kw,Phone no.\n" .. sid(10) .. ",ext. 5\n", "--column kw"))))
    for _, title in ipairs { "DID", "did_number", "telefono", "T\195\169l\195\169phone", "Telefonnummer",
      "TN",
      "mobile", "Cell #", "PhoneNumber", "n\195\186mero de tel\195\169fono", "E.164" } do
      output, code = make_plan(("kw,%s\n%s,x\n"):format(title, sid(10)), "--column kw")
      assert.are.equal(2, code, title)
      assert.matches(("line 2, column %s: there are numbers in the file"):format(title), output, 1, true)
    end
    for _, title in ipairs { "number", "Numbers", "no.", "Nr", "#", "n\195\186mero", "line number" } do
      assert.are.equal(2, (select(2, make_plan(("kw,%s\n%s,0111\n"):format(title, sid(10)), "--column kw"))))
    end
    assert.are.same({}, sandbox.requests())
    for _, title in ipairs { "ticket number", "order no", "notes", "address line 1", "candidate",
      "number" } do
      output, code = make_plan(("kw,%s\n%s,12\n"):format(title, sid(10)), "--column kw")
      assert.are.equal(0, code, title .. output)
    end
    for _, cell in ipairs {
      "2026-11-24T14:30:00+01:00", "11/24/2026 14:30", "24.11.2026 14:30:00.123", sid(12),
      "2 of 60, 10:00-12:00", "AC44338c59c09724f48f087966d6a42575", "OPS-12345", "public feed",
      "550e8400-e29b-41d4-a716-446655440000",
    } do
      output, code = make_plan(('kw,x\n%s,"%s"\n'):format(sid(10), cell), "--column kw")
      assert.are.equal(0, code, output)
    end
    output, code = make_plan(text, "--column kw --whole")
    assert.are.equal(0, code)
    assert.matches("2 to be cancelled", output, 1, true)
  end)

  it("takes a column of numbers that came out empty for no plan of whole port-ins", function()
    for _, title in ipairs { "phone_number", "DID", "number", "telefono" } do
      local text = ("kw,%s\n%s,\n%s, \n"):format(title, sid(1), sid(2))
      local output, code = make_plan(text, "--column kw")
      assert.are.equal(2, code, output)
      assert.matches(("column %s: it may name numbers, and is empty"):format(title), output, 1, true)
      assert.are.same({}, sandbox.requests())
      local named = "--column kw --skip-invalid --number-column " .. title
      assert.are.equal(2, (select(2, make_plan(text, named))))
      assert.are.equal(0, (select(2, make_plan(text, "--column kw --whole"))))
      sandbox.reset()
    end
  end)

  it("makes its files for their owner alone", function()
    make_plan(sid(1) .. "\n", "--csv " .. ledger .. ".copy.csv")
    sandbox.fault { fault = "paused", seconds = 120, method = "DELETE" }
    support.run(("umask 000; { %s; echo \"exit $?\"; } >%s.out 2>&1 &"):format(
      command(("apply %s --ledger %s --confirm 1 %s"):format(plan, ledger, numbers_option())), ledger))
    await_deletes(1)
    local listing = support.run(("cd $(dirname %s) && stat -c '%%a %%n' spec.ledger spec.ledger-wal "
      .. "spec.ledger-shm spec.ledger-lock spec.ledger.json spec.ledger.copy.csv"):format(ledger))
    for mode, name in listing:gmatch "(%d+) ([^\n]+)" do assert.are.equal("600", mode, name) end
    assert.are.equal(6, select(2, listing:gsub("\n", "")), listing)
    sandbox.clear_faults()
    support.run(("until grep -q ^exit %s.out; do sleep 0.02; done"):format(ledger))
    support.run(("chmod 644 %s"):format(plan))
    make_plan(sid(2) .. "\n")
    assert.matches("^600 ", (support.run("stat -c '%a %n' " .. plan)))
  end)

  it("reads columns, quotes, CRLF, blank lines, a byte order mark, standard input", function()
    support.write_file(input, "\239\187\191note,\"the \"\"sid\"\"\"\r\n"
      .. '"a, b\r\nc",' .. sid(1) .. "\r\n\r\n  \r\nx, " .. sid(2) .. " \r\ny," .. sid(1))
    local output, code = run(("plan - --column 'the \"sid\"' --output %s <%s"):format(plan, input))
    assert.are.equal(0, code)
    assert.matches("2 to be cancelled, 1 listed before", output, 1, true)
  end)

  it("sends nothing while a row is bad, unless bad rows are to be skipped", function()
    local text = "port_in_request_sid\n" .. sid(1) .. "\nKW..\n\"" .. sid(2) .. "\"\n\n''\n"
    local output, code = make_plan(text)
    assert.are.equal(2, code)
    assert.matches('line 3: not a port-in SID: "KW.."', output, 1, true)
    assert.matches("2 bad rows: nothing was sent", output, 1, true)
    assert.are.same({}, sandbox.requests())
    output, code = make_plan(text, "--skip-invalid")
    assert.are.equal(0, code, output)
    assert.matches("2 to be cancelled, 2 left out of the inputs.", output, 1, true)
    assert.matches('left_out .* line 3: not a port%-in SID: "KW.."', output)
    assert.are.equal(0, (select(2, apply(2))))
    output = run("report " .. ledger)
    assert.matches('skipped .* left_out: line 3: not a port%-in SID: "KW.."', output)
    assert.matches("left_out: line 6: ", output, 1, true)
  end)

  it("says what is wrong with a file, and with how it is called", function()
    for text, complaint in pairs {
      [""] = "the file has no rows",
      ["a,b\n1,2\n"] = "there is no column 'port_in_request_sid', only: a, b",
      ["port_in_request_sid\n"] = "there is nothing to do",
      ['port_in_request_sid\n"KW'] = "line 2: a quoted field is not closed",
    } do
      local output, code = make_plan(text)
      assert.are.equal(2, code)
      assert.matches(complaint, output, 1, true)
    end
    for _, words in ipairs {
      "plan /nonexistent.csv", "", "plan a.csv --aply", "apply", "aply x", "apply x --wait soon",
      "apply x --wait -1", "apply x --canary 0.5", "resume", "apply /nonexistent.json --confirm 1",
    } do
      assert.are.equal(1, select(2, run(words)), words)
    end
    assert.are.equal(0, select(2, run "--help"))
    assert.are.equal(0, select(2, run "apply --help"))
    assert.are.same({}, sandbox.requests())
  end)

  it("refuses a plan that was altered, a wrong count, a missing one, other credentials", function()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n")
    local text = support.read_file(plan)
    local other = ("TWILIO_ACCOUNT_SID=%s "):format(sandbox.sid("AC", 5))
    sandbox.reset()
    support.write_file(plan, (text:gsub(sid(2), sid(3))))
    local output, code = apply(2)
    assert.are.equal(6, code)
    assert.matches("the plan was altered", output, 1, true)
    support.write_file(plan, text)
    output, code = apply(3)
    assert.are.equal(6, code)
    assert.matches("2 are to be cancelled, and 3 were confirmed", output, 1, true)
    output, code = run(("apply %s --ledger %s </dev/null"):format(plan, ledger))
    assert.are.equal(6, code)
    assert.matches("2 are to be cancelled: confirm that number", output, 1, true)
    output, code = support.run(other .. command(("apply %s --ledger %s --confirm 2"):format(plan,
      ledger)))
    assert.are.equal(6, code, output)
    assert.are.same({}, sandbox.requests())
  end)

  it("wants the telephone numbers confirmed where they are not as many as the port-ins", function()
    local output = make_plan(sid(1) .. "\n" .. sid(2) .. "\n")
    assert.matches("2 to be cancelled. To be cancelled: 2 port-ins, 3 numbers.\n", output, 1, true)
    assert.matches("--confirm 2 --confirm-numbers 3\n", output, 1, true)
    local words = ("apply %s --ledger %s --confirm 2 --wait 5 %%s"):format(plan, ledger)
    local code
    output, code = run(words:format "")
    assert.are.equal(6, code)
    assert.matches("2 port-ins, 3 numbers are to be cancelled: confirm the 3 numbers", output, 1, true)
    output, code = run(words:format "--confirm-numbers 2")
    assert.are.equal(6, code)
    assert.matches("3 numbers are to be cancelled, and 2 numbers were confirmed", output, 1, true)
    assert.are.same({}, deletes())
    output, code = run(words:format "--confirm-numbers 3")
    assert.are.equal(0, code, output)
    assert.matches("2 confirmed. Numbers: 3 of 3 confirmed.\n", output, 1, true)
    assert.matches("to cancel 2 (2 port-ins, 3 numbers)\n", run("report " .. ledger), 1, true)
    local report = cjson.decode((run("report " .. ledger .. " --json")))
    assert.are.equal(3, report.campaign.planned_numbers)
    assert.are.equal(3, report.numbers.confirmed)
    local listing = cjson.decode((make_plan(sid(3) .. "\n" .. sid(5) .. "\n", "--json")))
    assert.are.same({ targets = 1, port_ins = 1, singles = 0, numbers = 3, unread = 0 }, listing.extent)
  end)

  it("takes a confirmation in plain digits only", function()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n")
    for _, number in ipairs { "0x2", "2e0", "02", "2.0", "+2", " 2", "2,", "1e0", "" } do
      for _, option in ipairs { "--confirm", "--confirm-numbers" } do
        local output, code = run(("apply %s --ledger %s --confirm 2 --confirm-numbers 3 %s '%s'"):format(plan,
          ledger, option, number))
        assert.are.equal(1, code, output)
      end
    end
    assert.are.same({}, deletes())
  end)

  it("refuses a plan that is older than a change of status, and lists what has changed", function()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n")
    sandbox.put_port_in(sid(2), { port_in_request_status = "action_required" })
    local output, code = apply(2)
    assert.are.equal(6, code)
    assert.matches(sid(2) .. " was in_progress and is action_required", output, 1, true)
    assert.are.same({}, deletes())
  end)

  it("protects what a file lists", function()
    support.write_file(ledger .. ".protect", "+14155550111\n\n " .. sid(2) .. "\n")
    local output, code = make_plan(sid(1) .. "\n" .. sid(2) .. "\n", "--protect " .. ledger
      .. ".protect")
    assert.are.equal(5, code)
    assert.matches("0 to be cancelled, 2 protected", output, 1, true)
    assert.are.equal(5, select(2, apply(0)))
    support.write_file(ledger .. ".protect", "\239\187\191# whose?\r\n+1 (415) 555-0111\r\n")
    output = make_plan(sid(1) .. "\n", "--protect " .. ledger .. ".protect")
    assert.matches("1 protected", output, 1, true)
    support.write_file(ledger .. ".protect", "Acme Flowers\n")
    output, code = make_plan(sid(1) .. "\n", "--protect " .. ledger .. ".protect")
    assert.are.equal(2, code)
    assert.matches("line 1: neither a SID nor an E.164 number", output, 1, true)
  end)

  describe("reads what is protected", function()
    local protect

    local function plan_with(text, more)
      protect = ledger .. ".protect"
      support.write_file(protect, text)
      return make_plan(sid(1) .. "\n" .. sid(2) .. "\n" .. sid(3) .. "\n", "--protect " .. protect .. " "
        .. (more or ""))
    end

    it("whatever its lines end with, with remarks and blank lines", function()
      for _, break_ in ipairs { "\n", "\r\n", "\r" } do
        for _, ending in ipairs { break_, "" } do
          local output, code = plan_with(table.concat({ "# whose?", "", "+14155550111", " " .. sid(2)
            .. "  # Acme", "\t#" }, break_) .. ending)
          assert.are.equal(0, code, output)
          assert.matches("1 to be cancelled, 2 protected", output, 1, true)
          assert.matches("Protect list: 2 entries, 2 matched.\n", output, 1, true)
        end
      end
    end)

    it("however a number is written after its plus", function()
      for _, number in ipairs { "+1 (415) 555-0111", "+1.415.555.0111", "+1\194\160415\194\160555 0111",
        "+1 415 555\226\128\1450111", "+ 1 415 555 0111", "\239\187\191+14155550111" } do
        local output = plan_with(number .. "\n")
        assert.matches("Protect list: 1 entry, 1 matched.\n", output, 1, true)
      end
    end)

    it("and refuses, by its line, what may have been meant to protect something", function()
      for _, line in ipairs {
        "14155550111", "(415) 555-0111", "4155550111", '"+14155550111"', "'+14155550111", "+14155550111,",
        "+14155550111;", "+14155550111,+14155550112", "+14155550111 +14155550112",
        "+14155550111 4155550112", "+14155550111/12", "+1 415 555 0111-0113", "+1 415 555 0111 0112",
        "+1415555011", "+14155550111#x", "+14155550111 Acme", "+14155550111 x5", "tel:+14155550111",
        "1.41556E+10", sid(1):lower(), sid(1) .. "0", sid(1):sub(1, -2), sid(1) .. " " .. sid(2),
        sandbox.sid("AC", 1), "phone_number", "+1415555\2330111", "\194\160+14155550111",
        "\239\187\191" .. sid(1), "+14155550111\12+14155550112", "# x\11+14155550111",
        "# x\226\128\168+14155550111", "# x\194\133+14155550111", "+14155550111 \27[2K",
      } do
        local output, code = plan_with(sid(1) .. "\n" .. line .. "\n" .. sid(2) .. "\n")
        assert.are.equal(2, code, line .. output)
        assert.matches(", line 2: ", output, 1, true)
        assert.matches("Nothing was sent: mend what is protected.", output, 1, true)
        assert.not_matches("%c", (output:gsub("\n", "")))
      end
      assert.are.same({}, sandbox.requests())
    end)

    it("and refuses a file in which there is nothing to protect, or no text", function()
      for _, text in ipairs { "", "\n", "\239\187\191", " \r\n\t\r\n", "# remarks only\n#\n",
        "# all of it \r# a remark" } do
        local output, code = plan_with(text)
        assert.are.equal(2, code, output)
        assert.matches("it names nothing to protect", output, 1, true)
      end
      for text, why in pairs {
        ["PK\3\4"] = "no plain text: save it as CSV (UTF-8). Nothing was sent",
        [sid(1) .. "\n\0\n"] = "it has zero bytes, so it is no plain text",
        ["\254\255\0+"] = "neither a SID nor an E.164 number",
      } do
        local output, code = plan_with(text)
        assert.are.equal(2, code, output)
        assert.matches(why, output, 1, true)
      end
      assert.are.same({}, sandbox.requests())
    end)

    it("and protects what a file in UTF-16 names", function()
      local utf_16 = ("+14155550111\r\n"):gsub(".", "%0\0")
      for _, text in ipairs { utf_16, "\255\254" .. utf_16 } do
        local output, code = plan_with(text)
        assert.are.equal(0, code, output)
        assert.matches("2 to be cancelled, 1 protected", output, 1, true)
      end
    end)

    it("and numbers of a country", function()
      local output, code = plan_with("(415) 555-0111\n", "--country US")
      assert.are.equal(0, code, output)
      assert.matches("2 to be cancelled, 1 protected", output, 1, true)
      assert.are.equal(2, (select(2, plan_with "(415) 555-0111\n")))
    end)

    it("and warns of an entry in a remark", function()
      for _, line in ipairs { "#+14155550111", "# " .. sid(1), sid(2) .. " # +1 415 555 0111" } do
        local output = plan_with(line .. "\n" .. sid(2) .. "\n")
        assert.matches("line 1: an entry in a remark is not protected", output, 1, true)
      end
    end)

    it("once only: a second file would take the place of the first", function()
      plan_with(sid(1) .. "\n")
      local output, code = plan_with(sid(2) .. "\n", "--protect " .. protect)
      assert.are.equal(1, code, output)
      assert.matches("'--protect' must be used at most 1 time", output, 1, true)
    end)

    it("and says how much of it was matched, in all that is printed", function()
      local text = "+14155550111\n+14155550177\n"
      local words = "Protect list: 2 entries, 1 matched. These match no target: +141******77.\n"
      assert.matches(words, plan_with(text), 1, true)
      assert.matches("These match no target: +14155550177.\n", plan_with(text, "--unmasked"), 1, true)
      assert.matches(words, apply(2, "--wait 0"), 1, true)
      assert.are.same({ entries = 2, matched = 1, unmatched = { "+141******77" } },
        cjson.decode((plan_with(text, "--json"))).protect)
    end)
  end)

  it("reads targets whatever their lines end with", function()
    for _, break_ in ipairs { "\r", "\r\n", "\n\r", "\r\r\n" } do
      for _, header in ipairs { "port_in_request_sid" .. break_, "" } do
        local output, code = make_plan(header .. sid(1) .. break_ .. sid(2) .. break_)
        assert.are.equal(0, code, output)
        assert.matches("2 to be cancelled.", output, 1, true)
      end
    end
  end)

  it("leaves out no target in silence", function()
    for text, complaint in pairs {
      [sid(1) .. "\n" .. sid(2) .. "," .. sid(3) .. "\n"] = "line 2: it has more cells than the first line",
      ["port_in_request_sid\n" .. sid(1) .. ", ," .. sid(3)] = "line 2: it has more cells",
      ["\255\254K\0W\0"] = "there is no column 'port_in_request_sid', only: KW",
      [sid(1) .. "\0\n"] = "it is no plain text",
      [sid(1) .. "\194\133" .. sid(2)] = "there is no column 'port_in_request_sid', only: KW",
      ["port_in_request_sid\n" .. sid(1) .. "\226\128\168" .. sid(2)] = "line 2: not a port-in SID",
      ["port_in_request_sid\n" .. sid(1) .. "\12" .. sid(2)] = "line 2: not a port-in SID",
      ["port_in_request_sid\n" .. sid(1) .. "\n# " .. sid(2)] = "line 3: not a port-in SID",
    } do
      local output, code = make_plan(text)
      assert.are.equal(2, code, output)
      assert.matches(complaint, output, 1, true)
    end
    assert.are.same({}, sandbox.requests())
  end)

  it("refuses a plan, and a ledger, of another host before anything is asked", function()
    make_plan(sid(1) .. "\n")
    assert.are.equal(3, select(2, apply(1, "--deadline 0")))
    local before = #sandbox.requests()
    for _, words in ipairs { ("apply %s --ledger %s --confirm 1"):format(plan, ledger),
      ("apply %s --ledger %s.new --confirm 1"):format(plan, ledger), "resume " .. ledger } do
      local output, code = support.run((command(words):gsub(sandbox.url:gsub("%p", "%%%0"),
        sandbox.http_url)))
      assert.are.equal(6, code, output)
      assert.matches(("the plan was made at %s, the client is for %s"):format(sandbox.url, sandbox.http_url),
        output, 1, true)
    end
    assert.are.equal(before, #sandbox.requests())
    assert.matches(" at " .. sandbox.url .. ", entered", run("status " .. ledger), 1, true)
  end)

  it("sends nothing for a port-in that has grown", function()
    make_plan(sid(1) .. "\n")
    local numbers = {}
    for i = 1, 50 do numbers[i] = { phone_number = ("+1415557%04d"):format(i) } end
    sandbox.put_port_in(sid(1), { phone_numbers = numbers })
    local output, code = apply(1)
    assert.are.equal(6, code, output)
    assert.matches("had 2 numbers and has 50: +141******01, +141******02, +141******03 and 47 more came",
      output, 1, true)
    output, code = apply(1, "--skip-changed")
    assert.are.equal(3, code, output)
    assert.matches("skipped  " .. sid(1) .. "  0         changed: had 2 numbers and has 50", output, 1, true)
    assert.are.same({}, deletes())
  end)

  it("says what is wrong in words, whatever it is", function()
    make_plan(sid(1) .. "\n")
    for words, complaint in pairs {
      ["apply " .. plan .. " --confirm 1 --ledger ''"] = "ledger: a file's path",
      ["status postgresql://u:s3cret@h"] = "ledger: postgresql:// and user",
      ["plan " .. input .. " --account ACfoo"] = "is not an account SID",
      ["plan " .. input .. " --concurrency 30000"] = "is not a whole number from 1 to 1000",
      ["plan " .. input .. " --output " .. plan .. " --csv " .. plan] = "are the same file",
      ["apply - <" .. plan] = "needs --ledger",
    } do
      local output, code = run(words)
      assert.are.equal(1, code, words)
      assert.matches(complaint, output, 1, true)
      assert.not_matches("stack traceback", output, 1, true)
      assert.not_matches("s3cret", output, 1, true)
    end
  end)

  it("masks what the API says of people, and writes JSON whatever that is", function()
    make_plan(sid(1) .. "\n")
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE",
      message = "+14155550111 of robin@example.com, 415-555-0111" }
    local output = apply(1, "--reason 'caf\233'")
    assert.matches("refused", output, 1, true)
    assert.not_matches("555%-?01", output)
    assert.not_matches("robin@", output, 1, true)
    output = run("report " .. ledger .. " --json")
    assert.are.equal("caf?", cjson.decode(output).campaign.reason)
  end)

  it("ends with 3 when something is not as wished, and says what", function()
    local output, code = make_plan(sid(1) .. "\n" .. sid(0xdead) .. "\n")
    assert.are.equal(3, code)
    assert.matches("not_found  " .. sid(0xdead), output, 1, true)
    output, code = apply(1)
    assert.are.equal(3, code)
    assert.matches("not_found: the API knows no such SID", output, 1, true)
  end)

  it("finds out by GET what became of a lost answer, and repeats nothing before", function()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n")
    sandbox.fault { fault = "reset_after", method = "DELETE", path = sid(1) }
    sandbox.fault { fault = "reset_before", method = "DELETE", path = sid(2) }
    local output, code = apply(2)
    assert.are.equal(0, code)
    assert.matches("It may or may not have taken effect", output, 1, true)
    assert.are.same({ sid(1), sid(2), sid(2) }, deletes())
    output, code = resume()
    assert.are.equal(0, code, output)
    assert.are.same({ sid(1), sid(2), sid(2) }, deletes())
  end)

  it("writes no plan over what it has read", function()
    local folder, name = input:match "^(.*/)([^/]*)$"
    local other = folder .. "./" .. name
    for _, words in ipairs {
      "--csv " .. input, "--output " .. input, "--csv " .. other, "--output " .. other,
    } do
      support.write_file(input, "port_in_request_sid\n" .. sid(1) .. "\n")
      local output, code = run(("plan %s --output %s %s"):format(input, plan, words))
      assert.are.equal(1, code, output)
      assert.matches("is what is read", output, 1, true)
      assert.are.equal("port_in_request_sid\n" .. sid(1) .. "\n", support.read_file(input))
    end
  end)

  it("shows paths and what is wrong with an argument as they are", function()
    local output = run "plan /nowhere/202611241530.csv"
    assert.matches("/nowhere/202611241530.csv", output, 1, true)
    output = run "status postgresql://h"
    assert.matches("postgresql:// and user:password@host:port/database expected", output, 1, true)
  end)

  it("says how to go on in words that a shell takes, with the same brakes", function()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n" .. sid(3) .. "\n")
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE", path = sid(1) }
    local own = ledger .. " of Jo's"
    local quoted = support.quote(own)
    local output, code = run(("apply %s --ledger %s --confirm 3 --wait 5 --max-failures 0 --concurrency 1 %s")
      :format(plan, quoted, numbers_option()))
    assert.are.equal(3, code, output)
    assert.are.same({ sid(1) }, deletes())
    local words = output:match "To go on: lua examples/cancel_port_ins%.lua (.-)\n"
    assert.are.equal("resume " .. quoted .. " --concurrency 1 --max-failures 0 --wait 5", words)
    output, code = run(words)
    assert.are.equal(3, code, output)
    assert.are.same({ sid(1) }, deletes())
    assert.matches("\nhalted %S+ by the run of %S+ on %S+, process %d+: too many have failed, so no run "
      .. "sends anything until it is released%.", output)
    local release = output:match "To release it: lua examples/cancel_port_ins%.lua (.-)\n"
    assert.are.equal("release " .. quoted .. " --confirm 2 --confirm-numbers 4", release)
    output, code = run(release)
    assert.are.equal(0, code, output)
    assert.matches("Audit head: %x+", output)
    output, code = run(words)
    assert.are.equal(3, code, output)
    assert.are.same({ sid(1), sid(2), sid(3) }, deletes())
  end)

  it("tries again what was refused only when told to, and how much that is", function()
    make_plan(sid(1) .. "\n")
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE" }
    assert.are.equal(3, select(2, apply(1)))
    assert.are.equal(3, select(2, resume()))
    assert.are.equal(6, select(2, run(("retry-failed %s </dev/null"):format(ledger))))
    assert.are.same({ sid(1) }, deletes())
    local output, code = run(("retry-failed %s --confirm 1 %s"):format(ledger, numbers_option()))
    assert.are.equal(0, code, output)
    assert.are.equal(5, select(2, run("retry-failed " .. ledger .. " --confirm 1")))
  end)

  it("stops at once when the credentials are not accepted", function()
    sandbox.fault { fault = "error", status = 403, code = 20003, message = "Forbidden", times = 9 }
    assert.are.equal(4, select(2, make_plan(sid(1) .. "\n" .. sid(2) .. "\n")))
    sandbox.reset()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n")
    sandbox.fault { fault = "error", status = 401, code = 20003, method = "DELETE", times = 9 }
    local output, code = apply(2)
    assert.are.equal(4, code)
    assert.matches("The credentials are not accepted: nothing more was sent.", output, 1, true)
    assert.matches("2 planned", output, 1, true)
  end)

  for _, signal in ipairs { "INT", "TERM" } do
    it(("finishes what is in flight when it gets SIG%s, and can be resumed"):format(signal), function()
      local lines = {}
      for i, kw in ipairs(campaigns.port_ins(40)) do lines[i] = kw end
      make_plan(table.concat(lines, "\n") .. "\n")
      answer_two_deletes()
      local words = ("apply %s --ledger %s --confirm 40 --concurrency 2"):format(plan, ledger)
      support.run(("cd .; { sh -c 'echo $$ >%s.pid; exec env %s'; echo \"exit $?\"; } >%s.out 2>&1 &")
        :format(ledger, command(words), ledger))
      await_deletes(4)
      support.run(("kill -%s $(cat %s.pid)"):format(signal, ledger))
      sandbox.clear_faults()
      support.run(("until grep -q ^exit %s.out; do sleep 0.02; done"):format(ledger))
      local count = #deletes()
      local output = support.read_file(ledger .. ".out")
      assert.are.equal(4, count)
      assert.matches("Interrupted: nothing more was sent, and what was in flight is recorded.", output,
        1, true)
      assert.matches(("%d planned, %d accepted."):format(40 - count, count), output, 1, true)
      assert.matches("\nexit 7\n", output, 1, true)
      output = run("status " .. ledger)
      assert.matches("interrupted", output, 1, true)
      assert.are.equal(0, select(2, resume()))
      assert.are.equal(40, #deletes())
    end)
  end

  --- Somebody's hand in the ledger.
  local function change(sql)
    local db = assert(database.open(ledger))
    assert(db:run(sql))
    db:close()
  end

  it("ends with 8, and sends nothing, when the ledger is not what the plan says", function()
    for sql, words in pairs {
      ["DELETE FROM targets WHERE number = 2"] = "target 2 is missing",
      ["UPDATE targets SET port_in_sid = '" .. sid(8) .. "' WHERE number = 2"] = "another port_in_sid",
      ["INSERT INTO targets (campaign, number, port_in_sid, planned_status, state, attempts, changed_at) "
        .. "SELECT campaign, 4, '" .. sid(8) .. "', 'pending', 'planned', 0, 1 FROM targets "
        .. "WHERE number = 1"] = "4 targets are there of 3",
    } do
      make_plan(sid(1) .. "\n" .. sid(2) .. "\n" .. sid(3) .. "\n")
      local output, code = apply(3, "--deadline 0")
      assert.are.equal(3, code, output)
      change(sql)
      for _, command_line in ipairs { "resume %s --confirm 3", "status %s", "report %s --json",
        "retry-failed %s --confirm 1", "apply " .. plan .. " --ledger %s --confirm 3" } do
        output, code = run(command_line:format(ledger))
        assert.are.equal(8, code, output)
        assert.matches(words, output, 1, true)
        assert.matches("make a new plan and a new ledger", output, 1, true)
      end
      assert.are.same({}, deletes())
      os.remove(ledger)
    end
  end)

  it("checks what apply checks when it is resumed, until the first DELETE", function()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n")
    local output, code = apply(2, "--deadline 0")
    assert.are.equal(3, code, output)
    assert.matches("To go on: lua examples/cancel_port_ins.lua resume " .. ledger .. " --wait 5 "
      .. "--settle-after 0.1 --confirm 2 --confirm-numbers 3\n", output, 1, true)
    output, code = run("resume " .. ledger .. " </dev/null")
    assert.are.equal(6, code)
    assert.matches("2 are to be cancelled: confirm that number", output, 1, true)
    assert.are.equal(6, (select(2, resume "--confirm 1")))
    sandbox.put_port_in(sid(2), { port_in_request_status = "action_required" })
    output, code = resume "--confirm 2 --confirm-numbers 3"
    assert.are.equal(6, code)
    assert.matches(sid(2) .. " was in_progress and is action_required", output, 1, true)
    assert.are.same({}, deletes())
    output, code = resume "--confirm 2 --confirm-numbers 3 --skip-changed"
    assert.are.equal(3, code, output)
    assert.are.same({ sid(1) }, deletes())
    assert.are.equal(3, (select(2, run("resume " .. ledger .. " </dev/null"))))
  end)

  it("asks on a terminal for the number, when it is resumed before the first DELETE", function()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n")
    apply(2, "--deadline 0")
    local words = support.quote(command("resume " .. ledger))
    local output, code = support.run(("printf '1\\n' | script -qec %s /dev/null"):format(words))
    assert.are.equal(6, code, output)
    assert.matches("This cannot be undone. Type 2 to cancel 2: ", output, 1, true)
    assert.are.same({}, deletes())
    output, code = support.run(("printf '2\\n2\\n' | script -qec %s /dev/null"):format(words))
    assert.are.equal(6, code, output)
    assert.matches("These are 3 telephone numbers. Type 3 to cancel them: ", output, 1, true)
    assert.are.same({}, deletes())
    output, code = support.run(("printf '2\\n3\\n' | script -qec %s /dev/null"):format(words))
    assert.are.equal(0, code, output)
    assert.are.same({ sid(1), sid(2) }, deletes())
  end)

  it("asks on a terminal after the first ones whether to go on with how many", function()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n" .. sid(3) .. "\n")
    local words = support.quote(command(("apply %s --ledger %s --confirm 3 %s --canary 1 --wait 5")
      :format(plan, ledger, numbers_option())))
    local output = support.run(("printf 'no\\n' | script -qec %s /dev/null"):format(words))
    assert.matches("1 of 1 confirmed. Cancel the other 2? Type yes: ", output, 1, true)
    assert.are.equal(1, #deletes())
  end)

  it("stops when its ledger is moved away, and tells what came of the DELETEs under way", function()
    local lines = {}
    for i, kw in ipairs(campaigns.port_ins(20)) do lines[i] = kw end
    make_plan(table.concat(lines, "\n") .. "\n")
    answer_two_deletes()
    local words = ("apply %s --ledger %s --confirm 20 --concurrency 2"):format(plan, ledger)
    support.run(("{ %s; echo \"exit $?\"; } >%s.out 2>&1 &"):format(command(words), ledger))
    await_deletes(4)
    assert(os.rename(ledger, ledger .. ".elsewhere"))
    sandbox.clear_faults()
    support.run(("until grep -q ^exit %s.out; do sleep 0.02; done"):format(ledger))
    local output = support.read_file(ledger .. ".out")
    assert.matches("\nexit 8\n", output, 1, true)
    assert.matches("was deleted, moved or replaced meanwhile", output, 1, true)
    local sent, known = #deletes(), 0
    assert.are.equal(4, sent)
    for _, kw in ipairs(deletes()) do
      if output:find("  " .. kw .. "  accepted", 1, true) then known = known + 1 end
    end
    assert.are.equal(sent, known)
    local lost = tonumber(output:match "What became of (%d+) may be missing in the ledger:" or 0)
    assert(os.rename(ledger .. ".elsewhere", ledger))
    output = run("status " .. ledger)
    assert.truthy(tonumber(output:match "(%d+) accepted") >= sent - lost)
    assert.are.equal(0, (select(2, resume())))
    assert.are.equal(20, #deletes())
  end)

  it("refuses what is too old when it is resumed, until the first DELETE", function()
    local now, client = system.time, sandbox.client()
    system.time = function() return now() - 7200 end
    support.write_file(plan, assert(campaign.plan(client, { sid(1) })):to_json())
    system.time = now
    client:close()
    assert.are.equal(3, (select(2, apply(1, "--deadline 0"))))
    local output, code = resume("--confirm 1 --max-age 1 " .. numbers_option())
    assert.are.equal(6, code)
    assert.matches("the plan is 120 minutes old, 60 are allowed", output, 1, true)
    assert.are.equal(0, (select(2, resume("--confirm 1 --max-age 3 " .. numbers_option()))))
  end)

  it("goes on after its first few when they are confirmed, and stops when they are not", function()
    local lines = {}
    for i, kw in ipairs(campaigns.port_ins(10)) do lines[i] = kw end
    make_plan(table.concat(lines, "\n") .. "\n")
    sandbox.fault { fault = "error", status = 400, method = "DELETE" }
    local output, code = run(("apply %s --ledger %s --confirm 10 --canary 2 --wait 5 </dev/null")
      :format(plan, ledger))
    assert.are.equal(3, code)
    assert.matches("Stopped after the first", output, 1, true)
    assert.are.equal(2, #deletes())
    output, code = run(("release %s --confirm 8"):format(ledger))
    assert.are.equal(0, code, output)
    output, code = run(("resume %s --canary 2 --wait 5 </dev/null"):format(ledger))
    assert.are.equal(3, code, output)
    assert.are.equal(10, #deletes())
  end)

  it("prints JSON and CSV, masked unless asked for", function()
    local text = "kw,number\n" .. sid(10) .. ",+14155550201\n"
    local output, code = make_plan(text, "--column kw --number-column number --json --unmasked")
    assert.are.equal("+14155550201", cjson.decode(output).targets[1].phone_number)
    assert.are.equal(0, code)
    output = make_plan(text, "--column kw --number-column number --json")
    local listing = cjson.decode(output)
    assert.are.equal(1, listing.counts.cancel)
    assert.are.equal("+141******01", listing.targets[1].phone_number)
    output, code = apply(1, "--json")
    assert.are.equal(0, code)
    local report = cjson.decode(output)
    assert.are.equal(1, report.counts.confirmed)
    output = run(("report %s --json --all"):format(ledger))
    assert.are.equal("+141******01", cjson.decode(output).targets[1].phone_number)
    output = run(("report %s --csv --all --unmasked"):format(ledger))
    assert.matches("\nconfirmed," .. sid(10) .. "," .. sandbox.sid("PU", 0xa1) .. ",+14155550201,",
      output, 1, true)
  end)

  it("takes an empty file for no ledger, and leaves it as it is, by every command that needs one", function()
    make_plan(sid(1) .. "\n")
    local folder = ledger .. ".folder"
    support.run("mkdir " .. folder)
    for _, words in ipairs { "status", "report", "verify --offline", "export -o " .. folder .. "/undo",
      "release --confirm 1", "purge --older-than 0", "resume --confirm 1", "retry-failed --confirm 1",
      "apply --dry-run " .. plan .. " --ledger" } do
      support.write_file(folder .. "/empty", "")
      local output, code = run(("%s %s/empty"):format(words, folder))
      assert.are.equal(8, code, output)
      assert.matches("the file is empty, not a ledger", output, 1, true)
      assert.are.equal("0 empty\n", support.run(("cd %s; stat -c '%%s %%n' *"):format(folder)), words)
    end
    support.run("rm -r " .. folder)
  end)

  it("checks everything in a dry run, and sends and writes nothing", function()
    make_plan(sid(1) .. "\n" .. sid(2) .. "\n" .. sid(5) .. "\n")
    local words = ("apply %s --ledger %s --dry-run"):format(plan, ledger)
    local output, code = run(words)
    assert.are.equal(0, code, output)
    assert.matches("Dry run: 2 targets, 3 numbers would be cancelled now. Nothing was sent.", output, 1, true)
    assert.is_nil(system.file_identity(ledger))
    output, code = run(words .. " --confirm 3")
    assert.are.equal(6, code, output)
    sandbox.put_port_in(sid(2), { port_in_request_status = "action_required" })
    output, code = run(words)
    assert.are.equal(6, code, output)
    assert.matches(sid(2) .. " was in_progress and is action_required", output, 1, true)
    output, code = run(words .. " --skip-changed")
    assert.are.equal(0, code, output)
    assert.matches("would be left out: " .. sid(2) .. " changed: was in_progress", output, 1, true)
    assert.matches("Dry run: 1 target, 2 numbers would", output, 1, true)
    assert.are.same({}, deletes())
    assert.are.equal(3, (select(2, apply(2, "--skip-changed"))))
    output, code = run(words)
    assert.are.equal(5, code, output)
    assert.matches("Dry run: 0 targets, 0 numbers would", output, 1, true)
    assert.are.same({ sid(1) }, deletes())
  end)

  it("lists every target as CSV, also when all went well", function()
    make_plan(sid(1) .. "\n" .. sid(5) .. "\n")
    assert.are.equal(0, (select(2, apply(1))))
    local output, code = run(("report %s --csv"):format(ledger))
    assert.are.equal(0, code)
    assert.matches("\nconfirmed," .. sid(1) .. ",", output, 1, true)
    assert.matches("\nskipped," .. sid(5) .. ",", output, 1, true)
  end)

  it("prints few lines, however many targets are left when it is interrupted", function()
    local lines = campaigns.port_ins(300)
    make_plan(table.concat(lines, "\n") .. "\n")
    local output, code = apply(300, "--deadline 0")
    assert.are.equal(3, code, output)
    assert.matches("and 250 more\n", output, 1, true)
    assert.is_true(select(2, output:gsub("\n", "")) < 70)
    output = run("report " .. ledger)
    assert.is_true(select(2, output:gsub("\n", "")) > 300)
    output, code = resume "--confirm 300"
    assert.are.equal(0, code, output)
    assert.is_true(select(2, output:gsub("\n", "")) < 420, output)
    assert.matches("the report lists all", output, 1, true)
  end)

  it("says how far it is at intervals where there is no terminal, also while it checks", function()
    local lines = campaigns.port_ins(40)
    sandbox.limit(1000, 0.05)
    local output = make_plan(table.concat(lines, "\n") .. "\n", "--concurrency 2 --progress 0.1")
    assert.matches("%d+ of 40 fetched, [%d.]+/s, 0 failed, %d+ s left\n", output)
    output = apply(40, "--concurrency 2 --progress 0.1")
    sandbox.limit(1000, 0)
    assert.matches("%d+ of 40 checked, [%d.]+/s, 0 failed, %d+ s left\n", output)
    assert.matches("%d+ of 40 tried, [%d.]+/s, 0 failed, %d+ s left\n", output)
  end)

  it("writes its numbers for Prometheus, and hands a summary to a command", function()
    make_plan(sid(1) .. "\n" .. sid(5) .. "\n")
    local metrics, summary = ledger .. ".prom", ledger .. ".summary"
    local output, code = apply(1, ("--metrics %s --notify 'cat >%s'"):format(metrics, summary))
    assert.are.equal(0, code, output)
    local text = support.read_file(metrics)
    assert.matches('twilio_campaign_targets{campaign="%x+",state="confirmed"} 1\n', text)
    assert.matches('twilio_campaign_targets{campaign="%x+",state="planned"} 0\n', text)
    assert.matches('twilio_campaign_running{campaign="%x+"} 0\n', text)
    for line in text:gmatch "[^\n]+" do
      assert.is_true(line:find "^# [HT]" ~= nil or line:find '^[a-z_]+{[a-z_="0-9,]+} [0-9]+$' ~= nil, line)
    end
    local told = cjson.decode(support.read_file(summary))
    assert.are.same({ "success", 1, 2, "1 confirmed, 1 skipped" },
      { told.verdict, told.counts.confirmed, told.numbers.confirmed, told.summary })
    output, code = apply(7, "--notify 'cat >" .. summary .. "; exit 3'")
    assert.are.equal(6, code, output)
    told = cjson.decode(support.read_file(summary))
    assert.are.equal("refused", told.verdict)
    assert.matches("1 are to be cancelled, and 7 were confirmed", told.error, 1, true)
    output, code = apply(1, "--metrics /nowhere/x")
    assert.are.equal(0, code, output)
    assert.matches("cannot write the metrics: /nowhere/x.new: ", output, 1, true)
  end)

  it("does not end with 0 where its output was lost", function()
    support.write_file(input, sid(1) .. "\n")
    local _, code = run(("plan %s --output %s >/dev/full"):format(input, plan))
    assert.are.equal(1, code)
  end)
end)
