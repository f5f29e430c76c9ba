--- A ledger with one flipped bit is either reported as damaged, or reported and resumed correctly: no crash,
--- no hang, no missing target, no DELETE outside the plan and none twice. FLIPS and SEED say how many bits
--- are tried, and which.

local campaigns = require "spec.support.campaigns"
local flips = require "spec.support.flips"
local sandbox = require "spec.support.sandbox"

local count = tonumber(os.getenv "FLIPS" or 150)
local seed = tonumber(os.getenv "SEED" or 1)

describe("a ledger with a flipped bit", function()
  local image

  before_each(function() image = campaigns.place() end)

  after_each(function()
    sandbox.reset()
    campaigns.clean()
  end)

  local function try()
    local counts, bad = flips.try(image, seed, count)
    assert.are.same({}, bad)
    assert.are.equal(count, counts.told + counts.right)
    assert.truthy(counts.told > count / 10, counts.told .. " were told")
    assert.truthy(counts.right > count / 10, counts.right .. " went on")
    if os.getenv "FLIPS" then print(("%d told, %d right"):format(counts.told, counts.right)) end
  end

  it("is one of them, when nothing was sent yet", function()
    flips.make_unsent(image, 8)
    try()
  end)

  it("is one of them, when its process has died in the middle", function()
    flips.make_halfway(image, 8, 3)
    try()
  end)
end)
