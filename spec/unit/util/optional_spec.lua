--- Libraries that only a part of this one needs.

local optional = require "twilio.numbers.util.optional"

describe("a library that may be missing", function()
  it("is loaded", function()
    assert.are.equal(require "cjson", optional.load("cjson", "the rock lua-cjson"))
  end)

  it("is named with what has it, at the user's line", function()
    local ok, why = pcall(function() optional.load("no_such_library", "the rock none") end)
    assert.is_false(ok)
    assert.matches("optional_spec.lua:%d+: no_such_library is missing: install the rock none$", why)
  end)

  it("is not called missing when it fails by itself", function()
    package.preload.broken_library = function() error "it is broken" end
    local _, why = pcall(optional.load, "broken_library", "the rock none")
    package.preload.broken_library = nil
    assert.matches("it is broken", why, 1, true)
    assert.not_matches("is missing", why, 1, true)
  end)
end)
