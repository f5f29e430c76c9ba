--- Whose failure it is when a hook raises.

local hooks = require "twilio.numbers.client.hooks"
local queues = require "twilio.numbers.runtime.queue"

local function call_of(queue)
  return {
    id = "FetchPortingPortIn", path = "/", queue = queue,
    transfer = { is_closed = function() return false end, attempts = function() return 1 end },
  }
end

describe("what a hook raises", function()
  local reported

  before_each(function() reported = {} end)

  local function new(is_shared, what)
    return hooks.new({ on_request = function() error(what or "a bug", 0) end },
      is_shared and function(text) reported[#reported + 1] = text end or nil)
  end

  it("is the next call's where all calls have one caller, once", function()
    local own = new(false)
    own:tell(call_of(queues.new(true)), true, false)
    own:tell(call_of(queues.new(true)), true, false)
    assert.error_matches(function() own:surface() end, "on_request raised: a bug", 1, true)
    own:surface()
    own:surface(queues.new())
  end)

  it("is the iterator's whose call it was where others share the client, and is logged at once", function()
    local own, queue = new(true), queues.new()
    own:tell(call_of(queue), true, false)
    assert.are.same({ "on_request raised: a bug" }, reported)
    own:surface()
    own:surface(queues.new())
    assert.error_matches(function() own:surface(queue) end, "on_request raised: a bug", 1, true)
    own:surface(queue)
  end)

  it("is logged on one line and shortened, whatever it is", function()
    new(true, "a\r\n\27b" .. ("x"):rep(100000)):tell(call_of(queues.new()), true, false)
    new(true, { code = 7 }):tell(call_of(queues.new()), true, false)
    assert.not_matches("%c", reported[1])
    assert.is_true(#reported[1] < 1100)
    assert.matches("on_request raised: table", reported[2], 1, true)
  end)
end)
