--- Webhooks: only what Twilio has signed is taken, once, and in its order.

local core = require "twilio.numbers.core"
local webhook = require "twilio.numbers.webhook"
local signing = require "spec.support.signing"

local TOKEN = "12345"
local URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
local PLAIN = "https://mycompany.com/myapp.php"
local FORM = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309"
  .. "&To=%2B18005551212"
local JSON = '{"property": "value", "boolean": true}'
local JSON_QUERY = "foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"

local function receiver(options)
  local all = { url = URL, auth_token = TOKEN }
  for name, value in pairs(options or {}) do all[name] = value end
  return assert(webhook.new(all))
end

local function form_request(changes)
  local request = {
    method = "POST", query = "foo=1&bar=2", body = FORM,
    headers = {
      ["Content-Type"] = "application/x-www-form-urlencoded",
      ["X-Twilio-Signature"] = "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    },
  }
  for name, value in pairs(changes or {}) do request[name] = value end
  return request
end

local function json_request(changes)
  local request = {
    method = "POST", query = JSON_QUERY, body = JSON,
    headers = {
      ["content-type"] = "application/json",
      ["x-twilio-signature"] = "a9nBmqA0ju/hNViExpshrM61xv4=",
    },
  }
  for name, value in pairs(changes or {}) do request[name] = value end
  return request
end

--- A request as Twilio would send it, with that body.
local function signed(fields, options)
  return signing.request(options and options.url or URL, options and options.token or TOKEN, fields)
end

--- One moment for all of a test: what is said to be the same has to be, on slow machines too. Not the moment
--- at which this file was read, which may be minutes before.
local start

before_each(function() start = os.time() end)

local function at(seconds) return os.date("!%Y-%m-%dT%H:%M:%SZ", start + seconds) end

describe("a webhook's signature", function()
  it("is verified for the form that Twilio's documentation signs", function()
    assert.are.equal(204, receiver():receive(form_request()).status)
  end)

  it("is verified for the JSON body that the official SDKs are tested with", function()
    assert.are.equal(204, receiver():receive(json_request()).status)
  end)

  it("is asked for", function()
    for _, value in ipairs { false, "", "RSOYDt4T1cUTdK1PDd93/VVr8B8" } do
      local request = form_request { headers = {
        ["Content-Type"] = "application/x-www-form-urlencoded",
        ["X-Twilio-Signature"] = value or nil,
      } }
      assert.are.equal(403, receiver():receive(request).status)
    end
  end)

  it("counts with and without the port, in each spelling of the URL", function()
    for _, case in ipairs {
      { "https://example.com/hook", "https://example.com:443/hook" },
      { "https://example.com:443/hook", "https://example.com/hook" },
      { "https://example.com:8443/hook", "https://example.com:8443/hook" },
      { "https://example.com:8443/hook", "https://example.com/hook" },
      { "https://example.com", "https://example.com/" },
      { "https://example.com/a hook", "https://example.com/a%20hook" },
      { "https://Example.com/hook", "https://Example.com/hook" },
      { "https://Example.com/hook", "https://example.com/hook" },
      { "https://my_desk.example.com/hook", "https://my_desk.example.com/hook" },
    } do
      local body = '{"status":"completed"}'
      local request = signing.request(case[2], TOKEN, body)
      assert.are.equal(204, receiver { url = case[1] }:receive(request).status, case[1])
    end
    local query = "name=J%C3%BCrgen+M&x='y'"
    for _, spelled in ipairs { query, "name=J%C3%BCrgen+M&x=%27y%27", "name=J%C3%BCrgen%20M&x='y'" } do
      local request = signing.request("https://example.com/hook?" .. spelled, TOKEN, '{"status":"x"}')
      request.query = request.query:gsub("^.-&bodySHA256", function() return query .. "&bodySHA256" end)
      assert.are.equal(204, receiver { url = "https://example.com/hook?" .. query }
        :receive(request).status, spelled)
    end
  end)

  it("counts as official SDKs spell the URL that Twilio was told", function()
    for _, case in ipairs {
      { "https://u:p@example.com/hook", "https://u:p@example.com/hook" },
      { "https://u:p@example.com/hook", "https://u:p@example.com:443/hook" },
      { "https://u:p@example.com/hook", "https://example.com/hook" },
      { "https://example.com", "https://example.com" },
      { "https://example.com/hook?flag", "https://example.com/hook?flag=" },
    } do
      local told, spelled = case[1], case[2]
      local query = told:match "%?(.*)$"
      local own = receiver { url = told }
      local request = signing.request(spelled, TOKEN, '{"status":"x"}')
      if query then request.query = query .. "&" .. request.query:match "bodySHA256=%x+$" end
      assert.are.equal(204, own:receive(request).status, spelled)
      assert.not_matches("u:p", tostring(own), 1, true)
    end
    local _, why = pcall(webhook.new, { url = "https://user:secret@exa mple/", auth_token = TOKEN })
    assert.not_matches("secret", why, 1, true)
  end)

  it("of another host, path or scheme does not count, whatever proxies say", function()
    for _, url in ipairs { "https://example.org/hook", "https://example.com/hook2",
      "http://example.com/hook", "https://example.com:8443/hook" } do
      local request = signing.request(url, TOKEN, '{"status":"completed"}')
      request.headers["X-Forwarded-Host"] = url:match "//([^/]+)"
      request.headers["X-Forwarded-Proto"] = url:match "^%a+"
      request.headers.Host = url:match "//([^/]+)"
      assert.are.equal(403, receiver { url = "https://example.com/hook" }:receive(request).status, url)
    end
  end)

  it("may be made with any of the tokens while one is exchanged", function()
    local both = receiver { auth_token = { "new", "old" } }
    assert.are.equal(204, both:receive(signed('{"status":"a"}', { token = "new" })).status)
    assert.are.equal(204, both:receive(signed('{"status":"b"}', { token = "old" })).status)
    assert.are.equal(403, both:receive(signed('{"status":"c"}', { token = "other" })).status)
  end)

  it("of a form signs a repeated name's different values once, in their order", function()
    local request = form_request { query = "", body = "b=2&a=z&a=y&a=z" }
    request.headers["X-Twilio-Signature"] = signing.sign(TOKEN, PLAIN .. "ayazb2")
    assert.are.equal(204, receiver { url = PLAIN }:receive(request).status)
  end)

  it("of one request is of no use for another that would be signed alike", function()
    local function form(body, text, query)
      local request = form_request { query = query or "", body = body }
      request.headers["X-Twilio-Signature"] = signing.sign(TOKEN, PLAIN .. text)
      return request
    end
    local date = "last_date_updated" .. at(-9e5)
    local text = date .. "port_in_request_sidKW1statuscompleted"
    local plain = receiver { url = PLAIN }
    for _, body in ipairs {
      "last_date_updated=" .. at(-9e5) .. "&port_in_request_sid=KW1&status=completed", -- too old
      "last_date_updated2=" .. at(-9e5):sub(2) .. "&port_in_request_sid=KW1&status=completed",
      "last_date=_updated" .. at(-9e5) .. "&port_in_request_sid=KW1&status=completed",
      "last_date_updated=" .. at(-9e5) .. "port_in_request_sidKW1&status=completed",
    } do
      assert.are_not.equal(204, plain:receive(form(body, text)).status, body)
    end
    assert.are.equal(403, plain:receive(form("event_type=Xlast_date_updated" .. at(-9e5),
      "event_typeXlast_date_updated" .. at(-9e5))).status)
    local fresh = "last_date_updated" .. at(0) .. "phone_number+1415port_in_request_sidKW1statusdone"
    local function delivery(fields)
      return plain:receive(form("last_date_updated=" .. at(0) .. fields, fresh)).delivery
    end
    assert.are.equal("new", delivery "&phone_number=%2B1415&port_in_request_sid=KW1&status=done")
    assert.are.equal("duplicate", delivery "&phone_number=%2B1415&port_in_request_sid=KW1&status=d%6Fne")
    assert.are.equal("duplicate", delivery "&phone_number=%2B1415port_in_request_sidKW1&status=done")
    assert.is_nil(delivery "phone_number%2B1415&port_in_request_sid=KW1&status=done")
    -- fields that move into the query
    assert.are.equal(403, plain:receive(form("status=completed", "?a=bstatuscompleted", "a=b")).status)
    -- a JSON body's signature for a form
    local json = signing.request(PLAIN, TOKEN, '{"status":"completed"}')
    local hash = json.query:match "bodySHA256=(%x+)"
    json.query, json.body = "", "%3FbodySHA256%3D=" .. hash
    json.headers["Content-Type"] = "application/x-www-form-urlencoded"
    assert.are.equal(403, plain:receive(json).status)
    -- a JSON body that is said to be a form is JSON, and as old as it is
    local old = signing.request(PLAIN, TOKEN, '{"status":"x","last_date_updated":"' .. at(-9e5) .. '"}')
    for name in pairs(old.headers) do
      if name:lower() == "content-type" then old.headers[name] = nil end
    end
    old.headers["Content-Type"] = "application/x-www-form-urlencoded"
    assert.matches("older than the replay window", plain:receive(old).message)
  end)

  it("is known in a form with fields that nobody knows, or that are empty", function()
    local body = "last_date_updated=&phone_numbers=2&statusText=x&with blank=y"
    local request = form_request { query = "", body = body }
    request.headers["X-Twilio-Signature"] = signing.sign(TOKEN, PLAIN
      .. "last_date_updatedphone_numbers2statusTextxwith blanky")
    local reply = receiver { url = PLAIN }:receive(request)
    assert.are.equal(204, reply.status)
    assert.are.equal("2", reply.event.phone_numbers)
  end)

  it("is known in a form whose date is none that is known, and refused if that is not whole", function()
    local function status_of(pairs_in_order)
      local body, text = {}, PLAIN
      for _, pair in ipairs(pairs_in_order) do
        body[#body + 1] = pair:gsub("[ +]", { [" "] = "%20", ["+"] = "%2B" })
        text = text .. pair:gsub("=", "", 1)
      end
      local request = form_request { query = "", body = table.concat(body, "&") }
      request.headers["X-Twilio-Signature"] = signing.sign(TOKEN, text)
      return receiver { url = PLAIN }:receive(request).status
    end
    for _, value in ipairs {
      "2026-11-24", "1795000000", "11/24/2026",
      core.in_c_locale(os.date, "!%d %b %Y %H:%M:%S GMT", start),
      (at(0):gsub("Z", "+00")), (at(0):gsub(":%d%dZ$", "Z")),
    } do
      assert.are.equal(204, status_of { "last_date_updated=" .. value, "status=completed" }, value)
    end
    assert.are.equal(204, status_of { "last_date_updated=" .. at(0), "prev_last_date_updated=" .. at(-9e5) })
    for _, case in ipairs {
      { "last_date_updated=2026-11-24statuscompleted" }, { "last_date_updated=24 No", "v 2026=1" },
      { "l=ast_date_updated" .. at(-9e5) .. "prev_", "last_date_updated=" .. at(0) },
      { "other_last_date_updated=" .. at(0) },
    } do
      assert.are.equal(403, status_of(case), case[1])
    end
  end)

  it("fits the query as Twilio was told it, however it was spelled anew on the way", function()
    for told, came in pairs {
      ["a[]=1"] = "a%5B%5D=1", ["a=%c3%a9"] = "a=%C3%A9", ["a=b+c"] = "a=b%20c", ["a=x:y"] = "a=x%3Ay",
    } do
      local request = signing.request(PLAIN .. "?" .. told, TOKEN, '{"status":"x"}')
      request.query = came .. "&" .. request.query:match "bodySHA256=%x+$"
      assert.are.equal(204, receiver { url = PLAIN .. "?" .. told }:receive(request).status, told)
    end
  end)

  it("fits no query whose fields are others, though they say the same", function()
    for _, case in ipairs {
      { "foo=1&bar=2", "foo=1&&bar=2" }, { "foo=1&bar=2", "&foo=1&bar=2" },
      { "foo=1&bar=2", "foo=1&bar=2&" }, { "a=1&b=2&a=3", "a=3&b=2&a=1" }, { "foo", "foo=" },
      { "a=b%26c=d", "a=b&c=d" },
    } do
      local told, came = case[1], case[2]
      local request = signing.request(PLAIN .. "?" .. told, TOKEN, '{"status":"x"}')
      local hash = request.query:match "bodySHA256=%x+$"
      local own = receiver { url = PLAIN .. "?" .. told }
      assert.are.equal(204, own:receive(request).status, told)
      request.query = came .. "&" .. hash
      assert.are.equal(403, own:receive(request).status, came)
    end
  end)

  it("fits the query as configured, as requested or sorted, with the body's hash anywhere", function()
    local told, body = "c=1&a=2&b=3", '{"status":"x"}'
    local hash = signing.request(PLAIN, TOKEN, body).query
    local own = receiver { url = PLAIN .. "?" .. told }
    local function status_of(signed_query, came)
      return own:receive { method = "POST", query = came, body = body, headers = {
        ["Content-Type"] = "application/json",
        ["X-Twilio-Signature"] = signing.sign(TOKEN, PLAIN .. "?" .. signed_query),
      } }.status
    end
    local sorted = "a=2&b=3&c=1"
    for _, came in ipairs {
      told .. "&" .. hash, sorted .. "&" .. hash, "b=3&a=2&c=1&" .. hash, hash .. "&" .. told,
      "a=2&b=3&" .. hash .. "&c=1", told .. "&" .. hash .. "&" .. hash,
    } do
      for _, signed_query in ipairs { told .. "&" .. hash, sorted .. "&" .. hash, came,
        "a=2&b=3&" .. hash .. "&c=1" } do
        assert.are.equal(204, status_of(signed_query, came), signed_query .. " for " .. came)
      end
      for _, signed_query in ipairs { told, sorted, hash, "c=1&b=3&a=2&" .. hash, "a=2&c=1&b=3&" .. hash,
        told .. "&" .. hash:gsub("%x$", "g") } do
        assert.are.equal(403, status_of(signed_query, came), signed_query .. " for " .. came)
      end
    end
    local form = form_request { query = sorted, body = "status=completed" }
    for _, signed_query in ipairs { told, sorted } do
      local text = PLAIN .. "?" .. signed_query .. "statuscompleted"
      form.headers["X-Twilio-Signature"] = signing.sign(TOKEN, text)
      assert.are.equal(204, own:receive(form).status)
    end
    form.headers["X-Twilio-Signature"] = signing.sign(TOKEN, PLAIN .. "?b=3&a=2&c=1statuscompleted")
    assert.are.equal(403, own:receive(form).status)
  end)

  it("is not looked for in a form of too many fields", function()
    local body = ("a=b&"):rep(600) .. "c=d"
    local reply = receiver { url = PLAIN }:receive(form_request { query = "", body = body })
    assert.are.same({ 403, "the form has too many fields" }, { reply.status, reply.message })
  end)
end)

describe("a webhook receiver", function()
  it("answers 405, 400 and 413 for what is no webhook", function()
    local own = receiver { max_body = 100 }
    assert.are.equal(405, own:receive(form_request { method = "GET" }).status)
    assert.are.equal(413, own:receive(form_request { body = ("x"):rep(101) }).status)
    for _, body in ipairs { "", "{", "[]", "[1]", "null", "7", '"text"', "{}", '{"a":1e999}' } do
      assert.are.equal(400, own:receive(signed(body)).status, body)
    end
  end)

  it("gives the event with all that it knows and all that it does not", function()
    local reply = receiver():receive(signed(
      '{"port_in_request_sid":"KW1","status":"Waiting for Signature","more":{"deep":[1,null]},'
      .. '"last_date_updated":"' .. at(0) .. '","rejection_reason":null}'))
    assert.are.equal("new", reply.delivery)
    local event = reply.event
    assert.are.equal("KW1", event:sid())
    assert.are.equal("waiting_for_signature", event:normal_status())
    assert.are.equal("PortInWaitingForSignature", event:name())
    assert.are.equal(start, event:time())
    assert.is_nil(event.rejection_reason)
    assert.are.equal(1, event.more.deep[1])
    assert.are.equal(core.null, event:raw().rejection_reason)
    assert.are.equal("WebhookEvent PortInWaitingForSignature of KW1", tostring(event))
  end)

  it("names events as Twilio does", function()
    for body, name in pairs {
      ['{"port_in_phone_number_sid":"PU1","status":"port_submitted"}'] = "PortInPhoneNumberSubmitted",
      ['{"port_in_phone_number_sid":"PU1","status":"port_rejected"}'] = "PortInPhoneNumberRejected",
      ['{"port_in_request_sid":"KW1","status":"Action Required"}'] = "PortInActionRequired",
      ['{"port_in_request_sid":"KW1","status":"canceled"}'] = "PortInCanceled",
      ['{"event_type":"SomethingNew"}'] = "SomethingNew",
    } do
      assert.are.equal(name, receiver():receive(signed(body)).event:name())
    end
    local form = form_request { query = "", body = "port_in_request_sid=KW1&status=completed" }
    form.headers["X-Twilio-Signature"] = signing.sign(TOKEN,
      PLAIN .. "port_in_request_sidKW1statuscompleted")
    assert.are.equal("PortInCompleted", receiver { url = PLAIN }:receive(form).event:name())
  end)

  it("tells repeated and outdated deliveries apart, and hands on the new ones only", function()
    local seen = {}
    local own = receiver { on_event = function(event) seen[#seen + 1] = event.status end }
    local function deliver(status, seconds, sid)
      return own:receive(signed(('{"port_in_request_sid":"%s","status":"%s","last_date_updated":"%s"}')
        :format(sid or "KW1", status, at(seconds)))).delivery
    end
    assert.are.equal("new", deliver("in_review", -30))
    assert.are.equal("new", deliver("completed", -10))
    assert.are.equal("duplicate", deliver("completed", -10))
    assert.are.equal("duplicate", deliver("Completed", -10)) -- the same in another spelling
    assert.are.equal("stale", deliver("action_required", -20))
    assert.are.equal("duplicate", deliver("in_review", -30))
    assert.are.equal("new", deliver("in_review", -40, "KW2"))
    assert.are.same({ "in_review", "completed", "in_review" }, seen)
  end)

  it("takes no event for outdated because an earlier one was dated far ahead", function()
    local seen = {}
    local own = receiver { on_event = function(event) seen[#seen + 1] = event.status end }
    local function deliver(status, seconds)
      return own:receive(signed(('{"port_in_request_sid":"KW1","phone_number":"+14155550111",'
        .. '"status":"%s","last_date_updated":"%s"}'):format(status, at(seconds)))).delivery
    end
    assert.are.equal("new", deliver("port_submitted", 9e8))
    assert.are.equal("duplicate", deliver("port_submitted", 9e8))
    assert.are.equal("new", deliver("port_pending", -20))
    assert.are.equal("stale", deliver("port_submitted", -30))
    assert.are.equal("new", deliver("completed", 0))
    assert.are.same({ "port_submitted", "port_pending", "completed" }, seen)
  end)

  it("does not take one number's event for an older one of another number", function()
    local own = receiver()
    local function deliver(phone_number, seconds)
      return own:receive(signed(('{"port_in_request_sid":"KW1","phone_number":"%s","status":"completed",'
        .. '"last_date_updated":"%s"}'):format(phone_number, at(seconds)))).delivery
    end
    assert.are.equal("new", deliver("+14155550111", -5))
    assert.are.equal("new", deliver("+14155550112", -7))
    assert.are.equal("stale", deliver("+14155550111", -7))
  end)

  it("takes what differs in anything that counts for another", function()
    local own = receiver()
    local date = '"last_date_updated":"' .. at(0) .. '"'
    for _, body in ipairs {
      '"phone_number":"+14155550111","status":"completed",' .. date,
      '"phone_number":"+14155550112","status":"completed",' .. date,
      '"port_in_request_sid":"KW1","event_type":"PortInCompleted",' .. date,
      '"port_in_request_sid":"KW1","event_type":"PortInExpired",' .. date,
      '"port_in_phone_number_sid":"","port_in_request_sid":"KW2",' .. date,
      '"port_in_phone_number_sid":"","port_in_request_sid":"KW3",' .. date,
    } do
      assert.are.equal("new", own:receive(signed("{" .. body .. "}")).delivery, body)
      assert.are.equal("duplicate", own:receive(signed("{" .. body .. "}")).delivery, body)
    end
  end)

  it("answers 503 while its handler is at work on the same delivery", function()
    local own, request, within
    own = receiver { on_event = function()
      within = within or own:receive(request)
      error "not now"
    end }
    request = signed('{"port_in_request_sid":"KW1","status":"completed"}')
    assert.are.equal(500, own:receive(request).status)
    assert.are.equal(503, within.status)
    assert.are.equal(500, own:receive(request).status)
  end)

  it("takes a store of the caller's, and none that lacks something", function()
    local ok, why = pcall(receiver, { store = { claim = function() end } })
    assert.is_false(ok)
    assert.matches("store: a store with a function finish expected", why, 1, true)
    ok, why = pcall(webhook.shared_store, nil)
    assert.is_false(ok)
    assert.matches("dict: a lua_shared_dict", why, 1, true)
    assert.are.equal("new", receiver { store = webhook.memory_store() }
      :receive(signed('{"status":"x"}')).delivery)
  end)

  it("refuses what is older than the replay window", function()
    local own = receiver { replay_window = 6000 }
    local reply = own:receive(signed('{"status":"x","last_date_updated":"' .. at(-10000) .. '"}'))
    assert.are.equal(403, reply.status)
    assert.matches("older than the replay window", reply.message)
    assert.are.equal(204,
      own:receive(signed('{"status":"x","last_date_updated":"' .. at(-20) .. '"}')).status)
  end)

  it("answers 500 when the handler raises, and takes the next delivery as new", function()
    local fails = true
    local own = receiver { on_event = function() if fails then error "not now" end end }
    local request = signed('{"port_in_request_sid":"KW1","status":"completed"}')
    local reply = own:receive(request)
    assert.are.equal(500, reply.status)
    assert.matches("not now", reply.message)
    fails = false
    assert.are.same({ 204, "new" }, { own:receive(request).status, own:receive(request).delivery and "new" })
  end)

  it("leaves the handler for after the answer, if asked", function()
    local seen = 0
    local own = receiver { after_answer = true, on_event = function() seen = seen + 1 end }
    local reply = own:receive(signed '{"status":"completed"}')
    assert.are.same({ 204, 0 }, { reply.status, seen })
    reply.after()
    assert.are.equal(1, seen)
    assert.is_nil(own:receive(signed '{"status":"completed"}').after)
  end)

  it("shows no token", function()
    local token = "0123456789abcdef0123456789abcdef"
    local own = receiver { auth_token = token }
    assert.are.equal("twilio.numbers webhook receiver for https://mycompany.com/myapp.php",
      tostring(own))
    assert.are.equal("twilio.numbers.verifier (1 keys)", tostring(own.secrets.token.verifier))
    local ok, why = pcall(webhook.new, { url = URL, auth_token = { token .. "\n" } })
    assert.is_false(ok)
    assert.not_matches(token, why, 1, true)
    own:close()
    own:close()
    assert.are.equal(403, own:receive(signed("{}", { token = token })).status)
  end)

  it("refuses options that it does not know", function()
    for _, case in ipairs {
      { {}, "url: the webhook's URL" }, { { url = "example.com" }, "url: the webhook's URL" },
      { { url = URL, more = 1 }, "unknown option 'more'" },
      { { url = URL, max_body = 0 }, "max_body: a number above 0 expected, got 0" },
      { { url = URL, on_event = 1 }, "on_event: a function expected, got 1" },
      { { url = URL, auth_token = {} }, "auth_token: a token" },
      { { url = URL .. "&bodySHA256=00" }, "url: a URL without bodySHA256" },
    } do
      local ok, why = pcall(webhook.new, case[1])
      assert.is_false(ok)
      assert.matches(case[2], why, 1, true)
    end
  end)
end)

describe("shared keys", function()
  local SETTINGS = "X-Twilio-Webhooks-Signature-Settings"

  local function keyed(body, secret, settings)
    local request = signing.request(URL, secret, body, "sha256")
    request.headers[SETTINGS] = settings or "key=partner,algorithm=HMAC_SHA256"
    return request
  end

  it("verify what is signed with them, beside the auth token", function()
    local own = receiver { keys = { partner = "s3cret", other = "another" } }
    assert.are.equal(204, own:receive(keyed('{"status":"a"}', "s3cret")).status)
    assert.are.equal(204,
      own:receive(keyed('{"status":"b"}', "another", "algorithm=HMAC_SHA256,key=other")).status)
    assert.are.equal(204, own:receive(signed '{"status":"c"}').status)
    assert.are.same({ 403, "X-Twilio-Signature does not fit the URL and the shared key" },
      (function(reply) return { reply.status, reply.message } end)(own:receive(keyed("{}", "another"))))
  end)

  it("are refused with the reason where they are not known", function()
    for settings, why in pairs {
      ["key=partner,algorithm=HMAC_SHA1"] = "the algorithm HMAC_SHA1 is not accepted",
      ["key=nobody,algorithm=HMAC_SHA256"] = "no shared key is named nobody",
    } do
      local reply = receiver { keys = { partner = "s3cret" } }:receive(keyed("{}", "s3cret", settings))
      assert.are.equal(403, reply.status)
      assert.matches(why, reply.message, 1, true)
    end
    assert.matches("no shared key is named partner", receiver():receive(keyed("{}", TOKEN)).message)
  end)

  it("alone take nothing that the auth token signs", function()
    local own = assert(webhook.new { url = URL, keys = { partner = TOKEN } })
    assert.are.equal(204, own:receive(keyed('{"status":"a"}', TOKEN)).status)
    local reply = own:receive(signed '{"status":"a"}')
    assert.are.equal(403, reply.status)
    assert.matches("only shared keys are accepted", reply.message)
    local request = signed '{"status":"a"}'
    request.headers[SETTINGS] = "key=partner,algorithm=HMAC_SHA1"
    assert.are.equal(403, own:receive(request).status)
  end)

  it("are exchanged together with the auth token, and the earlier ones are wiped", function()
    local own = receiver { keys = { partner = "s3cret" } }
    local earlier = own.secrets
    assert.is_true(own:exchange { auth_token = "newer", keys = { partner = "newer s3cret" } })
    assert.are.equal("twilio.numbers.verifier (0 keys)", tostring(earlier.token.verifier))
    assert.are.equal("twilio.numbers.verifier (0 keys)", tostring(earlier.keys.partner.verifier))
    assert.are.equal(403, own:receive(keyed("{}", "s3cret")).status)
    assert.are.equal(403, own:receive(signed "{}").status)
    assert.are.equal(204, own:receive(keyed('{"status":"a"}', "newer s3cret")).status)
    assert.are.equal(204, own:receive(signed('{"status":"b"}', { token = "newer" })).status)
    for _, wrong in ipairs { false, { keys = {} }, { key = "a" }, { auth_token = {} } } do
      assert.has_error(function() own:exchange(wrong) end)
    end
    assert.are.equal(204, own:receive(keyed('{"status":"c"}', "newer s3cret")).status)
  end)

  it("are in no error, and not in the receiver's text", function()
    local secret = "0123456789abcdef0123456789abcdef"
    for _, keys in ipairs { secret, { partner = secret .. "\n" }, { [secret .. ","] = secret } } do
      local ok, why = pcall(webhook.new, { url = URL, keys = keys })
      assert.is_false(ok)
      assert.not_matches(secret, why, 1, true)
    end
    assert.not_matches(secret, tostring(receiver { keys = { partner = secret } }), 1, true)
  end)
end)

describe("two headers of one name", function()
  it("are named as what they are", function()
    local request = json_request()
    request.headers["x-twilio-signature"] = { "a9nBmqA0ju/hNViExpshrM61xv4=", "x" } -- as nginx gives them
    assert.are.equal("there are 2 X-Twilio-Signature headers", receiver():receive(request).message)
    request = json_request()
    request.headers["X-Twilio-Signature"] = request.headers["x-twilio-signature"] -- in two spellings
    assert.are.equal("there are 2 X-Twilio-Signature headers", receiver():receive(request).message)
    request = json_request()
    request.headers["x-twilio-webhooks-signature-settings"] = { "a", "b" }
    assert.are.equal("there are 2 X-Twilio-Webhooks-Signature-Settings headers",
      receiver():receive(request).message)
  end)
end)

describe("dates of webhooks", function()
  it("are read in the forms that occur", function()
    local date = require "twilio.numbers.util.date"
    local noon = 1777896900 -- 2026-05-04 12:15:00 UTC
    for _, text in ipairs {
      "2026-05-04T12:15:00Z", "2026-05-04 12:15:00", "2026-05-04T12:15:00.000Z",
      "2026-05-04T14:15:00+02:00", "2026-05-04T07:15:00-0500", "Mon, 04 May 2026 12:15:00 +0000",
      "Mon, 04 May 2026 12:15:00 GMT", "04 May 2026 12:15:00 GMT", "2026-05-04T12:15Z",
      "2026-05-04T14:15:00+02",
    } do
      assert.are.equal(noon, date.seconds(text), text)
    end
    assert.are.equal(951782400, date.seconds "2000-02-29T00:00:00Z")
    for _, text in ipairs { "", "yesterday", "2026-13-04T12:15:00Z", "Mon, 04 Foo 2026 12:15:00 +0000",
      "2026-05-04T25:15:00Z", "2026-05-04T12:15:.Z", "2026-05-04T12:15:61Z" } do
      assert.is_nil(date.seconds(text), text)
    end
    assert.is_nil(date.seconds(nil))
  end)
end)
