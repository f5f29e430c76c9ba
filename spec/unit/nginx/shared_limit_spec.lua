--- A limit that workers share: whose places are taken from whom.

local core = require "twilio.numbers.core"

local ACCOUNT = "AC1"

describe("a shared limit", function()
  local real_ngx, real_exists = package.loaded.ngx, core.process_exists
  local kept, dead, deleted, shared_limits

  --- A shared dictionary without a clock: nothing in it expires.
  local dict = {
    get = function(_, key) return kept[key] end,
    set = function(_, key, value) kept[key] = value end,
    add = function(_, key, value)
      if kept[key] ~= nil then return false, "exists" end
      kept[key] = value
      return true
    end,
    delete = function(_, key)
      deleted[#deleted + 1] = key
      kept[key] = nil
    end,
    expire = function() return true end,
  }

  setup(function()
    package.loaded.ngx = {
      shared = { limits = dict }, worker = { pid = function() return 7 end, count = function() return 1 end },
    }
    core.process_exists = function(pid) return not dead[pid] end
    package.loaded["twilio.numbers.nginx.shared_limit"] = nil
    shared_limits = require "twilio.numbers.nginx.shared_limit"
  end)

  teardown(function()
    package.loaded.ngx, core.process_exists = real_ngx, real_exists
    package.loaded["twilio.numbers.nginx.shared_limit"] = nil
  end)

  before_each(function() kept, dead, deleted = {}, {}, {} end)

  local function place(i) return ("twilio.numbers:%s:%d"):format(ACCOUNT, i) end

  --- How many of the wanted places it gets.
  local function adjust(wanted)
    local allowed
    local engine = {
      in_flight = function() return 0, wanted end, allow = function(_, count) allowed = count end,
    }
    local limit = shared_limits.new({ dict = "limits", concurrency = 4 }, engine, ACCOUNT)
    limit:adjust()
    return allowed
  end

  it("takes the places of processes that do not exist, if it needs them", function()
    for i = 0, 3 do kept[place(i)] = (i % 2 == 0 and "100:1" or "200:1") end
    dead[100] = true
    assert.are.equal(2, adjust(4))
    assert.are.equal(2, #deleted)
    assert.are.same({ "200:1", "200:1" }, { kept[place(1)], kept[place(3)] })
  end)

  it("leaves them where enough are free", function()
    kept[place(0)] = "100:1"
    dead[100] = true
    assert.are.equal(3, adjust(3))
    assert.are.same({ {}, "100:1" }, { deleted, kept[place(0)] })
  end)

  it("does not search while another worker does", function()
    for i = 0, 3 do kept[place(i)] = "100:1" end
    dead[100] = true
    kept[("twilio.numbers:%s:inspected"):format(ACCOUNT)] = "8:1"
    assert.are.equal(0, adjust(1))
    assert.are.same({}, deleted)
  end)
end)

describe("a process", function()
  it("exists, or does not", function()
    local _, pid = core.process()
    assert.is_true(core.process_exists(pid))
    assert.is_true(core.process_exists(1)) -- another user's, perhaps
    for _, none in ipairs { 0, -1, 2 ^ 40, 0 / 0, 2 ^ 31 - 1 } do
      assert.is_false(core.process_exists(none))
    end
  end)
end)
