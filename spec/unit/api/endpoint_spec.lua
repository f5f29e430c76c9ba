--- Which host is asked.

local endpoint = require "twilio.numbers.api.endpoint"
local system = require "twilio.numbers.util.system"

describe("endpoint.url", function()
  local read, environment = system.environment, nil

  before_each(function()
    environment = {}
    system.environment = function(name)
      return environment[name] ~= "" and environment[name] or nil
    end
  end)

  after_each(function() system.environment = read end)

  it("is the API's own without options", function()
    assert.are.equal("https://numbers.twilio.com", endpoint.url {})
  end)

  it("has edge and region in it; an edge alone implies the region us1", function()
    assert.are.equal("https://numbers.sydney.us1.twilio.com", endpoint.url { edge = "sydney" })
    assert.are.equal("https://numbers.au1.twilio.com", endpoint.url { region = "au1" })
    assert.are.equal("https://numbers.sydney.au1.twilio.com",
      endpoint.url { edge = "sydney", region = "au1" })
  end)

  it("takes both from the environment, unless it is empty or an option says otherwise", function()
    environment.TWILIO_EDGE = "dublin"
    assert.are.equal("https://numbers.dublin.us1.twilio.com", endpoint.url {})
    assert.are.equal("https://numbers.sydney.us1.twilio.com", endpoint.url { edge = "sydney" })
    environment.TWILIO_EDGE, environment.TWILIO_REGION = "", "ie1"
    assert.are.equal("https://numbers.ie1.twilio.com", endpoint.url {})
  end)

  it("is the base URL where there is one, whatever the environment says", function()
    environment.TWILIO_EDGE = "dublin"
    assert.are.equal("https://example.com:8443/api",
      endpoint.url { base_url = "https://example.com:8443/api/" })
  end)

  it("is the environment's base URL where the program names none", function()
    environment.TWILIO_NUMBERS_BASE_URL, environment.TWILIO_EDGE = "https://127.0.0.1:8443/", "dublin"
    assert.are.equal("https://127.0.0.1:8443", endpoint.url {})
    assert.are.equal("https://example.com", endpoint.url { base_url = "https://example.com" })
    environment.TWILIO_NUMBERS_BASE_URL, environment.TWILIO_EDGE = "", nil
    assert.are.equal("https://numbers.twilio.com", endpoint.url {})
  end)

  it("never is the API where the environment names another host", function()
    environment.TWILIO_NUMBERS_BASE_URL = "https://127.0.0.1:8443"
    for _, options in ipairs { { edge = "sydney" }, { region = "au1" } } do
      local ok, why = pcall(endpoint.url, options)
      assert.is_false(ok)
      assert.matches("TWILIO_NUMBERS_BASE_URL in the environment: it already names the host", why, 1, true)
    end
    for _, wrong in ipairs { "127.0.0.1:8443", "https://user:secret@example.com" } do
      environment.TWILIO_NUMBERS_BASE_URL = wrong
      local ok, why = pcall(endpoint.url, {})
      assert.is_false(ok)
      assert.matches("TWILIO_NUMBERS_BASE_URL in the environment: a URL like", why, 1, true)
      assert.not_matches("secret", why, 1, true)
    end
  end)

  it("raises for what could lead elsewhere", function()
    for _, options in ipairs {
      { edge = "a.evil.example/" }, { edge = "" }, { region = "-x" }, { region = "x-" }, { region = 1 },
      { base_url = "https://user:password@example.com" }, { base_url = "ftp://example.com" },
      { base_url = "https://example.com/a/../b" }, { base_url = "https://example.com?x=1" },
      { base_url = "https://example.com/\195\169" },
      { base_url = "https://example.com", edge = "sydney" }, { base_url = "" }, { base_url = false },
    } do
      assert.has_error(function() endpoint.url(options) end)
    end
  end)

  it("does not repeat the credentials of a base URL", function()
    local _, why = pcall(endpoint.url, { base_url = "https://user:password@example.com" })
    assert.not_matches("password", why, 1, true)
  end)
end)

describe("endpoint.normal", function()
  it("is one spelling for what is one place", function()
    for _, url in ipairs {
      "https://example.com", "https://example.com/", "https://Example.COM", "https://example.com:443",
      "https://example.com:443/", "https://example.com:0443/",
    } do
      assert.are.equal("https://example.com", endpoint.normal(url), url)
    end
    assert.are.equal("http://example.com", endpoint.normal "http://example.com:80")
  end)

  it("keeps apart what is not", function()
    assert.are.equal("https://example.com:80", endpoint.normal "https://example.com:80")
    assert.are.equal("https://example.com/A", endpoint.normal "https://example.com/A/")
    assert.are.equal("http://example.com", endpoint.normal "http://example.com")
  end)
end)

describe("endpoint.upload_url", function()
  local read, environment = system.environment, nil

  before_each(function()
    environment = {}
    system.environment = function(name) return environment[name] end
  end)

  after_each(function() system.environment = read end)

  --- The URL that goes with the options, and what named it.
  local function upload_url(options)
    return endpoint.upload_url(options, endpoint.url(options))
  end

  it("is the API's own beside the API's own, with its edge and region", function()
    for _, case in ipairs {
      { {}, "https://numbers-upload.twilio.com" },
      { { edge = "sydney" }, "https://numbers-upload.sydney.us1.twilio.com" },
      { { edge = "sydney", region = "au1" }, "https://numbers-upload.sydney.au1.twilio.com" },
      { { base_url = "https://numbers.twilio.com" }, "https://numbers-upload.twilio.com" },
      { { base_url = "https://NUMBERS.twilio.com:443/" }, "https://numbers-upload.twilio.com" },
      { { base_url = "https://numbers.au1.twilio.com" }, "https://numbers-upload.au1.twilio.com" },
    } do
      assert.are.equal(case[2], (upload_url(case[1])))
    end
  end)

  it("is the same as any other base URL: nothing that is tried there is uploaded for real", function()
    for _, url in ipairs {
      "https://127.0.0.1:8443", "http://localhost:8080", "https://example.com/api",
      "https://numbers.twilio.com.example.com", "https://numbers.example.com", "http://numbers.twilio.com",
      "https://numbers.twilio.com:8443", "https://numbers.twilio.community", "https://numbersxtwilio.com",
    } do
      assert.are.equal(url, (upload_url { base_url = url }))
    end
  end)

  it("is that of the option, or of the variable", function()
    local sandbox = "https://127.0.0.1:8443"
    environment.TWILIO_NUMBERS_UPLOAD_BASE_URL = sandbox .. "/"
    assert.are.same({ sandbox, "TWILIO_NUMBERS_UPLOAD_BASE_URL" }, { upload_url {} })
    assert.are.same({ "https://example.com", "upload_base_url" },
      { upload_url { upload_base_url = "https://example.com/" } })
    assert.are.equal(sandbox, (upload_url { base_url = "https://localhost:1" }))
  end)

  it("raises where the variable leads to the real API, and the base URL does not", function()
    for _, real in ipairs {
      "https://numbers-upload.twilio.com", "https://NUMBERS-UPLOAD.Twilio.com:443/", "https://x.twilio.com",
      "https://numbers-upload.twilio.com./",
    } do
      environment.TWILIO_NUMBERS_UPLOAD_BASE_URL = real
      for _, url in ipairs { "https://127.0.0.1:8443", "https://twilio.com.example.com" } do
        local ok, why = pcall(upload_url, { base_url = url })
        assert.is_false(ok)
        assert.matches("TWILIO_NUMBERS_UPLOAD_BASE_URL: it leads to the real API, and base_url (" .. url,
          why, 1, true)
      end
      assert.is_string((upload_url {}))
    end
  end)

  it("raises for what is no base URL, and names it", function()
    environment.TWILIO_NUMBERS_UPLOAD_BASE_URL = "https://user:password@example.com"
    local _, why = pcall(upload_url, {})
    assert.matches("TWILIO_NUMBERS_UPLOAD_BASE_URL: a URL like", why, 1, true)
    assert.not_matches("password", why, 1, true)
    _, why = pcall(upload_url, { upload_base_url = "ftp://example.com" })
    assert.matches("upload_base_url: a URL like", why, 1, true)
  end)
end)
