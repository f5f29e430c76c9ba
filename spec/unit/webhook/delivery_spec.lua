--- What tells deliveries apart.

local deliveries = require "twilio.numbers.webhook.delivery"
local events = require "twilio.numbers.webhook.event"
local stores = require "twilio.numbers.webhook.store"

local WINDOW = 86400

local function date(seconds) return os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + seconds) end

local function body_of(fields, seconds)
  return ('{%s,"last_date_updated":"%s"}'):format(fields, date(seconds or 0))
end

local function key(body) return deliveries.key(assert(events.read(body, false)), body, false) end

local function claim(store, body)
  local event = assert(events.read(body, false))
  return deliveries.claim(store, WINDOW, event, deliveries.key(event, body, false))
end

describe("a delivery's key", function()
  it("is the same for the same event in other words", function()
    assert.are.equal(key '{"port_in_request_sid":"KW1","status":"In Review","last_date_updated":"x"}',
      key '{"last_date_updated":"x","status":"in_review","port_in_request_sid":"KW1","more":1}')
  end)

  it("is another one for anything else that an event tells", function()
    local seen = {}
    for _, fields in ipairs {
      '"port_in_request_sid":"KW1"', '"port_in_request_sid":"KW2"', '"phone_number":"KW1"',
      '"port_in_request_sid":"KW1","phone_number":"+1"', '"port_in_phone_number_sid":"KW1"',
      '"port_in_request_sid":"KW1","event_type":"x"',
    } do
      for _, status in ipairs { "completed", "canceled" } do
        local own = key(('{%s,"status":"%s","last_date_updated":"x"}'):format(fields, status))
        assert.is_nil(seen[own], fields)
        seen[own] = true
      end
    end
  end)

  it("is the whole body's where it is not said of whom, of what or when", function()
    for _, body in ipairs {
      '{"status":"completed","last_date_updated":"x"%s}',
      '{"port_in_request_sid":"KW1","status":"completed"%s}',
      '{"port_in_request_sid":"KW1","last_date_updated":"x"%s}',
      '{"port_in_request_sid":"KW1","status":{},"last_date_updated":"x"%s}',
    } do
      assert.are_not.equal(key(body:format ""), key(body:format ',"more":1'))
      assert.matches("^%x+$", key(body:format ""))
    end
  end)
end)

describe("a delivery", function()
  local NUMBER = '"port_in_request_sid":"KW1","phone_number":"+14155550111","status":"%s"'

  it("is stale after a newer one of the same subject", function()
    local store = stores.memory()
    assert.are.equal("new", claim(store, body_of(NUMBER:format "port_pending", -10)))
    assert.are.equal("stale", claim(store, body_of(NUMBER:format "port_submitted", -20)))
    assert.are.equal("new", claim(store, body_of('"port_in_request_sid":"KW1","status":"in_progress"', -20)))
    assert.are.equal("new", claim(store, body_of(NUMBER:format("completed"):gsub("111", "112"), -20)))
  end)

  it("that is dated far ahead makes no later one stale", function()
    for _, seconds in ipairs { 3600, 9e8 } do
      local store = stores.memory()
      local ahead = body_of(NUMBER:format "port_pending", seconds)
      assert.are.equal("new", claim(store, ahead))
      store:finish(key(ahead), 10)
      assert.are.equal("duplicate", claim(store, ahead))
      assert.are.equal("new", claim(store, body_of(NUMBER:format "completed", 0)))
      assert.are.equal("stale", claim(store, body_of(NUMBER:format "port_submitted", -20)))
    end
  end)

  it("is ordered where its date is a little ahead, for clocks differ", function()
    local store = stores.memory()
    assert.are.equal("new", claim(store, body_of(NUMBER:format "port_pending", 20)))
    assert.are.equal("stale", claim(store, body_of(NUMBER:format "port_submitted", 10)))
  end)

  it("is never stale where its subject is open", function()
    local store = stores.memory()
    assert.are.equal("new", claim(store, body_of('"status":"completed"', 0)))
    assert.are.equal("new", claim(store, body_of('"status":"canceled"', -20)))
  end)
end)
