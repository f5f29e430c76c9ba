--- A ledger with some flipped bits is either reported as damaged, or reported and resumed correctly: no
--- crash, no hang, no missing target, no DELETE outside the plan and none twice. LEDGERS and SEED say how
--- many are tried, and which.

local campaigns = require "spec.support.campaigns"
local images = require "spec.support.ledger_images"
local sandbox = require "spec.support.sandbox"
local trials = require "spec.support.ledger_trials"

local count = trials.count

describe("a ledger with 1 to 8 flipped bits", function()
  local image

  before_each(function() image = campaigns.place() end)

  after_each(function()
    sandbox.reset()
    campaigns.clean()
  end)

  local function try(more)
    local counts, bad = trials.run("flipped_bits", image, more)
    assert.are.same({}, bad)
    assert.are.equal(count, counts.told + counts.right + counts.left)
    assert.truthy(counts.told > count / 10, counts.told .. " were told")
    assert.truthy(counts.right > count / 10, counts.right .. " went on")
  end

  it("is one of them, when nothing was sent yet", function()
    images.make_unsent(image, 8)
    try(0)
  end)

  it("is one of them, when its process has died in the middle", function()
    images.make_halfway(image, 8, 3)
    try(10000)
  end)

  it("is one of them, when the log is still beside it", function()
    images.make_halfway(image, 8, 3, true)
    try(20000)
  end)
end)
