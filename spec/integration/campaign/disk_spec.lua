--- A ledger that cannot be written stops everything before a DELETE.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local count_deletes = campaigns.count_deletes

describe("a ledger", function()
  local place, library, words

  setup(function()
    library = os.tmpname()
    local output, code = support.run(("cc -Wall -Wextra -Werror -shared -fPIC -o %s "
      .. "spec/support/full_disk.c -ldl"):format(library))
    assert.are.equal(0, code, output)
  end)

  teardown(function() os.remove(library) end)

  before_each(function()
    sandbox.reset()
    place = campaigns.place()
    local client = sandbox.client()
    local plan = assert(campaign.plan(client, campaigns.port_ins(40)))
    client:close()
    support.write_file(place .. ".json", plan:to_json())
    words = ("apply %s.json --ledger %s --confirm 40"):format(place, place)
  end)

  after_each(campaigns.clean)

  local function script(environment, arguments)
    return support.run(("LD_PRELOAD=%s %s TWILIO_NUMBERS_BASE_URL=%s SSL_CERT_FILE=%s %s "
      .. "examples/cancel_port_ins.lua %s --concurrency 4 --settle-after 0.1"):format(library,
      environment, sandbox.url, sandbox.ca_file, support.lua, arguments))
  end

  local function enter()
    local ledger = assert(campaign.open(place))
    assert(ledger:enter(assert(campaign.read_plan(support.read_file(place .. ".json"))), {}))
    ledger:close()
  end

  it("on a full disk is a clear error before any DELETE", function()
    local output, code = script("FULL_DISK=spec.ledger", words)
    assert.are.equal(8, code, output)
    assert.matches("spec.ledger: .*disk is full", output)
    assert.are.equal(0, count_deletes())
    enter()
    output, code = script("FULL_DISK=spec.ledger", "resume --confirm 40 " .. place)
    assert.are.equal(8, code, output)
    assert.matches("is the disk full", output, 1, true)
    assert.are.equal(0, count_deletes())
  end)

  it("on a disk without locks is told to be on one, not to be another process's", function()
    local output, code = script("NO_LOCKS=spec.ledger", words)
    assert.are.equal(8, code, output)
    assert.matches("spec.ledger: files on its disk cannot be locked: No locks available", output, 1, true)
    assert.not_matches("another process", output, 1, true)
    enter()
    for _, arguments in ipairs { words, "resume --confirm 40 " .. place, "status " .. place } do
      output, code = support.run(("LD_PRELOAD=%s NO_LOCKS=spec.ledger TWILIO_NUMBERS_BASE_URL=%s "
        .. "SSL_CERT_FILE=%s %s examples/cancel_port_ins.lua %s"):format(library, sandbox.url,
        sandbox.ca_file, support.lua, arguments))
      assert.are.equal(8, code, output)
      assert.matches("files on its disk cannot be locked: No locks available", output, 1, true)
    end
    output, code = script("NO_LOCKS=spec.ledger-lock", words)
    assert.are.equal(8, code, output)
    assert.matches("files on its disk cannot be locked", output, 1, true)
    assert.are.equal(0, count_deletes())
  end)

  it("that can only be read is a clear error before any DELETE", function()
    enter()
    for _, arguments in ipairs { words, "resume --confirm 40 " .. place } do
      local output, code = script("READ_ONLY=spec.ledger", arguments)
      assert.are.equal(8, code, output)
      assert.matches("spec.ledger: .*read%-only", output)
      assert.are.equal(0, count_deletes())
    end
  end)

  it("on a disk that fills up on the way stops the rest, and can be resumed", function()
    enter()
    local output, code = script("FULL_DISK=spec.ledger FULL_DISK_AFTER=110", "resume --confirm 40 " .. place)
    assert.are.equal(8, code, output)
    assert.matches("The ledger cannot be used: nothing more was sent", output, 1, true)
    assert.matches("disk is full", output, 1, true)
    local before = count_deletes()
    assert.truthy(before > 0 and before < 40, before)
    output, code = script("", "resume " .. place)
    assert.are.equal(0, code, output)
    for _, requests in pairs((campaigns.deletes())) do assert.are.equal(1, #requests) end
    assert.are.equal(40, count_deletes())
  end)

  it("that is none is refused", function()
    support.write_file(place, ("no database "):rep(100))
    local output, code = script("", words)
    assert.are.equal(8, code, output)
    assert.matches("file is not a database", output, 1, true)
    output, code = script("", "resume " .. place .. "-nowhere")
    assert.are.equal(8, code, output)
    assert.matches("No such file", output, 1, true)
    assert.are.equal(0, count_deletes())
  end)
end)
