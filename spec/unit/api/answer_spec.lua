--- What comes with an answer, as it is made of what the core keeps.

local answers = require "twilio.numbers.api.answer"

local function of(head, fields)
  local receipt = { head = head, attempts = 1, http_version = "1.1", reused = false, status = 200 }
  for name, value in pairs(fields or {}) do receipt[name] = value end
  return answers.of { receipt = function() return receipt end }
end

local HEAD = "HTTP/1.1 200 OK\r\n"

describe("an answer", function()
  it("has its headers by their names in small letters, repeated ones joined", function()
    local answer = of(HEAD .. "Content-Type: application/json\r\nX-A:1\r\nx-a: \t2\r\n"
      .. "Twilio-Request-Id: RQ1\r\nEmpty:\r\n\r\n")
    assert.are.same({
      ["content-type"] = "application/json", ["x-a"] = "1, 2", ["twilio-request-id"] = "RQ1", empty = "",
    }, answer.headers)
    assert.are.equal("RQ1", answer.request_id)
  end)

  it("has no header that may have a secret, and no credentials that a server echoes", function()
    local answer = of(HEAD .. "Set-Cookie: a=hunter2\r\nsET-cOOKIE2: hunter2\r\nAuthorization: hunter2\r\n"
      .. "Proxy-Authenticate: hunter2\r\nX-Echo: Basic QUMwMDAwOmh1bnRlcjI=\r\n\r\n")
    assert.are.same({ ["x-echo"] = "Basic ..." }, answer.headers)
  end)

  it("has bounds, and no control characters", function()
    local lines = { "HTTP/1.1 200 OK" }
    for i = 1, 300 do lines[#lines + 1] = ("X-%d: %s"):format(i, ("y"):rep(3000)) end
    lines[2] = "X-1: \27[2J\1" .. ("z"):rep(3000)
    local answer, count = of(table.concat(lines, "\r\n") .. "\r\n\r\n"), 0
    for name, value in pairs(answer.headers) do
      count = count + 1
      assert.is_true(#name <= 110 and #value <= 1010)
      assert.not_matches("%c", value)
    end
    assert.are.equal(100, count)
  end)

  it("is made where none came, too", function()
    local answer = of(nil, { http_version = "none", status = false })
    assert.are.same({}, answer.headers)
    assert.is_nil(answer.http_version)
    assert.is_nil(answers.of { receipt = function() end })
    assert.is_nil(answers.of {})
  end)
end)
