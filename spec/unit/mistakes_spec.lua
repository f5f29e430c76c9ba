--- What people get wrong: each raises at the line of their own code, and says what is expected.

local numbers = require "twilio.numbers"
local public = require "spec.support.public"

local KW, PU, EC = "KW" .. ("0"):rep(32), "PU" .. ("0"):rep(32), "EC" .. ("0"):rep(32)
local AC = "AC" .. ("0"):rep(32)
local KEYS = ('account_sid = "%s", auth_token = "%s"'):format(AC, ("1"):rep(32))

local AN_ITERATOR = "a list is an iterator, no array: write `for item in list do`"

--- Code, of which the line with the comment `--!` is wrong, or the only line; and what the message has to
--- say. The third is what asks a metatable, on some Luas only.
local mistakes = {
  -- Making a client.
  { 'numbers.new "AC123"', "options: a table expected, got \"AC123\"" },
  { "numbers:new()", "numbers.new is a function: write numbers.new(...), with a dot" },
  { "numbers.new { acount_sid = AC }", "unknown option 'acount_sid', did you mean 'account_sid'?" },
  { "numbers.new { account_sid = 'AC123', auth_token = TOKEN }", "AC and 32 hexadecimal digits" },
  { "numbers.new { account_sid = KW, auth_token = TOKEN }", "AC and 32 hexadecimal digits" },
  { "numbers.new { account_sid = AC, auth_token = TOKEN, api_key = 'SK1', api_secret = 'x' }", "SK and 32" },
  { "numbers.new { account_sid = AC }", "TWILIO_AUTH_TOKEN" },
  { "numbers.new { KEYS, timeout = '5' }", "option 'timeout': a number of seconds above 0" },
  { "numbers.new { KEYS, timeout = -1 }", "option 'timeout': a number of seconds above 0" },
  { "numbers.new { KEYS, concurrency = 0 }", "'concurrency': " },
  { "numbers.new { KEYS, concurrency = 2.5 }", "'concurrency': " },
  { "numbers.new { KEYS, retry = 3 }", "option 'retry': a table or false expected, got number" },
  { "numbers.new { KEYS, retry = { atempts = 3 } }", "unknown option 'atempts'" },
  { "numbers.new { KEYS, headers = { 'X-Trace: 1' } }", "headers" },
  { "numbers.new { KEYS, headers = { Authorization = 'x' } }", "Authorization" },
  { "numbers.new { KEYS, base_url = 'http://example.com' }", "plain http:// is only for this machine" },
  { "numbers.new { KEYS, base_url = 'numbers.twilio.com' }", "base_url" },
  { "numbers.new { KEYS, region = 'au1.twilio.com' }", "region" },
  { "numbers.new { KEYS, on_response = 'print' }", "on_response" },
  { "numbers.new { KEYS, waiter = print }", "waiter: a table with a function wait" },
  -- Calling.
  { "client.port_ins.fetch(KW)", "colon" },
  { "client.portability.check '+14155550100'", "colon" },
  { "client.port_ins:fetch()", "KW and 32 hexadecimal digits expected, got nil" },
  { "client.port_ins:fetch(17)", "KW and 32 hexadecimal digits expected, got 17" },
  { "client.port_ins:fetch 'KW123'", 'KW and 32 hexadecimal digits expected, got "KW123"' },
  { "client.port_ins:fetch(PU)", "KW and 32 hexadecimal digits expected, got" },
  { "client.port_ins:fetch(KW:lower())", "KW and 32 hexadecimal digits expected" },
  { "client.port_ins:cancel { KW }", "KW and 32 hexadecimal digits expected, got a table" },
  { "client.port_in_phone_numbers:cancel(KW)", "PU and 32 hexadecimal digits expected, got nil" },
  { "client.port_in_phone_numbers:cancel(PU, KW)", "port_in_request_sid" },
  { "client.port_in_phone_numbers:cancel(KW, '')", 'PU and 32 hexadecimal digits expected, got ""' },
  { "client.portability:check '4155550100'", "a phone number in E.164 format" },
  { "client.portability:check '+1 415 555 0100'", "a phone number in E.164 format" },
  { "client.portability:check(14155550100)", "a phone number in E.164 format" },
  { "client.portability:check('+14155550100', { target = AC })", "unknown option 'target'" },
  { "client.portability:check('+14155550100', AC)", "options: a table, or seconds expected" },
  { "client.port_ins:fetch(KW, { timeot = 5 })", "unknown option 'timeot', did you mean 'timeout'?" },
  { "client.port_ins:fetch(KW, { timeout = '5' })", 'got "5"' },
  { "client.webhook_configuration:delete 'port_in'", '"PORT_IN" or "PORT_OUT" expected' },
  { "client.port_ins:create()", "fields: a table expected, got nil" },
  { "client.port_ins:create 'x'", "fields: a table expected" },
  { "client.port_in:fetch(KW)", "port_in" },
  { "client.fetch(KW)", "fetch" },
  { "client.port_ins:get(KW)", "client.port_ins has no 'get': it has cancel, cancel_each, check_fields, " },
  { "client.port_ins:delete(KW)", "client.port_ins has no 'delete': it has cancel, " },
  -- Lists.
  { "client.port_ins:list { page_size = 500 }", "page_size: a whole number from 1 to 100 expected, got 500" },
  { "client.port_ins:list { limit = 0 }", "limit: a whole number above 0 expected, got 0" },
  { "client.port_ins:list { state = 'in_review' }", "unknown option 'state', did you mean 'status'?" },
  { "client.port_ins:list { sids = KW }", "sids" },
  { "client.port_ins:list { sids = { [KW] = true } }", "a set" },
  { "client.port_ins:list { created_after = 'yesterday' }", "created_after" },
  { "client.port_ins:list { created_after = os.time() }", "created_after" },
  { "client.port_ins:list 'in_review'", "options: a table expected" },
  -- Many at once.
  { "client.port_ins:fetch_each(KW)", "source: an array, an iterator or a coroutine expected" },
  { "client.port_ins:fetch_each { [KW] = true }", "got a set" },
  { "client.port_ins:fetch_each { KW, nil, KW }", "got a list with a hole at 2" },
  { "client.port_ins:fetch_each { [0] = KW, KW }", "keys other than 1 to n" },
  { "client.port_ins:fetch_each()", "source: an array, an iterator or a coroutine expected, got nil" },
  { "client.port_ins:fetch_each({ KW }, { order = true })",
    "unknown option 'order', did you mean 'ordered'?" },
  { "client.port_ins:fetch_each({ KW }, { concurrency = '4' })",
    'concurrency: a whole number above 0 expected, got "4"' },
  { "client.port_ins:fetch_each({ KW }, { stop_on = 'err' })", "stop_on" },
  { "client.portability:check_each({ '+14155550100' }, { progress = 'yes' })", "progress" },
  { "client.port_ins:watch { 'KW1' }", "KW and 32 hexadecimal digits" },
  { "client.port_ins:watch(KW)", "sids: an array of SIDs expected" },
  { "client.port_ins:watch({ KW }, { intervall = 5 })",
    "unknown option 'intervall', did you mean 'interval'?" },
  { "client.port_ins:watch({ KW }, { interval = 0 })", "interval: a number of seconds above 0" },
  { "for _ in pairs(client.port_ins:list()) do end", AN_ITERATOR, "pairs" },
  { "for _ in pairs(client.port_ins:fetch_each { KW }) do end", "a batch is an iterator", "pairs" },
  { "for _ in pairs(client.port_ins:watch { KW }) do end", "a watch is an iterator", "pairs" },
  { "for _ in ipairs(client.port_ins:list()) do end", AN_ITERATOR, "ipairs" },
  { "local first = client.port_ins:list()[1] --!", AN_ITERATOR },
  { "local count = #client.port_ins:list() --!", AN_ITERATOR, "pairs" },
  { "client:gather(function() end)", "functions: a table expected" },
  { "client:gather { 1 }", "functions[1]: a function expected" },
  { "client:sleep '1'", "seconds" },
  { "client:with { base_url = 'https://example.com' }", "base_url" },
  { "client.sleep(1)", "colon" },
  -- A client that is closed.
  { "client:close()\nclient.port_ins:fetch(KW) --!", "the client is closed" },
  { "client:close()\nlocal each = client.port_ins:fetch_each { KW } --!", "the client is closed" },
  { "client:close()\nclient.port_ins:watch { KW } --!", "the client is closed" },
  -- Objects.
  { "local p = double.port_ins:fetch(KW)\np.status = 'x' --!", "status" },
  { "local p = double.port_ins:fetch(KW)\np.status() --!", "colon" },
  { "local p = double.port_ins:fetch(KW)\np:wait { for_state = 'x' } --!", "unknown option 'for_state'" },
  { "local p = double.port_ins:fetch(KW)\np:wait { for_status = {} } --!", "for_status" },
  -- Campaigns.
  { "campaign.plan(KW)", "client" },
  { "campaign.plan(client, KW)", "an array" },
  { "campaign.plan(client, { KW }, { protct = {} })", "unknown option 'protct', did you mean 'protect'?" },
  { "campaign.plan(client, { KW }, { window = '48' })", "window" },
  { "campaign.apply(client, 'x.ledger', {})", "ledger" },
  { "campaign.open(17)", "ledger: a file's path or a postgresql:// URL expected, got 17" },
  { "campaign.read_plan(17)", "text" },
  -- The rest.
  { "numbers.normalize(4155550100, { country = 'US' })", "text" },
  { "numbers.normalize('4155550100', { country = 'USA' })", "country" },
  { "numbers.normalize('4155550100', 'US')", "options: a table expected" },
  { "numbers.csv.parse(nil)", "text" },
  { "numbers.csv.parse('a,b', '::')", "separator" },
  { "numbers.progress { totl = 5 }", "unknown option 'totl', did you mean 'total'?" },
  { "webhook.new {}", "url" },
  { "webhook.new { url = 'https://example.com', token = TOKEN }", "unknown option 'token'" },
  { "doctor.run { sids = KW }", "sids" },
  { "doctor.run { number = '+14155550100' }", "unknown option 'number'" },
  { "testing.new { ['GET /v1/x'] = true }", "" },
  { "webhook:new { url = 'https://example.com' }", "webhook.new is a function" },
  { "doctor:run()", "doctor.run is a function" },
  { "testing:new {}", "testing.new is a function" },
  { "campaign:plan(client, { KW })", "with a dot" },
}

local load_in = setfenv and function(text, name, environment)
  local chunk, problem = loadstring(text, name)
  return chunk and setfenv(chunk, environment), problem
end or function(text, name, environment) return load(text, name, "t", environment) end

--- What the code can use.
local function environment()
  local testing = require "twilio.numbers.testing"
  return setmetatable({
    numbers = numbers, client = public.client(), KW = KW, PU = PU, EC = EC, AC = AC, TOKEN = ("1"):rep(32),
    double = testing.new({ ["GET /v1/Porting/PortIn/*"] = testing.port_in "In Review" }).client,
    campaign = require "twilio.numbers.campaign", webhook = require "twilio.numbers.webhook",
    doctor = require "twilio.numbers.doctor", testing = testing,
  }, { __index = _G })
end

--- The number of the line that is wrong.
local function wrong_line(code)
  local number = 0
  for line in (code .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    if line:find("--!", 1, true) then return number end
  end
  return 1
end

--- Whether this Lua's function asks an object's metatable.
local asks = {}
asks.pairs = not pcall(pairs, setmetatable({}, { __pairs = error }))
asks.ipairs = not pcall(function()
  local next_item, items, first = ipairs(setmetatable({}, { __index = error, __ipairs = error }))
  next_item(items, first)
end)

describe("the mistake", function()
  for _, mistake in ipairs(mistakes) do
    local code = mistake[1]:gsub("KEYS", KEYS)
    local is_told = not mistake[3] or asks[mistake[3]]
    if is_told then it("is told at its line: " .. mistake[1]:gsub("\n", "; "), function()
      -- On a line of its own, so that a call is no tail call and its line is known.
      local chunk = assert(load_in(code .. "\nreturn true", "@user.lua", environment()))
      local fine, why = pcall(chunk)
      assert.is_false(fine, "it does not raise")
      why = tostring(why)
      assert.are.equal(("user.lua:%d: "):format(wrong_line(code)), why:match "^user%.lua:%d+: " or why)
      assert.matches(mistake[2], why, 1, true)
    end) end
  end
end)
