--- Clients that are derived from another one, and credentials that are exchanged.

local fake = require "spec.support.fake_transport"

local sid, in_review = fake.sid, fake.in_review
local OTHER = "AC" .. ("1"):rep(32)
local SK = "SK" .. ("2"):rep(32)

local function note_in(list, name)
  return function(event) list[#list + 1] = name .. event.attempt end
end

describe("a derived client", function()
  it("shares the transport, and has the account and options that it is given", function()
    local client, transport = fake.client(in_review, { headers = { ["X-App"] = "desk" } })
    local own = client:with { account_sid = OTHER, auth_token = "other", timeout = 3, retry = false,
      headers = { ["X-Account"] = "1" } }
    assert.are.equal(OTHER, own.account_sid)
    assert.are.equal(client.base_url, own.base_url)
    assert(own.port_ins:fetch(sid(1)))
    assert(client.port_ins:fetch(sid(1)))
    assert(own.port_ins:fetch(sid(1), { timeout = 5 }))
    assert.are.same({ timeout = 3, retry = false, headers = { "X-Account: 1", "X-App: desk" } },
      transport.options[1])
    assert.are.same({ headers = { "X-App: desk" } }, transport.options[2])
    assert.are.equal(5, transport.options[3].timeout)
    assert.are.equal(own.credentials, transport.credentials[1])
    assert.are.equal(client.credentials, transport.credentials[2])
    assert.are_not.equal(own.credentials, client.credentials)
  end)

  it("may have a rate of its own, which those derived from it share", function()
    local client, transport = fake.client(in_review)
    local own = client:with { rate = 5 }
    for _, one in ipairs { client, own, own:with { timeout = 3 }, own:with { rate = 2 } } do
      assert(one.port_ins:fetch(sid(1)))
    end
    local options = transport.options
    assert.is_false(options[1])
    assert.is_userdata(options[2].pacer)
    assert.are.equal(options[2].pacer, options[3].pacer)
    assert.are_not.equal(options[2].pacer, options[4].pacer)
    for _, rate in ipairs { 0, -1, 1e7, "5", 0 / 0, math.huge } do
      assert.error_matches(function() client:with { rate = rate } end, "rate: ", 1, true)
    end
  end)

  it("gives objects that call by its own account", function()
    local client, transport = fake.client(in_review)
    local own = client:with { account_sid = OTHER, auth_token = "other" }
    assert(assert(own.port_ins:fetch(sid(1))):refresh())
    for _, _, err in own.port_ins:fetch_each { sid(2) } do assert.is_nil(err) end
    for i = 1, 3 do assert.are.equal(own.credentials, transport.credentials[i]) end
  end)

  it("has what it is not given from the one that it comes from", function()
    local client, transport = fake.client(in_review)
    local second = client:with { context = "a", timeout = 4 }:with { api_key = SK, api_secret = "x" }
    assert.are.equal(client.account_sid, second.account_sid)
    assert(second.port_ins:fetch(sid(1)))
    assert.are.same({ timeout = 4 }, transport.options[1])
    assert.are.equal(SK, second.credentials:user())
  end)

  it("is refused an option of what the clients share, an unknown one, and half of a secret", function()
    local client = fake.client(in_review)
    for words, options in pairs {
      ["base_url cannot be changed: the clients share"] = { base_url = "https://example.com" },
      ["proxy cannot be changed"] = { proxy = "" },
      ["ca_file cannot be changed"] = { ca_file = "x" },
      ["concurrency cannot be changed"] = setmetatable({}, { __index = { concurrency = 3 } }),
      ["unknown option 'auth_tokn', did you mean 'auth_token'?"] = { auth_tokn = "x" },
      ["auth_token, or api_key and api_secret, expected"] = { account_sid = OTHER },
      ["or api_key and api_secret, expected"] = { api_key = SK },
      ["auth_token, or api_key"] = { auth_token = "x", api_key = SK, api_secret = "y" },
      ["account_sid': an account SID"] = { account_sid = "AC1", auth_token = "hunter2" },
      ["retry.attempts: a whole number"] = { retry = { attempts = 0 } },
      ["headers: Host cannot be set"] = { headers = { Host = "x" } },
      ["on_retry: a function expected"] = { on_retry = 5 },
    } do
      local ok, message = pcall(function() return (client:with(options)) end)
      assert.is_false(ok)
      assert.matches("family_spec.lua:%d+: ", message)
      assert.is_truthy(message:find(words, 1, true), message)
      assert.not_matches("hunter2", message, 1, true)
    end
    assert.has_error(function() client:with() end)
  end)

  it("may have hooks of its own, though the other one has none", function()
    local client = fake.client(in_review)
    local seen = {}
    local own = client:with { on_response = note_in(seen, "own"), context = 7 }
    assert(client.port_ins:fetch(sid(1)))
    assert(own.port_ins:fetch(sid(1)))
    assert.are.same({ "own1" }, seen)
  end)

  it("has the hooks of the one that it comes from where it is given none", function()
    local seen = {}
    local client = fake.client(in_review, {
      on_request = note_in(seen, "asked"), on_response = note_in(seen, "first"),
    })
    local own = client:with { on_response = note_in(seen, "second") }:with { timeout = 5 }
    assert(own.port_ins:fetch(sid(1), { context = 1 }))
    assert(client.port_ins:fetch(sid(1)))
    assert.are.same({ "asked1", "second1", "asked1", "first1" }, seen)
  end)

  it("raises what its own hook raised, and the other one does not", function()
    local client = fake.client(in_review)
    local own = client:with { on_request = function() error("broken", 0) end }
    assert(own.port_ins:fetch(sid(1)))
    assert(client.port_ins:fetch(sid(1)))
    assert.error_matches(function() own.port_ins:fetch(sid(1)) end, "on_request raised: broken", 1, true)
  end)

  it("is closed alone, twice as well", function()
    local client = fake.client(in_review)
    local own = client:with { auth_token = "other" }
    local below = own:with { timeout = 3 }
    own:close()
    own:close()
    for _, closed in ipairs { own, below } do
      assert.error_matches(function() closed.port_ins:fetch(sid(1)) end, "the client is closed", 1, true)
    end
    assert.matches("closed", tostring(own.credentials))
    assert(client.port_ins:fetch(sid(1)))
    assert(client:with { timeout = 3 }.port_ins:fetch(sid(1)))
  end)

  it("that shares the credentials is closed without wiping them", function()
    local client = fake.client(in_review)
    client:with({ timeout = 3 }):close()
    assert.not_matches("closed", tostring(client.credentials))
    assert(client.port_ins:fetch(sid(1)))
  end)

  it("is closed with the one that it comes from", function()
    local client, transport = fake.client(in_review)
    local own = client:with { account_sid = OTHER, auth_token = "other" }
    local below = own:with { context = 1 }
    client:close()
    client:close()
    assert.is_true(transport.closed and own.closed and below.closed)
    assert.matches("closed", tostring(own.credentials))
    assert.has_error(function() own:with { timeout = 3 } end)
    own:close()
  end)

  it("lets its calls in flight go on when it is closed", function()
    local client = fake.client(function(request)
      return fake.port_in(request, "In Review", { after = 10 })
    end)
    local own = client:with { auth_token = "other" }
    local results = client:gather {
      function() return own.port_ins:fetch(sid(1)) end,
      function() return own:close() end,
    }
    assert.is_table(results[1])
  end)

  it("keeps the other one while it is there, and is let go itself", function()
    local client, transport = fake.client(in_review)
    local own = client:with { auth_token = "other" }
    local kept = setmetatable({ client = client, second = client:with { timeout = 5 } }, { __mode = "v" })
    client = nil -- luacheck: ignore 311
    collectgarbage()
    collectgarbage()
    assert.is_not_nil(kept.client)
    assert.is_nil(kept.second)
    assert(own.port_ins:fetch(sid(1)))
    assert.is_nil(transport.closed)
  end)
end)

describe("exchanged credentials", function()
  it("serve the calls that are begun afterwards, and of all clients that share them", function()
    local client, transport = fake.client(in_review)
    local shares, other = client:with { timeout = 3 }, client:with { auth_token = "other" }
    local old, others = client.credentials, other.credentials
    shares:exchange_credentials { auth_token = "new" }
    assert.matches("closed", tostring(old))
    assert.are_not.equal(old, client.credentials)
    for _, one in ipairs { client, shares, other, client:with { timeout = 4 } } do
      assert(one.port_ins:fetch(sid(1)))
    end
    local used = transport.credentials
    assert.are.same({ client.credentials, client.credentials, others, client.credentials }, used)
    other:exchange_credentials { api_key = SK, api_secret = "x" }
    assert.are.equal(SK, other.credentials:user())
    assert.are.equal(client.credentials, shares.credentials)
  end)

  it("do not touch the old ones if they are wrong, or of another account", function()
    local client = fake.client(in_review)
    for words, options in pairs {
      ["account_sid: the client is of AC0"] = { account_sid = OTHER, auth_token = "hunter2" },
      ["auth_token, or api_key and api_secret, expected"] = {},
      ["it ends in a line break"] = { auth_token = "hunter2\n" },
      ["unknown option 'token'"] = { token = "hunter2" },
      ["options: a table expected"] = "hunter2",
    } do
      local ok, message = pcall(function() client:exchange_credentials(options) end)
      assert.is_false(ok)
      assert.matches("family_spec.lua:%d+: ", message)
      assert.is_truthy(message:find(words, 1, true), message)
      if type(options) == "table" then assert.not_matches("hunter2", message, 1, true) end
    end
    client:exchange_credentials { account_sid = client.account_sid, auth_token = "new" }
    assert(client.port_ins:fetch(sid(1)))
    client:close()
    assert.has_error(function() client:exchange_credentials { auth_token = "x" } end)
  end)
end)
