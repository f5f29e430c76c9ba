--- Everything that the core does once: run by failing_allocator.c with ever more memory, and by
--- plain Lua with a collection at every call. Plain HTTP, to be quick.

local core = require "twilio.numbers.core"
local lazily = require "twilio.numbers.util.lazily"
local numbers = require "twilio.numbers"

local url = assert(os.getenv "SANDBOX_HTTP_URL")
local account_sid = assert(os.getenv "TWILIO_ACCOUNT_SID")
local auth_token = assert(os.getenv "TWILIO_AUTH_TOKEN")

lazily.load_all() -- to compile them at each of their allocations would take an hour
if arm then
  arm()
elseif (os.getenv "COLLECT") == "always" then
  debug.sethook(function() collectgarbage() end, "c")
end

local engine = core.engine {
  timeout = 10, user_agent = "scenario", proxy = "", ca_file = "/nowhere", ca_path = "/nowhere",
}
local credentials = assert(core.credentials { account_sid = account_sid, auth_token = auth_token })
local path = url .. "/v1/Porting/Configuration/Webhook"

engine:submit("GET", path, credentials) -- without a holder
engine:step()

local transfers = {}
for i = 1, 3 do transfers[i] = engine:submit("GET", path, credentials) end
transfers[4] = engine:submit("POST", url .. "/_sandbox/reset", nil,
  { body = "{}", content_type = "application/json", timeout = 5, retry = { attempts = 2 },
    headers = { "X-One: 1", "X-Two: 2" }, pacer = core.pacer(1000) })

local taken = 0
while taken < 4 do
  local transfer = engine:take()
  if transfer then
    taken = taken + 1
    local status, _, message = transfer:result()
    assert(status == 200, message or status)
    if transfer ~= transfers[4] then
      assert(transfer:object().url)
      assert(transfer:header "Content-Type")
      assert(#transfer:text() == transfer:size())
      assert(transfer:info().total > 0)
    end
    assert(tostring(transfer))
    local settled = taken % 2 == 0 and transfer:settle()
    if not settled then transfer:close() end
    local receipt = (settled or transfer):receipt()
    assert(receipt == nil or receipt.status == 200 and receipt.head:find "200") -- nil without memory
  else
    engine:step(1)
  end
end

local single = core.engine { timeout = 10, proxy = "", ca_file = "/nowhere", ca_path = "/nowhere" }
local performed, _, is_done, _, object = single:perform("GET", path, credentials)
assert(is_done)
if object then -- nil without memory
  assert(object.url and not object.other)
  assert(next(core.complete_object(object)))
end
assert(performed:settle():receipt().status == 200)
single:close()

assert(core.decode '{"a":[1,2.5,{"b":null}]}'.a[2] == 2.5)
local large = core.decode('[{"\\u00e9":[' .. ("0,"):rep(100) .. '"' .. ("\\n"):rep(300) .. '"]}]')
assert(large[1]["\195\169"][101] == ("\n"):rep(300))
local alike = core.decode '[{"a":"x","b":null,"c":[]},{"a":"x","b":null,"c":["y"]},{"a":"x","b":true}]'
assert(alike[2].a == "x" and alike[2].c[1] == "y" and alike[3].b == true)
assert(core.encode { a = { 1, 2, core.null } })
assert(core.decode "{" == nil)

local verifier = core.verifier { "12345", "another" }
assert(verifier:verifies("RSOYDt4T1cUTdK1PDd93/VVr8B8=", "https://mycompany.com/myapp.php?foo=1&bar=2"
  .. "CallSidCA1234567890ABCDECaller+14158675309Digits1234From+14158675309To+18005551212"))
assert(not verifier:verifies("", "x", "y"))
assert(core.verifier({ "12345" }, nil, "sha256"):verifies(
  "qr7awoRdjD996qfainUtoFzlNnFc3w+H7Q3pytJj5UM=", "x"))
assert(core.verifier(nil, "TWILIO_AUTH_TOKEN") and not core.verifier(nil, "NOT_SET_ANYWHERE"))
assert(core.equal(core.sha256 "a", core.sha256 "a"))
assert(tostring(verifier))
verifier:close()

local slept = engine:sleep(0.001)
repeat engine:step(1) until slept:done()
assert(engine:take(slept) == slept)
local asleep = engine:sleep(100) -- held: what a finalizer meets without memory is Lua's affair
assert(engine:load().limit == 16)

local unfinished = engine:submit("GET", path, credentials)
engine:step()
engine:close()
credentials:close()
assert(unfinished:done() and asleep:done())

local attempts = 0
local function observe(event) attempts = math.max(attempts, event.attempt) end
local client = assert(numbers.new {
  base_url = url, account_sid = account_sid, auth_token = auth_token, proxy = "",
  concurrency = 2, rate = 100000, retry = { base = 0.001, attempts = 2 },
  on_request = observe, on_response = observe, on_retry = observe,
})
assert(client.webhook_configuration:fetch():describe())
local missing, err = client.port_ins:fetch("KW" .. ("f"):rep(32))
assert(missing == nil and err.code == 20404 and tostring(err))
assert(not pcall(client.port_ins.fetch, client.port_ins, ".."))

local KW = "KW" .. ("0"):rep(31)
local given = 0
for _, port_in, why in client.port_ins:fetch_each { KW .. 1, KW .. 2, KW .. 3, KW .. 5 } do
  assert(port_in, why)
  given = given + 1
  if given == 3 then break end
end
local results, errors = client:gather {
  function() return client.port_ins:fetch(KW .. 1) end,
  function() client:sleep(0.001) return "slept" end,
}
assert(results[1], errors[1])
assert(results[2] == "slept", errors[2])
local accepted, refused = client.port_ins:cancel(KW .. 2)
assert(accepted or refused.code == 20409, refused)
for _, result, why in client.port_ins:cancel_each { KW .. 3, KW .. 4 } do
  assert(result or why.code == 20409, why)
end
assert(client.bulk_eligibilities:create { phone_numbers = { { phone_number = "+14155550123" } } }:sid())
for listed, why in client.port_ins:list { limit = 2 } do assert(listed, why) end
local numbers_of_it = assert(client.port_ins:fetch(KW .. 3)):numbers()
assert(numbers_of_it():sid() and numbers_of_it():describe())
for _, change in client.port_ins:watch({ KW .. 5 }, { timeout = 5 }) do
  assert(change.to == "completed")
end
local told
local document = assert(client.documents:create({ document_type = "utility_bill",
  content = "%PDF-1.4" }, { progress = function(sent) told = sent end }))
assert(document.sid and told == 8)
local unsent, problem = client.documents:create { document_type = "utility_bill", file = "/nowhere" }
assert(unsent == nil and problem.problems[1].path == "file")
assert(attempts == 1)
client:close()

local nowhere = assert(numbers.new {
  base_url = "http://127.0.0.1:1", account_sid = account_sid, auth_token = auth_token, proxy = "",
  retry = { base = 0.001, attempts = 3 },
})
local nothing, why = nowhere.port_ins:fetch(KW .. 1)
assert(nothing == nil and why.attempts == 3 and why.outcome == "not_sent", why)
nowhere:close()
