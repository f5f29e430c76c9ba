--- Batches: one operation for many inputs.

local fake = require "spec.support.fake_transport"

local sid, sid_of, port_in, in_review = fake.sid, fake.sid_of, fake.port_in, fake.in_review

describe("a batch", function()
  --- Port-ins whose responses take the longer, the earlier they are asked for.
  local function slow_first(request)
    return port_in(request, "In Review", { after = 10 - tonumber(sid_of(request):sub(-1), 16) })
  end

  local function inputs_of(iterator)
    local list = {}
    for input in function() return iterator:next() end do list[#list + 1] = tonumber(input:sub(-1), 16) end
    return list
  end

  local sids = { sid(1), sid(2), sid(3), sid(4), sid(5) }

  it("gives outcomes as they come", function()
    local client = fake.client(slow_first)
    assert.are.same({ 5, 4, 3, 2, 1 }, inputs_of((client.port_ins:fetch_each(sids))))
  end)

  it("gives them in the inputs' order if asked to", function()
    local client = fake.client(slow_first)
    assert.are.same({ 1, 2, 3, 4, 5 }, inputs_of((client.port_ins:fetch_each(sids, { ordered = true }))))
  end)

  it("has at most `concurrency` requests in flight, and that many", function()
    local client, transport = fake.client(function(request)
      return port_in(request, "In Review", { after = 1 })
    end)
    inputs_of((client.port_ins:fetch_each(sids, { concurrency = 2 })))
    local begun = {}
    for i, request in ipairs(transport.requests) do begun[i] = request.at end
    assert.are.same({ 0, 0, 1, 1, 2 }, begun)
    assert.has_error(function() client.port_ins:fetch_each(sids, { concurrency = 17 }) end)
  end)

  it("reads an input only when there is room for it", function()
    local client, read = fake.client(in_review), 0
    local batch = client.port_ins:fetch_each(function()
      read = read + 1
      return sid(read)
    end, { concurrency = 2 })
    assert.is_truthy(batch:next())
    assert.are.equal(3, read)
    batch:close()
  end)

  --- Each outcome as the input's number and "fine", or the error's status or kind.
  local function outcomes_of(iterator)
    local list = {}
    for input, _, err in function() return iterator:next() end do
      list[#list + 1] = input:sub(-1) .. " " .. (err and (err.http_status or err.kind) or "fine")
    end
    return list
  end

  for _, status in ipairs { 401, 403 } do
    describe("after a " .. status, function()
      local function second_is_refused(request)
        if sid_of(request) == sid(2) then return { status = status, object = { message = "no" } } end
        return port_in(request, "In Review", { after = 5 })
      end

      it("sends nothing more, and gives the other inputs as not tried", function()
        local client, transport = fake.client(second_is_refused)
        assert.are.same({ "2 " .. status, "3 not_tried", "4 not_tried", "5 not_tried", "1 fine" },
          outcomes_of((client.port_ins:fetch_each(sids, { concurrency = 2 }))))
        assert.are.equal(2, #transport.requests)
      end)

      it("gives one outcome for each input of any source, in order if asked to", function()
        local client = fake.client(second_is_refused)
        local place, mixed = 0, { sid(1), sid(2), "KW9", sid(3), sid(3), sid(1), sid(4) }
        local batch = client.port_ins:fetch_each(function()
          place = place + 1
          return mixed[place]
        end, { concurrency = 2, ordered = true, unique = true })
        assert.are.same({ "1 fine", "2 " .. status, "9 invalid", "3 not_tried", "4 not_tried" },
          outcomes_of(batch))
      end)

      it("says of a cancellation that nothing was sent, and why", function()
        local client, transport = fake.client(function()
          return { status = status, object = { message = "no" } }
        end)
        local batch, last = client.port_ins:cancel_each(sids, { concurrency = 1 }), nil
        for _, _, err in function() return batch:next() end do last = err end
        assert.are.same({ "not_tried", "not_sent", 0 }, { last.kind, last.outcome, last.attempts })
        assert.are.equal("DELETE /v1/Porting/PortIn/" .. sid(5) .. ": it was not tried, for another call was "
          .. "answered with HTTP " .. status .. ": no. Nothing was sent.", tostring(last))
        assert.are.equal(1, #transport.requests)
      end)

      it("reads no further input where `stop_on` says so", function()
        local client = fake.client(second_is_refused)
        assert.are.same({ "2 " .. status, "1 fine" },
          outcomes_of((client.port_ins:fetch_each(sids, { concurrency = 2, stop_on = "error" }))))
      end)

      it("lets an endless source be left", function()
        local client, transport = fake.client(function() return { status = status } end)
        local batch, seen = client.port_ins:fetch_each(function() return sid(1) end), 0
        for _, _, err in function() return batch:next() end do
          seen = seen + 1
          if err.kind == "not_tried" then break end
        end
        batch:close()
        assert.is_true(seen <= 17)
        assert.are.equal(16, #transport.requests)
      end)
    end)
  end

  it("leaves out repeated inputs, and gives an error for wrong ones", function()
    local client, transport = fake.client(in_review)
    local batch = client.port_ins:fetch_each({ sid(1), sid(1), "KW" }, { unique = true })
    local kinds = {}
    for input, _, err in function() return batch:next() end do kinds[input] = err and err.kind or "none" end
    assert.are.same({ [sid(1)] = "none", KW = "invalid" }, kinds)
    assert.are.equal(1, #transport.requests)
  end)

  it("closed, gives the inputs in flight and the outcomes that are known", function()
    local client, transport = fake.client(slow_first)
    local batch = client.port_ins:fetch_each({ sid(1), sid(9), "KW" }, { ordered = true })
    assert.are.equal("KW", (client.port_ins:fetch_each { "KW" }:next()))
    client:gather {
      function() batch:next() end,
      function()
        client:sleep(5)
        local cut_off, known = batch:close()
        assert.are.same({ sid(1) }, cut_off)
        assert.are.equal(2, #known)
      end,
    }
    assert.are.equal(0, transport:running())
  end)

  it("begins nothing for an input whose own code closes it", function()
    local client, transport = fake.client(in_review)
    local batch
    local closing = setmetatable({}, { __index = function(_, i)
      batch:close()
      return i == 1 and sid(4) or i == 2 and "PU" .. sid(4):sub(3) or nil
    end })
    local pairs_of_sids = { { sid(1), "PU" .. sid(1):sub(3) }, { sid(2), "PU" .. sid(2):sub(3) }, closing }
    batch = client.port_in_phone_numbers:cancel_each(pairs_of_sids)
    assert.is_nil((batch:next()))
    assert.are.equal(2, #transport.requests)
    assert.are.same({}, batch:close())
  end)

  it("gives the outcome because of which `stop_on` closes it, also before its turn", function()
    for _, ordered in ipairs { false, true } do
      local client = fake.client(function(request)
        return { status = 500, after = slow_first(request).after }
      end)
      local batch, cut_off
      batch = client.port_ins:cancel_each(sids, {
        concurrency = 2, ordered = ordered, stop_on = function() cut_off = batch:close() end,
      })
      local input, _, err = batch:next()
      assert.are.equal(sid(2), input)
      assert.are.equal("uncertain", err.outcome)
      assert.are.same({ sid(1) }, cut_off)
      assert.is_nil((batch:next()))
    end
  end)
end)
