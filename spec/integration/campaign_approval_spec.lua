--- Four eyes: what a second person has not signed is not applied, where a policy says so.

local campaigns = require "spec.support.campaigns"
local cjson = require "cjson"
local database = require "twilio.numbers.campaign.ledger.database"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"
local system = require "twilio.numbers.util.system"

local function kw(number) return sandbox.sid("KW", number) end
local quote = support.quote

describe("a plan that has to be approved", function()
  local folder, place, plan, signers
  local user = select(3, system.process())

  local function make_key(name)
    local path = ("%s/%s's key"):format(folder, name)
    support.run(("ssh-keygen -q -t ed25519 -N '' -C %s -f %s"):format(name, quote(path)))
    return path
  end

  local function script(words, where)
    return support.run(("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s %s/cancel_port_ins.lua %s")
      :format(sandbox.url, sandbox.ca_file, support.lua, where or "examples", words))
  end

  local function make_plan(...)
    support.write_file(place .. ".csv", table.concat({ ... }, "\n") .. "\n")
    local output, code = script(("plan %s.csv -o %s"):format(place, plan))
    assert.are.equal(0, code, output)
  end

  local function approve(name)
    return script(("approve %s --key %s"):format(plan, quote(folder .. "/" .. name .. "'s key")))
  end

  local function apply(more, where)
    return script(("apply %s --ledger %s --confirm 1 --confirm-numbers 2 --wait 5 %s"):format(plan, place,
      more or "--allowed-signers " .. signers), where)
  end

  local function is_refused(words, output, code)
    assert.are.equal(6, code, output)
    assert.matches("the plan is not approved: " .. words, output, 1, true)
    assert.are.equal(0, campaigns.count_deletes())
  end

  before_each(function()
    sandbox.reset()
    place = campaigns.place()
    folder, plan = place:match "^(.*)/", place .. ".plan.json"
    signers = folder .. "/signers"
    local lines = {}
    for name, principal in pairs { alice = "alice@example.com", own = user .. "@example.com" } do
      lines[#lines + 1] = principal .. " " .. support.read_file(make_key(name) .. ".pub")
    end
    make_key "mallory"
    support.write_file(signers, table.concat(lines))
    make_plan(kw(1))
  end)

  after_each(campaigns.clean)

  it("is refused without an approval, and applied with one, which the report shows", function()
    is_refused("there is none", apply())
    local output, code = approve "alice"
    assert.are.equal(0, code, output)
    assert.matches("1 port-in, 2 numbers", output, 1, true)
    output, code = apply()
    assert.are.equal(0, code, output)
    output = script("report " .. place)
    assert.matches("\nplanned by " .. user .. " on ", output, 1, true)
    assert.matches("\napproved by a%*%*%*@example.com %d+%-%d%d%-%d%dT%d%d:%d%d:%d%dZ with key ED25519 key "
      .. "SHA256:", output)
    local listed = cjson.decode((script("report " .. place .. " --json --unmasked"))).approvals
    assert.are.same({ 1, "alice@example.com" }, { #listed, listed[1].approver })
    local db = assert(database.open(place))
    local steps = assert(db:rows "SELECT who, note FROM audit_chain WHERE event = 'approve'")
    db:close()
    assert.are.same({ 1, "alice@example.com" }, { #steps, steps[1].who })
    assert.matches("^at %d+.*Z with key ED25519 key SHA256:", steps[1].note)
  end)

  it("is not approved by who has planned it, nor by one who may not approve", function()
    assert.are.equal(0, (select(2, approve "own")))
    is_refused(user:sub(1, 1) .. "***@example.com has planned it, and cannot approve it", apply())
    assert.are.equal(0, (select(2, approve "mallory")))
    is_refused("it is not signed by one who may approve", apply())
  end)

  it("is not approved by the approval of another plan, or one that was altered", function()
    approve "alice"
    local text = support.read_file(place .. ".plan.approval")
    make_plan(kw(3))
    support.write_file(place .. ".plan.approval", text)
    is_refused("it is not of this plan", apply())
    make_plan(kw(1))
    approve "alice"
    text = support.read_file(place .. ".plan.approval")
    support.write_file(place .. ".plan.approval", (text:gsub("at 20", "at 30", 1)))
    is_refused("its signature is not good", apply())
    for _, other in ipairs { "", "x", text:sub(1, 90), text:gsub("SIGNATURE%-%-%-%-%-\n.", "%0A") } do
      support.write_file(place .. ".plan.approval", other)
      local output, code = apply()
      assert.are.equal(6, code, output)
    end
    assert.are.equal(0, campaigns.count_deletes())
  end)

  it("is not resumed either, but by the approval that its ledger has", function()
    assert.are.equal(3, (select(2, apply("--deadline 0"))))
    local resume = ("resume %s --confirm 1 --confirm-numbers 2 --wait 5 --allowed-signers %s"):format(place,
      signers)
    is_refused("there is none", script(resume))
    approve "alice"
    is_refused("there is none", script(resume))
    local output, code = apply("--deadline 0 --allowed-signers " .. signers)
    assert.are.equal(3, code, output)
    assert.matches("To go on: [^\n]* %-%-allowed%-signers " .. signers:gsub("%p", "%%%0"), output)
    os.remove(place .. ".plan.approval")
    output, code = script(resume)
    assert.are.equal(0, code, output)
  end)

  it("is told so by a file beside the script, which no option changes", function()
    local own = folder .. "/examples"
    support.run(("mkdir %s && cp -r examples/cancel_port_ins.lua examples/support %s "
      .. "&& cp %s %s/allowed_signers")
      :format(own, own, signers, own))
    support.write_file(signers, "mallory " .. support.read_file(folder .. "/mallory's key.pub"))
    is_refused("there is none", apply("", own))
    approve "mallory"
    is_refused("it is not signed by one who may approve", apply(nil, own))
    approve "alice"
    local output, code = apply(nil, own)
    assert.are.equal(0, code, output)
  end)

  it("is told by a dry run that it would be refused, or that it is approved", function()
    local dry_run = "--dry-run --allowed-signers " .. signers
    local output, code = apply(dry_run)
    assert.are.equal(6, code, output)
    assert.matches("It would be refused: the plan is not approved: there is none.", output, 1, true)
    approve "mallory"
    output, code = apply(dry_run)
    assert.are.equal(6, code, output)
    assert.matches("not approved: it is not signed by one who may approve.", output, 1, true)
    approve "alice"
    output, code = apply(dry_run)
    assert.are.equal(0, code, output)
    assert.is_nil(output:find("would be refused", 1, true))
    assert.are.equal(0, campaigns.count_deletes())
  end)

  it("is told so by a file of the machine, though there is no other and no option", function()
    support.write_file(folder .. "/with_policy.lua", [[
      package.path = "examples/support/?.lua;" .. package.path
      arg[0] = "examples/cancel_port_ins.lua"
      local shell = require "shell"
      local is_missing = shell.is_missing
      function shell.is_missing(path)
        return path ~= "/etc/twilio-numbers/allowed_signers" and is_missing(path)
      end
      dofile(arg[0])
    ]])
    local function apply_by_policy()
      return support.run(("TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s %s/with_policy.lua apply %s "
        .. "--confirm 1 --confirm-numbers 2 --allowed-signers %s"):format(sandbox.url, sandbox.ca_file,
        support.lua, folder, plan, signers))
    end
    approve "alice" -- the option does not replace the file of the machine, which is not there
    local output, code = apply_by_policy()
    assert.are.equal(1, code, output)
    assert.matches("cannot read who may approve: /etc/twilio-numbers/allowed_signers", output, 1, true)
    assert.are.equal(0, campaigns.count_deletes())
  end)

  it("is refused where a policy is there that cannot be looked at, or no command can look", function()
    local own = folder .. "/examples"
    support.run(("mkdir %s && cp -r examples/cancel_port_ins.lua examples/support %s"):format(own, own))
    for _, command in ipairs { "ln -s nowhere %s", "ln -s allowed_signers %s" } do
      support.run(command:format(own .. "/allowed_signers"))
      local output, code = apply("", own)
      assert.are.equal(1, code, output)
      assert.matches("cannot read who may approve", output, 1, true)
      os.remove(own .. "/allowed_signers")
    end
    for _, command in ipairs { ": >%s", "rm %s; mkdir %s" } do
      support.run((command:gsub("%%s", own .. "/allowed_signers")))
      approve "alice"
      is_refused("it is not signed by one who may approve", apply("", own))
    end
    local policy = own .. "/allowed_signers"
    support.run(("rmdir %s && cp %s %s"):format(policy, signers, policy))
    os.remove(place .. ".plan.approval")
    -- Where the signal of an ended child is ignored, Lua is not told how a command has ended.
    local output, code = support.run(("trap '' CHLD; TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s "
      .. "%s/cancel_port_ins.lua apply %s --ledger %s --confirm 1 --confirm-numbers 2 --wait 5"):format(
      sandbox.url, sandbox.ca_file, support.lua, own, plan, place))
    is_refused("", output, code)
  end)

  it("is not approved by a key that stands for several persons", function()
    local key = support.read_file(folder .. "/own's key.pub")
    for _, names in ipairs { "*@example.com", "alice@example.com," .. user .. "@example.com", "ali?e" } do
      support.write_file(signers, names .. " " .. key)
      approve "own"
      is_refused("those who may approve are not told apart", apply())
    end
  end)
end)
