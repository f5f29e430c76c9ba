--- Tells which numbers of a CSV file can be ported: lua screen_csv.lua FILE.csv [COLUMN]
local numbers = require "twilio.numbers"
local csv = numbers.csv

local function is_number(text) return text:find "^%+%d+$" ~= nil end

local file = assert(io.open(arg[1], "rb"))
local rows = assert(csv.parse(file:read "*a"))
file:close()
local source = {}
for i, cell in ipairs(assert(csv.column(rows, arg[2] or "phone_number", is_number))) do
  source[i] = cell.value
end

local client = numbers.new()
print "phone_number,portable,reason"
for number, portability, err in client.portability:check_each(source) do
  local reason = err and tostring(err) or portability:reason()
  local fields = { number, err and "unknown" or tostring(portability.portable), reason }
  print(csv.line(fields, 3))
end
