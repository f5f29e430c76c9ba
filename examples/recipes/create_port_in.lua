--- Uploads a bill and creates a port-in from JSON: lua create_port_in.lua FIELDS.json BILL.pdf
--- FIELDS.json has the fields of `client.port_ins:create`, without `documents`.
local cjson = require "cjson"
local client = require("twilio.numbers").new()

local function fail(err)
  for _, problem in ipairs(err.problems or {}) do print(problem.path, problem.message) end
  error(("%s: %s"):format(err.outcome or err.kind, tostring(err)))
end

local file = assert(io.open(arg[1], "rb"))
local fields = cjson.decode(file:read "*a")
file:close()

local is_sound, wrong = client.port_ins:check_fields(fields)
if not is_sound then fail(wrong) end -- before anything is uploaded
local bill, err = client.documents:create { document_type = "utility_bill", file = arg[2] }
if not bill then fail(err) end
fields.documents = { bill.sid }
local port_in, problem = client.port_ins:create(fields)
if not port_in then fail(problem) end -- "uncertain": look for it before another try
print(port_in:sid(), port_in:status())
