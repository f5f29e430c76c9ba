--- The API may give any type of value for any field. A record of it raises nowhere, and gives back what came.

local core = require "twilio.numbers.core"
local json = require "twilio.numbers.util.json"
local record = require "twilio.numbers.api.record"

local KW = "KW" .. ("0"):rep(31) .. "1"

local classes = {}
for _, name in ipairs { "port_ins", "port_in_phone_numbers", "portability", "bulk_eligibilities",
  "webhook_configuration" } do
  classes[name] = require("twilio.numbers.resources." .. name).class
end

--- Values of each type, also nested ones.
local values = {
  "", "text", "\27[31m\n", ("x"):rep(2000), 0, -1.5, 1e300, true, false, core.null, {}, { 1, 2 },
  { "+14155550123" }, { { "+14155550123" } }, { a = 1 }, { { a = { {} } } }, { core.null, "x", 7, true },
  "Authorization: Basic QUMwMTIzOjQ1Njc4OUFCQ0RF",
}

--- Methods that only read.
local reads = {
  "sid", "status", "normal_status", "is_terminal", "is_cancelable", "is_portable", "is_eligible", "reason",
  "port_in_sid", "describe", "to_json",
}

local function use(one)
  for _, method in ipairs(reads) do
    if one[method] and type(one[method]) == "function" then one[method](one) end
  end
  for _ in one:fields() do end -- luacheck: ignore 542
  local text = tostring(one)
  assert(#text < 400 and not text:find "[%z\1-\31\127]" and not text:find("QUMwMTIz", 1, true), text)
  assert(json.decode(one:to_json()))
  for item in type(one.numbers) == "function" and one:numbers() or function() end do use(item) end
end

for name, class in pairs(classes) do
  describe("a record of " .. name, function()
    local fields = { "phone_numbers", "results" }
    for field in pairs(class.properties) do fields[#fields + 1] = field end

    it("takes any type of value for any field", function()
      for _, field in ipairs(fields) do
        for _, value in ipairs(values) do
          use(record.new(class, { [field] = value, unknown = value }, nil, KW))
        end
      end
    end)

    it("takes any type of item in a list of numbers", function()
      for _, value in ipairs(values) do
        use(record.new(class, { phone_numbers = { value }, results = { value } }, nil, KW))
        for _, field in ipairs { "phone_number", "port_in_phone_number_status", "eligibility_status" } do
          local items = { { [field] = value } }
          use(record.new(class, { phone_numbers = items, results = items }, nil, KW))
        end
      end
    end)
  end)
end

it("an array where an object belongs stays what came", function()
  local port_in = record.new(classes.port_ins, json.decode '{"phone_numbers":[["+14155550123"]]}', nil, KW)
  for number in port_in:numbers() do
    assert.are.equal('["+14155550123"]', number:to_json())
    assert.is_nil(number:sid())
  end
end)
