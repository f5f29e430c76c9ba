--- Iterators: one operation for each input, several at once.

local core = require "twilio.numbers.core"
local numbers = require "twilio.numbers"
local sandbox = require "spec.support.sandbox"

local close_at_break = _VERSION >= "Lua 5.4"

local function phone_number(i) return ("+1415555%04d"):format(i) end

local KW = function(i) return sandbox.sid("KW", i) end

local function phone_numbers(count)
  local list = {}
  for i = 1, count do list[i] = phone_number(i) end
  return list
end

local function size(set)
  local count = 0
  for _ in pairs(set) do count = count + 1 end
  return count
end

describe("an iterator", function()
  local client

  before_each(function()
    sandbox.reset()
    client = sandbox.client { concurrency = 4 }
  end)

  after_each(function() client:close() end)

  --- How often each input was given, and how many had a result.
  local function count(source, options)
    local seen, results, total = {}, 0, 0
    for input, result, err in client.portability:check_each(source, options) do
      seen[input], total = (seen[input] or 0) + 1, total + 1
      assert.is_true((result == nil) ~= (err == nil))
      if result then
        results = results + 1
        assert.are.equal(input, result.phone_number)
      end
    end
    return seen, results, total
  end

  it("gives one outcome for each input of an array", function()
    local seen, results, total = count(phone_numbers(50))
    assert.are.equal(50, results)
    assert.are.equal(50, total)
    for i = 1, 50 do assert.are.equal(1, seen[phone_number(i)]) end
    assert.are.equal(50, #sandbox.requests())
  end)

  it("takes an iterator function, a coroutine, another iterator, and nothing at all", function()
    local text = table.concat(phone_numbers(9), "\n")
    assert.are.equal(9, select(2, count(text:gmatch "%S+")))
    assert.are.equal(9, select(2, count(coroutine.create(function()
      for i = 1, 9 do coroutine.yield(phone_number(i)) end
    end))))
    assert.are.equal(9, select(2, count((client.portability:check_each(phone_numbers(9))))))
    assert.are.equal(0, select(3, count {}))
    assert.are.equal(0, select(3, count(function() end)))
  end)

  it("asks its source only when there is room for another", function()
    local asked = 0
    local each = client.portability:check_each(function()
      asked = asked + 1
      return phone_number(asked)
    end, { concurrency = 3 })
    for given = 1, 20 do
      assert.is_truthy(each())
      assert.is_true(asked <= given + 3, ("%d asked, %d given"):format(asked, given))
    end
    each:close()
  end)

  it("keeps no more in flight than allowed", function()
    sandbox.limit(100, 0.002)
    local most = 0
    local observed = sandbox.client { concurrency = 8, on_response = function(event)
      most = math.max(most, event.concurrent_requests)
    end }
    for _, _, err in observed.portability:check_each(phone_numbers(60), { concurrency = 3 }) do
      assert.is_nil(err)
    end
    assert.are.equal(3, most)
    observed:close()
  end)

  --- A client to which the answer to the first number comes after so many other answers.
  local function client_with_slow_first(others)
    local answers = 0
    sandbox.fault { fault = "paused", path = "0001" }
    return sandbox.client { concurrency = 4, on_response = function()
      answers = answers + 1
      if answers == others then sandbox.clear_faults() end
    end }
  end

  it("gives outcomes as they come, or in order where asked", function()
    for _, ordered in ipairs { false, true } do
      local order, observed = {}, client_with_slow_first(11)
      for input in observed.portability:check_each(phone_numbers(12), { ordered = ordered }) do
        order[#order + 1] = input
      end
      observed:close()
      assert.are.equal(12, #order)
      assert.are.equal(ordered, order[1] == phone_number(1))
      local sorted = { (table.unpack or unpack)(order) }
      table.sort(sorted)
      assert.are.equal(ordered, table.concat(order) == table.concat(sorted))
    end
  end)

  it("goes on while the first in order is slow, as far as eight times what is in flight", function()
    for _ = 1, 10 do
      local asked, observed = 0, client_with_slow_first(31)
      local each = observed.portability:check_each(function()
        asked = asked + 1
        return phone_number(asked)
      end, { ordered = true })
      assert.are.equal(phone_number(1), (each()))
      assert.is_true(asked >= 32 and asked <= 33, asked)
      each:close()
      observed:close()
    end
  end)

  it("goes on after an error, which it gives beside its input", function()
    sandbox.fault { fault = "error", status = 500, path = "0003" }
    local failed = {}
    for input, _, err in client.portability:check_each(phone_numbers(10)) do
      if err then failed[#failed + 1] = input .. " " .. err.http_status end
    end
    assert.are.same({ phone_number(3) .. " 500" }, failed)
  end)

  it("keeps outcomes apart, though what their calls are made of is used again", function()
    local unreadable = { fault = "body", status = 200, body = "{", path = "0007" }
    local wrong = { [phone_number(3)] = 500, [phone_number(7)] = 200 } -- the statuses of errors
    for _, options in ipairs { {}, { ordered = true } } do
      sandbox.fault { fault = "error", status = 500, path = "0003" }
      sandbox.fault(unreadable)
      local outcomes, ids, more = {}, {}, {}
      local function add(input, result, err) outcomes[input] = result or err end
      for i = 1, 20 do more[i] = phone_number(100 + i) end
      local other = client.portability:check_each(more)
      for input, result, err in client.portability:check_each(phone_numbers(20), options) do
        add(input, result, err)
        add(other:next())
      end
      for input, outcome in pairs(outcomes) do
        local answer = numbers.answer_of(outcome)
        ids[answer.request_id] = true
        assert.are.equal(wrong[input] or 200, answer.status)
        assert.are.equal(not wrong[input] and input or nil, outcome.phone_number)
      end
      assert.are.same({ 40, 40 }, { size(outcomes), size(ids) })
    end
  end)

  it("gives an error of kind invalid for what is no input, and sends nothing for it", function()
    local kinds = {}
    for input, result, err in client.portability:check_each {
      "nonsense", 42, true, phone_number(1), "+1415555\0001", {},
    } do
      kinds[tostring(input):match "^%a+" or input] = err and err.kind or "fine"
      if err then
        assert.is_nil(result)
        assert.are.equal("not_sent", err.outcome)
        assert.are.equal(0, err.attempts)
        assert.matches("phone_number: a phone number in E.164 format", tostring(err), 1, true)
      end
    end
    assert.are.same({ nonsense = "invalid", [42] = "invalid", ["true"] = "invalid",
      [phone_number(1)] = "fine", ["+1415555\0001"] = "invalid", table = "invalid" }, kinds)
    assert.are.equal(1, #sandbox.requests())
  end)

  it("leaves duplicates to the caller", function()
    local twice = { phone_number(1), phone_number(2), phone_number(1), phone_number(2) }
    assert.are.equal(4, select(3, count(twice)))
    assert.are.equal(2, select(3, count(twice, { unique = true })))
    assert.are.equal(6, #sandbox.requests())
  end)

  it("sends nothing after 401 and 403, and gives an outcome for each input all the same", function()
    for _, status in ipairs { 401, 403 } do
      sandbox.reset()
      sandbox.fault { fault = "error", status = status, code = 20003, times = 1000 }
      local counts = {}
      for _, _, err in client.portability:check_each(phone_numbers(200)) do
        counts[err.kind] = (counts[err.kind] or 0) + 1
      end
      assert.are.equal(200, counts.api + counts.not_tried)
      assert.is_true(counts.api >= 1 and counts.api <= 4, counts.api)
      assert.are.equal(counts.api, #sandbox.requests())
    end
  end)

  it("stops where the caller says, and gives what was in flight", function()
    for _, stop_on in ipairs {
      "error", function(err, input) return err.http_status == 500 and input == phone_number(5) end,
    } do
      sandbox.reset()
      sandbox.fault { fault = "error", status = 500, path = "0005" }
      local _, _, total = count(phone_numbers(100), { stop_on = stop_on })
      assert.is_true(total >= 5 and total < 50, total) -- others go on until the failure has come
      assert.are.equal(total, #sandbox.requests())
    end
  end)

  it("raises what its source raises, after what was in flight", function()
    local asked, given = 0, 0
    local function source()
      asked = asked + 1
      if asked == 6 then error "the file is gone" end
      return phone_number(asked)
    end
    local ok, why = pcall(function()
      for _ in client.portability:check_each(source) do given = given + 1 end
    end)
    assert.is_false(ok)
    assert.matches("the file is gone", why, 1, true)
    assert.are.equal(5, given)
    assert.are.equal(6, asked)
    assert.are.equal(0, client.engine:running())
    local failing = coroutine.create(function() error { code = 7 } end)
    local _, raised = pcall(client.portability:check_each(failing))
    assert.are.same({ code = 7 }, raised)
  end)

  it("raises what stop_on raises, after that outcome", function()
    sandbox.fault { fault = "error", status = 500, times = 100 }
    local given = 0
    local ok, why = pcall(function()
      for _ in client.portability:check_each(phone_numbers(50),
        { stop_on = function() error "a bug" end }) do given = given + 1 end
    end)
    assert.is_false(ok)
    assert.matches("a bug", why, 1, true)
    assert.are.equal(#sandbox.requests(), given)
  end)

  it("frees what is in flight when the loop is left", function()
    local given, engine = 0, client.engine
    for _ in client.portability:check_each(phone_numbers(10000)) do
      given = given + 1
      if given == 3 then break end
    end
    if not close_at_break then
      collectgarbage()
      collectgarbage()
    end
    assert.are.equal(0, engine:running())
    assert.is_true(#sandbox.requests() <= 8)
  end)

  it("that is left, again and again, leaves no descriptor and no memory behind", function()
    local listing = io.popen "ls /proc/self/fd 2>/dev/null"
    local has_proc = listing:read "*a" ~= ""
    listing:close()
    if not has_proc then return pending "needs /proc" end
    local function descriptors()
      local pipe = io.popen "ls /proc/$PPID/fd | wc -l"
      local number = pipe:read "*n"
      pipe:close()
      return number
    end
    local function leave_early()
      local given = 0
      local each = client.portability:check_each(phone_numbers(10000))
      for _ in each do
        given = given + 1
        if given == 3 then break end
      end
      each:close()
    end
    for _ = 1, 5 do leave_early() end
    collectgarbage()
    collectgarbage()
    local open, memory = descriptors(), collectgarbage "count"
    for _ = 1, 100 do leave_early() end
    collectgarbage()
    collectgarbage()
    assert.are.equal(0, client.engine:running())
    local ends, now_open = core.now() + 10
    repeat now_open = descriptors() until now_open <= open or core.now() > ends -- one may be about to close
    assert.is_true(now_open <= open, open .. " before, now " .. now_open)
    assert.is_true(collectgarbage "count" < memory + 64)
  end)

  it("that is closed gives the inputs whose outcome it did not give", function()
    local each = client.portability:check_each(phone_numbers(10))
    local first = each()
    local left = each:close()
    assert.is_true(#left >= 1 and #left <= 4)
    for _, input in ipairs(left) do assert.are_not.equal(first, input) end
    assert.is_nil((each()))
    assert.are.same({}, each:close())
    assert.are.equal(0, client.engine:running())
  end)

  it("that is closed gives the outcomes that it knows apart from those in flight", function()
    sandbox.fault { fault = "latency", seconds = 20, path = KW(3) }
    local each = client.port_ins:cancel_each({ KW(1), KW(2), KW(3), KW(4), "no" }, { ordered = true })
    assert.are.equal(KW(1), (each:next()))
    while client.engine:running() > 1 do client.loop:turn(1) end
    local left, known = each:close()
    assert.are.same({ KW(3) }, left)
    local seen = {}
    for _, outcome in ipairs(known) do
      seen[outcome.input] = outcome.result or outcome.err.kind
    end
    assert.are.same({ [KW(2)] = true, [KW(4)] = true, no = "invalid" }, seen)
  end)

  it("begins nothing more when its source closes it", function()
    local each
    each = client.port_ins:cancel_each(function()
      each:close()
      return KW(1)
    end)
    assert.is_nil((each:next()))
    assert.are.equal(0, #sandbox.requests())
  end)

  it("gives what a client that is closed cut off, and then says so", function()
    sandbox.fault { fault = "latency", seconds = 20, path = "0002" }
    local kinds = {}
    local ok, why = pcall(function()
      for _, _, err in client.portability:check_each(phone_numbers(50)) do
        if not client.closed then client:close() end
        kinds[err and err.kind or "fine"] = true
      end
    end)
    assert.is_false(ok)
    assert.matches("the client is closed", why, 1, true)
    assert.is_true(kinds.fine)
    assert.is_true(kinds.closed)
  end)

  it("gives what was in flight when its source closes the client", function()
    local asked, given = 0, 0
    local ok, why = pcall(function()
      for _ in client.portability:check_each(function()
        asked = asked + 1
        if asked == 4 then client:close() end
        return phone_number(asked)
      end) do given = given + 1 end
    end)
    assert.is_false(ok)
    assert.matches("the client is closed", why, 1, true)
    assert.are.equal(3, given)
  end)

  it("passes the API's options on, and knows its own", function()
    local AC = "AC" .. ("0"):rep(32)
    for _, result in client.portability:check_each(phone_numbers(2),
      { target_account_sid = AC, ordered = true }) do
      assert.are.equal(AC, result.account_sid)
    end
    local complaints = {
      ["unknown option 'order'"] = { order = true },
      ['concurrency: a whole number above 0 expected, got "4"'] = { concurrency = "4" },
      ["concurrency: a whole number above 0 expected, got 0"] = { concurrency = 0 },
      ["concurrency: at most 4, the client's own"] = { concurrency = 5 },
      ["ordered: a boolean expected"] = { ordered = 1 },
      ["stop_on: \"error\" or a function expected"] = { stop_on = true },
      ["progress: true or what numbers.progress gives expected"] = { progress = "yes" },
      ["target_account_sid: a SID of AC"] = { target_account_sid = "AC1" },
    }
    for wanted, options in pairs(complaints) do
      local ok, why = pcall(client.portability.check_each, client.portability, {}, options)
      assert.is_false(ok, wanted)
      assert.matches(wanted, why, 1, true)
    end
    assert.has_error(function() client.portability:check_each "one" end)
    assert.has_error(function() client.portability:check_each({}, "fast") end)
    assert.has_error(function() client.portability:check_each() end)
  end)
end)

describe("the iterators of", function()
  local client
  local EC = sandbox.sid("EC", 3)

  before_each(function()
    sandbox.reset()
    client = sandbox.client()
  end)

  after_each(function() client:close() end)

  it("port-ins fetch and cancel, by SID or by object", function()
    local port_ins = {}
    for sid, port_in, err in client.port_ins:fetch_each { KW(1), KW(2), KW(0xdead) } do
      if port_in then
        assert.are.equal(sid, port_in:sid())
        port_ins[#port_ins + 1] = port_in
      else
        assert.are.equal(404, err.http_status)
      end
    end
    assert.are.equal(2, #port_ins)
    for input, done, err in client.port_ins:cancel_each(port_ins) do
      assert.is_true(done, err)
      assert.are.equal("KW", input:sid():sub(1, 2))
      assert.matches("^cancel", input:refresh():status()) -- "canceled" if the fetch was repeated
    end
    local _, _, err = client.port_ins:cancel_each({ KW(5) })()
    assert.are.equal("refused", err.outcome)
  end)

  it("phone numbers fetch and cancel, by their two SIDs or by object", function()
    local PU = function(i) return sandbox.sid("PU", i) end
    local pairs_of_sids = { { KW(1), PU(0x11) }, { KW(1), PU(0x12) }, { KW(2) }, PU(0x21) }
    local fetched, invalid = {}, 0
    for input, number, err in client.port_in_phone_numbers:fetch_each(pairs_of_sids) do
      if number then
        assert.are.equal(input[2], number:sid())
        fetched[#fetched + 1] = number
      else
        invalid = invalid + 1
        assert.are.equal("invalid", err.kind)
      end
    end
    assert.are.equal(2, #fetched)
    assert.are.equal(2, invalid)
    for _, done in client.port_in_phone_numbers:cancel_each(fetched) do assert.is_true(done) end
    local port_in = assert(client.port_ins:fetch(KW(3)))
    for number, done, err in client.port_in_phone_numbers:cancel_each(port_in:numbers()) do
      assert.is_true(done, err)
      assert.are.equal(KW(3), number:port_in_sid())
    end
  end)

  it("bulk eligibilities fetch; portability checks the numbers of a port-in", function()
    for input, bulk in client.bulk_eligibilities:fetch_each { EC } do
      assert.are.equal(input, bulk:sid())
    end
    local port_in = assert(client.port_ins:fetch(KW(3)))
    local count = 0
    for number, portability in client.portability:check_each(port_in:numbers()) do
      assert.are.equal(number.phone_number, portability.phone_number)
      count = count + 1
    end
    assert.are.equal(3, count)
  end)
end)

describe("connections", function()
  local function connections(concurrency, version)
    sandbox.reset()
    sandbox.limit(10000, 0.01)
    local client = sandbox.client { concurrency = concurrency, http_version = version }
    for _, _, err in client.portability:check_each(phone_numbers(1000)) do assert.is_nil(err) end
    client:close()
    local set, count = {}, 0
    for _, request in ipairs(sandbox.requests()) do
      if not set[request.connection] then set[request.connection], count = true, count + 1 end
    end
    sandbox.reset()
    return count
  end

  it("are shared over HTTP/2, by a hundred requests at once", function()
    assert.are.equal(1, connections(16, "auto"))
    assert.are.equal(1, connections(100, "auto"))
    assert.is_true(connections(300, "auto") <= 3)
  end)

  it("are used again over HTTP/1.1, one for each in flight", function()
    assert.is_true(connections(16, "1.1") <= 16)
    assert.is_true(connections(150, "1.1") <= 150)
  end)
end)

describe("the account's limit", function()
  it("is found and kept to", function()
    sandbox.reset()
    sandbox.limit(4, 0.002)
    local client = sandbox.client { concurrency = 32, retry = { attempts = 50, base = 0.01 } }
    local source = phone_numbers(600)
    for input, result, err in client.portability:check_each(source) do
      assert(result, input .. tostring(err))
    end
    local window = client:pace().window
    assert.is_true(window >= 3 and window <= 5, window) -- 5 for a moment, to try it
    assert.are.equal(32, client:pace().limit)
    client:close()
    local refused, late = 0, 0
    for i, request in ipairs(sandbox.requests()) do
      if request.status == 429 then
        refused = refused + 1
        if i > 300 then late = late + 1 end
      end
    end
    assert.is_true(refused >= 1 and refused <= 60, refused)
    assert.is_true(late <= 5, late)
    sandbox.reset()
  end)

  it("is no longer kept to when it is gone", function()
    sandbox.reset()
    sandbox.limit(2, 0.001)
    local client = sandbox.client { concurrency = 6, retry = { attempts = 50, base = 0.01 } }
    for _ in client.portability:check_each(phone_numbers(60)) do end
    assert.is_true(client:pace().window <= 3)
    sandbox.reset()
    for _ in client.portability:check_each(phone_numbers(1500)) do end
    assert.are.equal(6, client:pace().window)
    client:close()
  end)
end)

describe("a rate", function()
  it("is kept to, over all that a client does", function()
    sandbox.reset()
    local client = sandbox.client { rate = 100 }
    local began = core.now()
    for _, _, err in client.portability:check_each(phone_numbers(20)) do assert.is_nil(err) end
    for _, _, err in client.portability:check_each(phone_numbers(20)) do assert.is_nil(err) end
    assert.is_true(core.now() - began >= 0.28) -- 40 requests, of which up to 11 at once
    client:close()
  end)

  it("that is no number above 0 raises", function()
    assert.has_error(function() sandbox.client { rate = 0 } end)
    assert.has_error(function() sandbox.client { rate = "fast" } end)
    assert.has_error(function() sandbox.client { concurrency = 0 } end)
    assert.has_error(function() sandbox.client { concurrency = 1001 } end)
  end)
end)
