--- Lists that come in pages, on a transport in memory.

local campaign_planner = require "twilio.numbers.campaign.plan.planner"
local fake = require "spec.support.fake_transport"
local numbers = require "twilio.numbers"
local null = require("twilio.numbers.core").null
local url_query = require "twilio.numbers.util.url_query"

local sid = fake.sid

local function item(number, status)
  return { port_in_request_sid = sid(number), port_in_request_status = status or "In Review" }
end

--- A server of so many port-ins in pages of the asked size. A token is a place. It also fetches each of them.
---@param count integer
---@param change fun(response: table, query: table)? may change a page
local function server(count, change)
  return function(request)
    local query = url_query.read(request.path:match "%?(.*)$" or "")
    if not request.path:find("PortInRequests", 1, true) then return fake.in_review(request) end
    local first, size = tonumber((query.Token or "from 1"):match "%d+$"), tonumber(query.Size)
    local items = {}
    for number = first, math.min(first + size - 1, count) do items[#items + 1] = item(number) end
    local object = {
      port_in_requests = items,
      meta = {
        next_token = first + size <= count and "from " .. first + size or null, previous_token = null,
      },
    }
    local response = { status = 200, object = object }
    if change then change(response, query) end
    return response
  end
end

--- What a list gives: SIDs, and the error at the end.
local function drain(list)
  local sids = {}
  for port_in, err in list do
    if err then return sids, err end
    sids[#sids + 1] = port_in:sid()
  end
  return sids
end

local function sids_from(first, last)
  local sids = {}
  for number = first, last do sids[#sids + 1] = sid(number) end
  return sids
end

describe("a list of port-ins", function()
  it("gives each of 1,037 exactly once, in pages of 100 with its filters", function()
    local client, transport = fake.client(server(1037))
    local sids, err = drain(client.port_ins:list { status = "in_review", created_after = "2026-05-01" })
    assert.is_nil(err)
    assert.are.same(sids_from(1, 1037), sids)
    assert.are.equal(11, #transport.requests)
    for i, request in ipairs(transport.requests) do
      local query = url_query.read(request.path:match "%?(.*)$")
      assert.are.same({ PortInRequestStatus = "In review", CreatedAfter = "2026-05-01", Size = "100",
        Token = i > 1 and "from " .. (i - 1) * 100 + 1 or nil }, query)
    end
  end)

  it("goes on from a token in the middle, page by page", function()
    local client = fake.client(server(1037))
    local sids, token = {}, nil
    local function take(page)
      for _, port_in in ipairs(page.items) do sids[#sids + 1] = port_in:sid() end
      token = page.next_token
    end
    for page in client.port_ins:list_pages { status = "in_review" } do
      take(page)
      if #sids == 500 then break end
    end
    assert.are.equal("from 501", token)
    for page in client.port_ins:list_pages { status = "in_review", token = token } do take(page) end
    assert.is_nil(token)
    assert.are.same(sids_from(1, 1037), sids)
  end)

  it("fetches nothing before its first item, and no page too many", function()
    local client, transport = fake.client(server(300))
    local list = client.port_ins:list { page_size = 10 }
    assert.are.equal(0, #transport.requests)
    for _ = 1, 10 do assert(list()) end
    assert.are.equal(1, #transport.requests)
    assert(list:next())
    assert.are.equal(2, #transport.requests)
  end)

  it("ends at its limit, with pages no larger than that", function()
    local client, transport = fake.client(server(300))
    assert.are.same(sids_from(1, 7), (drain(client.port_ins:list { limit = 7 })))
    assert.matches("Size=7", transport.requests[1].path, 1, true)
    assert.are.equal(1, #transport.requests)
    assert.are.same(sids_from(1, 15), (drain(client.port_ins:list { limit = 15, page_size = 10 })))
  end)

  it("ends with an error where a token is repeated", function()
    for name, next_token in pairs { itself = "from 11", earlier = "from 1", first = "from 21" } do
      local client, transport = fake.client(server(1000, function(response, query)
        if query.Token == "from 11" and name ~= "first" or query.Token == "from 21" then
          response.object.meta.next_token = next_token
        end
      end))
      local list = client.port_ins:list { page_size = 10, token = name ~= "itself" and "from 1" or nil }
      local sids, err = drain(list)
      assert.are.equal("unreadable", err.kind)
      assert.matches("token", err.message, 1, true)
      assert.is_true(#transport.requests <= 3)
      assert.are.same(sids_from(1, #transport.requests * 10), sids)
      assert.is_nil(list())
    end
  end)

  it("goes over pages without items, and ends where there is no next token", function()
    for _, last in ipairs { null, "", "nil" } do
      local client = fake.client(server(30, function(response, query)
        if query.Token == "from 11" then response.object.port_in_requests = {} end
        if query.Token == "from 21" then
          response.object.meta.next_token = last ~= "nil" and last or nil
        end
      end))
      assert.are.equal(20, #drain(client.port_ins:list { page_size = 10 }))
    end
  end)

  it("takes null, or nothing, for no items and for no further page", function()
    for _, object in ipairs {
      { port_in_requests = { item(1) } }, { port_in_requests = { item(1) }, meta = null },
      { port_in_requests = { item(1) }, meta = {} },
    } do
      local client = fake.client(function() return { status = 200, object = object } end)
      assert.are.same({ sid(1) }, (drain(client.port_ins:list())))
    end
    local client = fake.client(function()
      return { status = 200, object = { port_in_requests = null, meta = { next_token = null } } }
    end)
    local sids, err = drain(client.port_ins:list())
    assert.are.same({ {}, nil }, { sids, err })
  end)

  it("ends with an error where a page is no page", function()
    for words, change in pairs {
      ["its next_token is no text"] = function(object) object.meta.next_token = 7 end,
      ["its meta is no object"] = function(object) object.meta = "x" end,
      ["its port_in_requests are no array"] = function(object) object.port_in_requests = "x" end,
      ["an item is no object"] = function(object) object.port_in_requests[3] = null end,
    } do
      local client = fake.client(server(30, function(response) change(response.object) end))
      local _, err = drain(client.port_ins:list { page_size = 10 })
      assert.are.same({ "unreadable", "ListPortInRequests" }, { err.kind, err.operation })
      assert.matches(words, err.message, 1, true)
    end
    for _, items in ipairs { { a = {} }, 7, false } do -- an empty list would say that there is nothing to do
      local client = fake.client(function()
        return { status = 200, object = { port_in_requests = items or nil, meta = { page_size = 10 } } }
      end)
      local sids, err = drain(client.port_ins:list())
      assert.are.same({ {}, "unreadable" }, { sids, err and err.kind })
    end
  end)

  it("gives false and the error where a page cannot be fetched, and can go on from there", function()
    local is_down = true
    local client = fake.client(server(30, function(response, query)
      if is_down and query.Token == "from 11" then
        response.status, response.object = 401, { code = 20003 }
      end
    end))
    local list = client.port_ins:list { page_size = 10 }
    for _ = 1, 10 do assert(list:next()) end
    local port_in, err = list:next()
    assert.is_false(port_in)
    assert.are.equal(401, err.http_status)
    assert.is_nil(list:next())
    assert.are.equal("from 11", list:token())
    is_down = false
    assert.are.same(sids_from(11, 30), (drain(client.port_ins:list { token = list:token() })))
  end)

  it("leaves out what a server gives that does not understand a filter", function()
    local client = fake.client(server(4, function(response)
      response.object.port_in_requests[2].port_in_request_status = "Canceled"
      response.object.port_in_requests[3].port_in_request_status = null
    end))
    assert.are.same({ sid(1), sid(4) }, (drain(client.port_ins:list { status = "in review" })))
    assert.are.same({ sid(2) }, (drain(client.port_ins:list { status = "cancelled" })))
    assert.are.same({ sid(2), sid(3) }, (drain(client.port_ins:list { sids = { sid(2), sid(3) } })))
  end)

  it("asks for a status in the API's own spelling, or as it was given", function()
    local client, transport = fake.client(server(1))
    for given, spelling in pairs {
      in_progress = "In progress", completed = "Completed", expired = "Expired", ["IN REVIEW"] = "In review",
      waiting_for_signature = "Waiting for Signature", action_required = "Action Required",
      cancelled = "Canceled", ["Some thing"] = "Some thing",
    } do
      drain(client.port_ins:list { status = given })
      local query = url_query.read(transport.requests[#transport.requests].path:match "%?(.*)$")
      assert.are.equal(spelling, query.PortInRequestStatus)
    end
  end)

  it("asks for SIDs with commas between them", function()
    local client, transport = fake.client(server(4))
    drain(client.port_ins:list { sids = { sid(1), sid(2) } })
    assert.matches("PortInRequestSid=" .. sid(1) .. "%2C" .. sid(2), transport.requests[1].path, 1, true)
  end)

  it("gives summaries", function()
    local client = fake.client(function()
      return { status = 200, object = { port_in_requests = { {
        port_in_request_sid = sid(1), port_in_request_status = "Waiting for Signature",
        status_last_updated_timestamp = "2025-04-30", phone_numbers_requested = 3, phone_numbers_ported = 0,
        suggested_action = null, other = "kept",
      } } } }
    end)
    local summary = assert(client.port_ins:list()())
    assert.are.same({ sid(1), "waiting_for_signature", 3, nil, "kept", false, true }, {
      summary:sid(), summary:status(), summary.phone_numbers_requested, summary.suggested_action,
      summary.other, summary:is_terminal(), summary:is_cancelable(),
    })
    assert.are.equal(("PortInSummary %s (waiting_for_signature)"):format(sid(1)), tostring(summary))
  end)

  it("gives nothing more once it is closed", function()
    local client, transport = fake.client(server(300))
    local list = client.port_ins:list()
    assert(list())
    list:close()
    list:close()
    assert.is_nil(list())
    assert.are.equal(1, #transport.requests)
  end)

  it("is closed by the loop that is left, where Lua has that", function()
    local client = fake.client(server(300))
    local list, state, control, closing = client.port_ins:list()
    assert.are.same({ nil, nil }, { state, control })
    assert.are.equal(list, closing)
    assert(list())
    getmetatable(list).__close(list, nil)
    assert.is_nil(list())
  end)

  it("tells a hook that it cannot take an item while the page is fetched", function()
    local list, why
    local client = fake.client(server(300), { on_request = function() why = select(2, pcall(list)) end })
    list = client.port_ins:list()
    assert(list())
    assert.matches("a hook cannot take an item meanwhile", why, 1, true)
  end)

  it("may be closed by a hook while it fetches", function()
    local list
    local client = fake.client(server(300), { on_request = function() list:close() end })
    list = client.port_ins:list()
    assert.is_nil(list())
  end)

  it("is shared by tasks: each item is given once, and no page is fetched twice", function()
    local client, transport = fake.client(function(request)
      local response = server(300)(request)
      response.after = 1
      return response
    end)
    local list, seen, count, tasks = client.port_ins:list { page_size = 10 }, {}, 0, {}
    for i = 1, 5 do
      tasks[i] = function()
        local port_in, err = list:next()
        while port_in do
          assert(not seen[port_in:sid()] and not err)
          seen[port_in:sid()], count = true, count + 1
          client:sleep(0)
          port_in, err = list:next()
        end
        return true
      end
    end
    local results, errors = client:gather(tasks)
    assert.are.same({}, errors)
    assert.are.equal(5, #results)
    assert.are.same({ 300, 30 }, { count, #transport.requests })
  end)

  it("gives each page its deadline", function()
    local client, transport = fake.client(server(300, function(response, query)
      response.after = query.Token and 100 or 1
    end))
    local sids, err = drain(client.port_ins:list { page_size = 10, deadline = 5 })
    assert.are.same({ 10, "timeout", 6 }, { #sids, err.kind, transport.now })
    assert.has_error(function() client.port_ins:list { deadline = "soon" } end)
  end)

  it("that is closed ends a task that waits for another one's page", function()
    local client, transport = fake.client(function(request)
      local response = server(300)(request)
      response.after = 100
      return response
    end)
    local list, ended_at = client.port_ins:list(), nil
    client:gather {
      function() return list:next() end,
      function()
        assert.is_nil(list:next())
        ended_at = transport.now
      end,
      function()
        client:sleep(1)
        list:close()
      end,
    }
    assert.are.equal(1, ended_at)
  end)

  it("goes on after what a hook raised has been raised", function()
    local is_broken = true
    local client = fake.client(server(300), { on_response = function()
      if is_broken then error("broken", 0) end
    end })
    local list, sids = client.port_ins:list { page_size = 100 }, {}
    for i = 1, 100 do sids[i] = assert(list()):sid() end
    is_broken = false
    assert.has_error(function() list() end, "on_response raised: broken")
    for i = 101, 300 do sids[i] = assert(list()):sid() end
    assert.is_nil(list())
    assert.are.same(sids_from(1, 300), sids)
  end)

  it("raises where the client is closed", function()
    local client = fake.client(server(300))
    local list = client.port_ins:list { page_size = 1 }
    assert(list())
    client:close()
    assert.has_error(function() client.port_ins:list() end)
    assert.has_error(function() list() end)
  end)

  it("raises for wrong options at the user's line, before anything is sent", function()
    local client, transport = fake.client(server(1))
    local many = sids_from(1, 101)
    for words, options in pairs {
      ["unknown option 'state', did you mean 'status'?"] = { state = "x" },
      ["page_size: a whole number from 1 to 100"] = { page_size = 101 },
      ["page_size: a whole number above 0"] = { page_size = 0 },
      ["limit: a whole number above 0"] = { limit = 0 },
      ["created_after: a date such as"] = { created_after = "yesterday" },
      ["created_before: a date such as"] = { created_before = "2026-02-30" },
      ["sids: an array of SIDs"] = { sids = { [sid(1)] = true } },
      ["sids[2]: a SID of KW"] = { sids = { sid(1), "KW" } },
      ["sids: 1 to 100 SIDs expected, got 101"] = { sids = many },
      ["sids: 1 to 100 SIDs expected, got 0"] = { sids = {} },
      ["token: a text expected"] = { token = "" },
      ["status: a text expected"] = { status = "" },
      ['status: unknown status "in_reveiw", did you mean "in_review"?'] = { status = "in_reveiw" },
      ['status: a status such as "in_review"'] = { status = client.port_ins.fetch },
    } do
      local ok, why = pcall(client.port_ins.list, client.port_ins, options)
      assert.is_false(ok, words)
      assert.matches(words, why, 1, true)
    end
    assert.has_error(function() client.port_ins:list_pages { limit = 1 } end)
    local _, why = pcall(function() client.port_ins:list { limit = 0 } end)
    assert.matches("^[^:]*list_spec%.lua:%d+: ", why)
    assert.are.equal(0, #transport.requests)
  end)
end)

describe("a list as a source", function()
  --- A server whose second page fails.
  local function failing()
    return server(30, function(response, query)
      if query.Token then response.status, response.object = 403, { code = 20003, message = "no" } end
    end)
  end

  it("has each of its port-ins fetched", function()
    local client = fake.client(server(250))
    local seen = {}
    for input, port_in, err in client.port_ins:fetch_each(client.port_ins:list()) do
      assert.is_nil(err)
      assert.are.equal(input:sid(), port_in:sid())
      seen[port_in:sid()] = true
    end
    for _, one in ipairs(sids_from(1, 250)) do assert.is_true(seen[one]) end
  end)

  it("that fails raises its error, after the outcomes of what it gave", function()
    local client = fake.client(failing())
    local count = 0
    local ok, why = pcall(function()
      local each = client.port_ins:fetch_each(client.port_ins:list { page_size = 10 })
      while each:next() do count = count + 1 end
    end)
    assert.is_false(ok)
    assert.is_true(numbers.is_error(why))
    assert.are.same({ 403, 10 }, { why.http_status, count })
  end)

  it("has each of its port-ins watched", function()
    local client = fake.client(function(request)
      local response = server(120)(request)
      if response.object.port_in_request_sid then response.object.port_in_request_status = "Completed" end
      return response
    end)
    local count = 0
    for _, change in client.port_ins:watch(client.port_ins:list()) do
      assert.is_nil(change.err)
      count = count + 1
    end
    assert.are.equal(120, count)
  end)

  it("that fails is told by a watch, which watches nothing", function()
    local client, transport = fake.client(failing())
    local watch, changes = client.port_ins:watch(client.port_ins:list { page_size = 10 }), {}
    for port_in, change in watch do changes[#changes + 1] = { port_in, change.err.http_status } end
    assert.are.same({ { false, 403 } }, changes)
    assert.are.equal(2, #transport.requests)
  end)

  it("makes a plan", function()
    local client = fake.client(server(25))
    local plan = assert(campaign_planner.make(client, client.port_ins:list { page_size = 10 }))
    local sids = {}
    for _, target in ipairs(plan.targets) do sids[#sids + 1] = target.port_in_sid end
    assert.are.same(sids_from(1, 25), sids)
  end)

  it("that fails makes no plan", function()
    local client = fake.client(failing())
    local plan, err = campaign_planner.make(client, client.port_ins:list { page_size = 10 })
    assert.is_nil(plan)
    assert.are.equal(403, err.http_status)
  end)
end)
