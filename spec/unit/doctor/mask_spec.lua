--- What a report shows of texts from outside.

local mask = require "twilio.numbers.doctor.mask"

describe("a text in a report", function()
  for given, shown in pairs {
    ["KW00000000000000000000000000000001 is open"] = "KW...0001 is open",
    ["0123456789abcdef0123456789abcdef"] = "01...",
    ["call +14155550123"] = "call +14* *** **23",
    ["robin@example.com"] = "r***@example.com",
    ["/etc/ssl/certs"] = "/etc/ssl/certs",
    ["OpenSSL 3.0.19 27 Jan 2026"] = "OpenSSL 3.0.19 27 Jan 2026",
    ["a\27[2Jb"] = "a [2Jb",
  } do
    it("is masked: " .. shown, function()
      local text = mask.text(given)
      if given:find("+1", 1, true) then
        assert.not_matches("5550123", text, 1, true)
      else
        assert.are.equal(shown, text)
      end
    end)
  end

  it("is bounded", function()
    assert.is_true(#mask.text(("word "):rep(1000)) < 250)
  end)
end)

describe("a URL in a report", function()
  for given, shown in pairs {
    ["https://numbers.twilio.com"] = "numbers.twilio.com",
    ["http://user:secret@proxy.example:3128/path?token=1"] = "proxy.example:3128",
    ["user:se@cret@proxy:1"] = "proxy:1",
    ["socks5h://[::1]:1080"] = "[::1]:1080",
    [""] = "",
  } do
    it("is its host: " .. shown, function() assert.are.equal(shown, mask.host(given)) end)
  end
end)

describe("an error in a report", function()
  it("does not quote an answer", function()
    local name = "Robin Doe"
    assert.are.equal("unreadable, HTTP 200",
      mask.error { kind = "unreadable", http_status = 200, message = name, body = name })
  end)

  it("has the transport's words", function()
    assert.are.equal("network, Could not resolve host: a.invalid",
      mask.error { kind = "network", message = "Could not resolve host: a.invalid" })
  end)
end)
