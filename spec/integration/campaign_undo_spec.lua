--- Undo sheets: each port-in as it was before its DELETE, in the form that a create takes.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local cjson = require "cjson"
local database = require "twilio.numbers.campaign.ledger.database"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local function kw(number) return sandbox.sid("KW", number) end

describe("an undo sheet", function()
  local client, ledger, place

  before_each(function() client, ledger, place = campaigns.begin() end)
  after_each(function() campaigns.finish(client, ledger) end)

  local function plan_of(inputs) return assert(campaign.plan(client, inputs)) end

  it("is what port_ins:create takes, with what has to be filled in again", function()
    local before = assert(client.port_ins:fetch(kw(1))):raw()
    assert(campaigns.apply(client, ledger, plan_of { kw(1) }))
    local sheets = assert(campaign.undo_sheets(ledger))
    assert.are.equal(1, #sheets)
    local sheet = sheets[1]
    assert.are.same({ kw(1), "confirmed" }, { sheet.port_in_sid, sheet.state })
    assert.are.equal("Acme Flowers", sheet.fields.losing_carrier_information.customer_name)
    assert.are.equal(#before.phone_numbers, #sheet.fields.phone_numbers)
    local said = table.concat(sheet.fill_in, "\n")
    for _, part in ipairs { "phone_numbers[1].pin: of +14155550111", "phone_numbers[2].pin: of +14155550112",
      "losing_carrier_information.address: the API did not tell it" } do
      assert.matches(part, said, 1, true)
    end
    sheet.fields.phone_numbers[1].pin, sheet.fields.target_port_in_date = "1234", nil
    assert.is_table(assert(client.port_ins:create(sheet.fields)))
  end)

  it("of a single number has that number alone", function()
    assert(campaigns.apply(client, ledger, plan_of { { kw(10), "+14155550201" } }))
    local sheet = assert(campaign.undo_sheets(ledger))[1]
    assert.are.same({ { phone_number = "+14155550201" } }, sheet.fields.phone_numbers)
    assert.are.equal(sandbox.sid("PU", 0xa1), sheet.phone_number_sid)
  end)

  it("is durable before its DELETE is sent, and has no PIN", function()
    sandbox.put_port_in(kw(1), { phone_numbers = { { phone_number = "+14155550111", port_out_pin = 876543,
      pin = "876543" } } })
    local cancel, seen = client.port_ins.cancel, nil
    client.port_ins.cancel = function(...)
      local db = assert(database.open(place))
      seen = assert(db:rows "SELECT form, sheet FROM undo_sheets")
      db:close()
      return cancel(...)
    end
    assert(campaigns.apply(client, ledger, plan_of { kw(1) }))
    assert.are.equal(1, #seen)
    assert.are.equal("json", seen[1].form)
    assert.matches("+14155550111", seen[1].sheet, 1, true)
    assert.not_matches("876543", seen[1].sheet, 1, true)
  end)

  it("is not kept where it is switched off, nor before anything was sent", function()
    assert(campaigns.apply(client, ledger, plan_of { kw(1) }, { undo = false }))
    assert.are.same({}, assert(campaign.undo_sheets(ledger)))
    local other = plan_of { kw(2) }
    assert(campaigns.apply(client, ledger, other, { deadline = 0 }))
    assert.are.same({}, assert(campaign.undo_sheets(ledger, other.id)))
  end)

  it("that cannot be made keeps its DELETE from being sent", function()
    local result = assert(campaigns.apply(client, ledger, plan_of { kw(1), kw(2) }, {
      undo = function() return nil, "no key" end }))
    assert.are.same({ "partial", "undo" }, { result.verdict, result.stopped })
    assert.matches("the undo sheet cannot be made: no key", tostring(result.err), 1, true)
    assert.are.equal(0, campaigns.count_deletes())
    assert.has_error(function() campaigns.apply(client, ledger, plan_of { kw(1) }, { undo = "cms" }) end)
  end)

  --- Enters so many sheets, of which the API has told no more than a customer's name.
  local function keep(count)
    local plan = plan_of(campaigns.port_ins(count))
    assert(ledger:begin_run(plan.id, "apply", 60))
    assert(ledger:prepare_undo())
    assert(ledger:enter(plan, {}))
    assert(ledger:transaction(function()
      for number = 1, count do
        assert(ledger:keep_undo({ number = number }, "json",
          '{"losing_carrier_information":{"customer_name":"' .. ("x"):rep(2000) .. '"}}'))
      end
      return true
    end))
    assert(ledger:end_run "done")
  end

  it("is given one by one, in the plan's order, with few of them in memory", function()
    keep(250)
    local places, largest = {}, 0
    local rows = ledger.db.rows
    function ledger.db.rows(self, ...)
      local list, err = rows(self, ...)
      largest = math.max(largest, list and #list or 0)
      return list, err
    end
    assert.are.same({}, assert(campaign.undo_sheets(ledger, nil, nil, function(sheet)
      places[#places + 1] = sheet.number
      assert.are.equal("table", type(sheet.fields))
    end)))
    assert.are.equal(250, #places)
    for i, number in ipairs(places) do assert.are.equal(i, number) end
    assert.truthy(largest <= 100, largest)
    assert.are.equal(250, #assert(campaign.undo_sheets(ledger)))
    assert.has_error(function() campaign.undo_sheets(ledger, nil, nil, "print") end)
  end)

  describe("of cancel_port_ins.lua", function()
    local function script(words)
      return support.run(("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s examples/cancel_port_ins.lua %s")
        :format(sandbox.url, sandbox.ca_file, support.lua, words))
    end

    local function apply(more)
      support.write_file(place .. ".json", plan_of({ kw(1), kw(3) }):to_json())
      return script(("apply %s.json --ledger %s --confirm 2 --confirm-numbers 5 --wait 5 %s"):format(place,
        place, more or ""))
    end

    local function exported()
      local list = cjson.decode(support.read_file(place .. ".undo.json"))
      local names = {}
      for i, sheet in ipairs(list) do names[i] = { sheet.port_in_sid, sheet.state, type(sheet.create) } end
      return names, list
    end

    local all = { { kw(1), "confirmed", "table" }, { kw(3), "confirmed", "table" } }

    it("is exported to a file for its owner", function()
      assert.are.equal(0, (select(2, apply())))
      local output, code = script(("export %s -o %s.undo.json"):format(place, place))
      assert.are.equal(0, code, output)
      assert.are.same(all, (exported()))
      assert.matches("^600", (support.run("stat -c %a " .. place .. ".undo.json")))
      output, code = script("export " .. place)
      assert.are.equal(1, code, output)
    end)

    it("is exported with all others as whole JSON, or the file is empty", function()
      keep(250)
      local words = ("export %s -o %s.undo.json"):format(place, place)
      local output, code = script(words)
      assert.are.equal(0, code, output)
      assert.are.equal(250, #(exported()))
      support.write_file(place .. ".lua", [[
        local campaign = require "twilio.numbers.campaign"
        local read = campaign.undo_sheets
        function campaign.undo_sheets(ledger, id, decrypt, take)
          return read(ledger, id, decrypt, function(sheet)
            if sheet.number == 150 then ledger:close() end -- the next page cannot be read
            take(sheet)
          end)
        end]])
      output, code = support.run(("%s -e 'dofile %q' examples/cancel_port_ins.lua %s"):format(support.lua,
        place .. ".lua", words))
      assert.are.equal(8, code, output)
      assert.matches("it is closed", output, 1, true)
      assert.are.equal(0, #support.read_file(place .. ".undo.json"))
    end)

    it("that cannot be written is told so", function()
      keep(1)
      local output, code = script(("export %s -o %s.folder/undo.json"):format(place, place))
      assert.are.equal(1, code, output)
      assert.matches("cannot write " .. place .. ".folder/undo.json: No such file", output, 1, true)
      output, code = script(("export %s -o /dev/full"):format(place))
      assert.are.equal(1, code, output)
      assert.matches("cannot write /dev/full: No space left", output, 1, true)
    end)

    --- How keys are made, and what a text that was encrypted to one begins with.
    local tools = {
      cms = { "openssl req -x509 -newkey rsa:2048 -nodes -keyout %s -out %s -days 2 -subj /CN=undo",
        "^%-%-%-%-%-BEGIN CMS%-" },
      age = { "age-keygen -o %s && age-keygen -y %1$s >%s", "^%-%-%-%-%-BEGIN AGE ENCRYPTED FILE%-" },
    }

    --- Makes a private key, and what belongs to it and is public.
    local function make_keys(form, key)
      local command = tools[form][1]:gsub("%%1%$s", support.quote(key))
      local output, code = support.run(command:format(support.quote(key), support.quote(key .. ".public")))
      assert.are.equal(0, code, output)
    end

    for form, tool in pairs(tools) do
      local is_missing = form == "age" and select(2, support.run "command -v age age-keygen") ~= 0
      it("is encrypted to a key by " .. form .. ", and read with that only", function()
        if is_missing then return pending "age is not installed" end
        local key = place .. " of Jo's.pem"
        make_keys(form, key)
        local output, code = apply("--undo " .. support.quote(form .. ":" .. key .. ".public"))
        assert.are.equal(0, code, output)
        local db = assert(database.open(place))
        for _, row in ipairs(assert(db:rows "SELECT form, sheet FROM undo_sheets")) do
          assert.are.equal(form, row.form)
          assert.matches(tool[2], row.sheet)
          assert.not_matches("Acme", row.sheet, 1, true)
        end
        db:close()
        output, code = script(("export %s -o %s.undo.json"):format(place, place))
        assert.are.equal(3, code, output)
        assert.matches("2 of them cannot be read: it is encrypted by " .. form, output, 1, true)
        make_keys(form, place .. ".other")
        output, code = script(("export %s -o %s.undo.json --key %s.other"):format(place, place, place))
        assert.are.equal(3, code, output)
        assert.matches("2 of them cannot be read: it cannot be decrypted with that key", output, 1, true)
        output, code = script(("export %s -o %s.undo.json --key %s"):format(place, place,
          support.quote(key)))
        assert.are.equal(0, code, output)
        local names, list = exported()
        assert.are.same(all, names)
        assert.are.equal("Acme Flowers", list[1].create.losing_carrier_information.customer_name)
      end)

      it("that " .. form .. " cannot encrypt stops the run before its DELETE", function()
        if is_missing then return pending "age is not installed" end
        support.write_file(place .. ".key", "no key")
        local output, code = apply("--undo " .. form .. ":" .. place .. ".key")
        assert.are.equal(3, code, output)
        assert.matches("An undo sheet cannot be made: nothing more was sent.", output, 1, true)
        assert.are.equal(0, campaigns.count_deletes())
      end)
    end

    it("by a tool that is not installed stops the run before its DELETE", function()
      support.write_file(place .. ".key", "age1")
      local folder = place .. ".path"
      support.run(("mkdir %s; for p in %s sh test; do ln -s $(command -v $p) %s/; done"):format(folder,
        support.lua, folder))
      support.write_file(place .. ".json", plan_of({ kw(1), kw(3) }):to_json())
      local output, code = support.run(("PATH=%s TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s "
        .. "examples/cancel_port_ins.lua apply %s.json --ledger %s --confirm 2 --confirm-numbers 5 "
        .. "--undo age:%s.key"):format(folder, sandbox.url, sandbox.ca_file, support.lua, place, place,
        place))
      assert.are.equal(3, code, output)
      assert.matches("the command has failed: age", output, 1, true)
      assert.are.equal(0, campaigns.count_deletes())
    end)

    it("with an option that names no tool or no file is wrong usage", function()
      local output, code
      for _, option in ipairs { "cms:/nowhere", "pgp:x", "cms" } do
        output, code = apply("--undo " .. option)
        assert.are.equal(1, code, output)
      end
    end)
  end)
end)
