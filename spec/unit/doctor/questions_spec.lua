--- What the doctor makes of answers, however odd they are.

local conformity = require "twilio.numbers.api.conformity"
local core = require "twilio.numbers.core"
local questions = require "twilio.numbers.doctor.questions"

local KW = "KW" .. ("1"):rep(32)

local function answer(id, json, fields)
  local all = {
    id = id, object = json and assert(core.decode(json)) or nil, status = 200, headers = {}, info = {},
    purpose = "given",
  }
  for name, value in pairs(fields or {}) do all[name] = value end
  return all
end

local function ask(start, answers)
  for _, question in ipairs(questions) do
    if question[1]:sub(1, #start) == start then return question[2](answers) end
  end
  error("no such question: " .. start)
end

describe("a question", function()
  local no_list = answer("ListPortInRequests", nil, { purpose = "list", status = 404 })

  it("is answered by nil where nothing was seen", function()
    for _, question in ipairs(questions) do
      local text = question[2] { answer("ListPortInRequests", "{}", { purpose = "list" }) }
      local needs_none = question[1]:find "headers" or question[1]:find "list port"
      assert.is_true(text == nil or text == "a read cannot tell" or needs_none ~= nil, question[1])
    end
  end)

  it("about FAILED is answered by what comes with it", function()
    local bulk = answer("FetchBulkEligibility",
      '{"status":"FAILED","date_completed":null,"results":[{}]}')
    assert.are.equal("date_completed is null, results are array",
      ask("Is the status FAILED", { no_list, bulk }))
  end)

  it("about Retry-After tells its form, and that it did not come", function()
    local function limited(value)
      return { answer("ListPortInRequests", nil, { status = 429, headers = { ["Retry-After"] = value } }) }
    end
    assert.are.equal("HTTP 429, in seconds", ask("Does Retry-After", limited "7"))
    assert.are.equal("HTTP 429, as a date or other text",
      ask("Does Retry-After", limited "Sun, 09 Sep 2001 01:46:40 GMT"))
    assert.are.equal("a 429 came without it", ask("Does Retry-After", limited(nil)))
    assert.is_nil(ask("Does Retry-After", { no_list }))
  end)

  it("about the list's time compares it with the latest number", function()
    local function times(listed, changed)
      return {
        answer("ListPortInRequests", ('{"port_in_requests":[{"port_in_request_sid":"%s",'
          .. '"status_last_updated_timestamp":"%s"}]}'):format(KW, listed), { purpose = "list" }),
        answer("FetchPortingPortIn", ('{"port_in_request_sid":"%s",'
          .. '"phone_numbers":[{"last_updated":"%s"},{}]}'):format(KW, changed)),
      }
    end
    local early, late = "2030-01-01T00:00:00Z", "2030-01-02T00:00:00Z"
    assert.are.equal("not before it: 1, before it: 0", ask("Is the time", times(late, early)))
    assert.are.equal("not before it: 0, before it: 1", ask("Is the time", times(early, late)))
    assert.is_nil(ask("Is the time", times("soon", late)))
  end)

  it("about a filter tells how many came", function()
    local list = answer("ListPortInRequests", '{"port_in_requests":[{"port_in_request_status":"In Review"}]}',
      { purpose = "list" })
    local filtered = answer("ListPortInRequests", '{"port_in_requests":['
      .. '{"port_in_request_status":"in_review"},{"port_in_request_status":"Expired"},3]}',
      { purpose = "one_status" })
    assert.are.equal("of 3, 1 are at that status",
      ask("Does the filter PortInRequestStatus", { list, filtered }))
    local refused = answer("ListPortInRequests", nil, { purpose = "one_status", status = 400 })
    assert.are.equal("refused: HTTP 400", ask("Does the filter PortInRequestStatus", { list, refused }))
  end)
end)

describe("odd answers", function()
  local ids = { "ListPortInRequests", "FetchPortingPortIn", "FetchPortingPortInPhoneNumber",
    "FetchPortingPortability", "FetchBulkEligibility" }
  local secret = "Robin Doe +14155550123 a5d9d35e2ce04a0edc892ef756d8a796"
  local values = { "null", "1", "1.5", "true", '"' .. secret .. '"', "[]", "{}", "[null]", "[[]]",
    "[{}]", '[{"a":1}]', ('[{"%s":"%s"}]'):format(secret, secret), '{"next_token":[]}',
    '[{"port_in_request_sid":{},"port_in_request_status":[],"status_last_updated_timestamp":1}]' }
  local fields = { "port_in_requests", "meta", "phone_numbers", "results", "status", "date_completed",
    "port_in_request_sid", "port_in_request_status", "port_in_phone_number_status", "portable",
    "not_portability_reason_code", "port_out_pin", "target_port_in_time_range_start", "date_created",
    "rejection_reason_code", secret }

  it("raise nothing, and show nothing personal", function()
    local purposes, count = { "list", "two_sids", "one_status", "nothing", "given" }, 0
    for _, id in ipairs(ids) do
      for _, field in ipairs(fields) do
        for _, value in ipairs(values) do
          local json = ('{"%s":%s}'):format(field, value)
          count = count + 1 -- the purposes take turns: each meets each field, and each value
          local one = answer(id, json, { purpose = purposes[count % #purposes + 1] })
          one.error_object = one.object
          for _, question in ipairs(questions) do
            local text = question[2] { answer("ListPortInRequests", json, { purpose = "list" }), one }
            if text then
              assert.is_nil(text:find "Robin" or text:find "5550123" or text:find "a5d9", question[1])
              assert.is_true(#text < 4000)
            end
          end
          conformity.compare(id, assert(core.decode(json)), function(kind, name, what)
            assert.is_nil((kind .. name .. (what or "")):find "Robin", name)
          end)
        end
      end
    end
  end)
end)
