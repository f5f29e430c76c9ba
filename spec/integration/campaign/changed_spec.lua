--- A ledger whose rows were changed by another program: what was not proven is never called a success, and
--- nothing gets a DELETE but what the plan says. LEDGERS and SEED say how many ledgers are tried, and which.

local campaign = require "twilio.numbers.campaign"
local campaigns = require "spec.support.campaigns"
local database = require "twilio.numbers.campaign.ledger.database"
local images = require "spec.support.ledger_images"
local sandbox = require "spec.support.sandbox"
local trials = require "spec.support.ledger_trials"

local count = trials.count

describe("a ledger whose rows were changed", function()
  local image

  before_each(function() image = campaigns.place() end)

  after_each(function()
    sandbox.reset()
    campaigns.clean()
  end)

  local function try(more)
    local counts, bad = trials.run("changed_rows", image, more)
    assert.are.same({}, bad)
    assert.are.equal(count, counts.told + counts.right + counts.left)
    assert.truthy(counts.told > count / 3, counts.told .. " were told")
  end

  it("proves no more than was done, when nothing was sent yet", function()
    images.make_unsent(image, 8)
    try(0)
  end)

  it("proves no more than was done, when its process has died in the middle", function()
    images.make_halfway(image, 8, 3)
    try(10000)
  end)

  it("proves no more than was done, when the log is still beside it", function()
    images.make_halfway(image, 8, 3, true)
    try(20000)
  end)
end)

describe("a target whose state was set to confirmed by hand", function()
  local image, expected

  before_each(function()
    image = campaigns.place()
    images.make_halfway(image, 8, 3)
    expected = images.expected(image)
    images.set_stage(expected)
    local db = assert(database.open(image, true))
    assert(db:run [[UPDATE targets SET state = 'confirmed', seen = 'canceled', why = NULL
      WHERE state = 'planned' OR state = 'intended']])
    db:close()
  end)

  after_each(function()
    sandbox.reset()
    campaigns.clean()
  end)

  it("is found by verify with the head, and by verify against the API", function()
    local client, ledger = sandbox.client(), assert(campaign.open(image, true))
    for _, options in ipairs { { head = expected.head }, { client = client } } do
      local found = assert(campaign.verify(ledger, options))
      assert.truthy(#found.differences >= 6)
      assert.matches("the ledger says confirmed, the audit chain says planned",
        table.concat(found.differences, "\n"), 1, true)
      if options.client then
        assert.matches("the ledger says confirmed, the API says in_review",
          table.concat(found.differences, "\n"), 1, true)
      end
    end
    client:close()
    ledger:close()
  end)

  it("is no success: neither of a report nor of a run", function()
    local client, ledger = sandbox.client(), assert(campaign.open(image, true))
    local function is_told(none, err)
      assert.is_nil(none)
      assert.are.equal("ledger", err.kind)
      assert.matches("target %d+: it is confirmed, the audit chain says %l+", tostring(err))
      assert.matches("verify", tostring(err), 1, true)
    end
    is_told(campaign.report(ledger))
    is_told(campaign.resume(client, ledger, nil, campaigns.options()))
    client:close()
    ledger:close()
    assert.are.equal(0, campaigns.count_deletes())
  end)
end)
