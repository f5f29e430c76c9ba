--- The signatures that the official SDKs for Python, PHP, Ruby, Go and Node are tested with.

local webhook = require "twilio.numbers.webhook"

local FORM = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309"
  .. "&To=%2B18005551212"
local NEWER = FORM:gsub("14158675309", "12349013030")
local CONFERENCE = FORM .. "&ReasonConferenceEnded=test&Reason=Participant"
local REPEATED = "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234"
local JSON = '{"property": "value", "boolean": true}'
local HASH = "bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"

local function url(start) return (start or "https://mycompany.com") .. "/myapp.php?foo=1&bar=2" end

local BARE = "https://mycompany.com/myapp.php"
local PLAIN, QUOTE = "https://example.com/path?test=param", "https://example.com/path?test=param'WithQuote"
local PORT, ENCODED = "https://example.com:443/path?test=param", QUOTE:gsub("'", "%%27")

--- The configured URL, the body, the signature, and what differs: the requested query, the token.
local FITS = {
  { url(), FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8=" },
  { url "https://mycompany.com:1234", FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8=" },
  { url "http://mycompany.com:1234", FORM, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=" },
  { url(), FORM, "kvajT1Ptam85bY51eRf/AJRuM3w=" },
  { url "http://mycompany.com", FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4=" },
  { url "https://user:pass@mycompany.com", FORM, "CukzLTc1tT5dXEDIHm/tKBanW10=" },
  { url "https://user:pass@mycompany.com", FORM, "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=" },
  { url "https://user@mycompany.com", FORM, "2YRLlVAflCqxaNicjMpJcSTgzSs=" },
  { url "https://user@mycompany.com", FORM, "aZfj4hyX1MLZhSS6QIL18Vn2/RA=" },
  { url(), NEWER, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=" },
  { url(), REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU=" },
  { url(), CONFERENCE, "vOEb5UThFn24KEfnOFLQY2AE5FY=" },
  { url "https://mycompany.com:1234", CONFERENCE, "vOEb5UThFn24KEfnOFLQY2AE5FY=" },
  { url "http://mycompany.com", CONFERENCE, "n2xBNyzSW7rfYStDtOFiFMv7qNo=" },
  { url "http://mycompany.com:1234", CONFERENCE, "n2xBNyzSW7rfYStDtOFiFMv7qNo=" },
  { url(), "property=value&boolean=true", "NBdBDr/T/lgjI+tlgpXjKZQZs/k=" },
  { url(), JSON, "a9nBmqA0ju/hNViExpshrM61xv4=", query = "foo=1&bar=2&" .. HASH },
  { BARE, JSON, "y77kIzt2vzLz71DgmJGsen2scGs=", query = HASH },
  { PORT, "", "IdwMFypqvNxti3YgvWWmfcNL26M=", token = "s3cr3t" },
  { PLAIN, "", "IdwMFypqvNxti3YgvWWmfcNL26M=", token = "s3cr3t" },
  { PORT, "", "loLgTitFAoWx57yy5oEU4Hlddzw=", token = "s3cr3t" },
  { PLAIN, "", "loLgTitFAoWx57yy5oEU4Hlddzw=", token = "s3cr3t" },
  { QUOTE, "", "GfI7onHX/KQ2k1oVS3cUTVk4IEw=", token = "s3cr3t" },
  { ENCODED, "", "GfI7onHX/KQ2k1oVS3cUTVk4IEw=", token = "s3cr3t" },
  { QUOTE, "", "HkuXLxVQ7zHv9LmGpzlLuGaxhJY=", token = "s3cr3t" },
  { ENCODED, "", "HkuXLxVQ7zHv9LmGpzlLuGaxhJY=", token = "s3cr3t" },
}

local FITS_NOT = {
  { url(), CONFERENCE, "95+Bu0JVPi0r/SsESZCVf0dWAjw=" },
  { url(), JSON, "vOEb5UThFn24KEfnOFLQY2AE5FY=" },
  { url(), CONFERENCE, "WRONG SIGNATURE" },
  { PLAIN .. "2", "", "loLgTitFAoWx57yy5oEU4Hlddzw=", token = "s3cr3t" },
}

--- 403 is a signature that does not fit. A form that is no event gives 400, after it was verified.
local function status_of(case)
  local configured, body, signature = case[1], case[2], case[3]
  local is_json = body == JSON
  return webhook.new({ url = configured, auth_token = case.token or "12345" }):receive {
    method = "POST", query = case.query or configured:match "%?(.*)$", body = body,
    headers = {
      ["Content-Type"] = is_json and "application/json" or "application/x-www-form-urlencoded",
      ["X-Twilio-Signature"] = signature,
    },
  }.status
end

describe("a signature of the official SDKs' tests", function()
  it("is accepted where they accept it", function()
    for _, case in ipairs(FITS) do
      assert.are.equal(case[2] == "" and 400 or 204, status_of(case), case[1] .. " " .. case[3])
    end
  end)

  it("is refused where they refuse it", function()
    for _, case in ipairs(FITS_NOT) do assert.are.equal(403, status_of(case), case[1]) end
  end)
end)
