--- A ledger of version 1 with its plan, as the library wrote them at that time, and a client of the API that
--- they are about. Of six targets two are confirmed, two planned, one refused and one uncertain.

local fake = require "spec.support.fake_transport"
local support = require "spec.support"

local FOLDER = "spec/fixtures/ledger_1/"

local ledger_1 = { PLAN = FOLDER .. "plan.json" }

--- Executes each statement of the file.
---@param execute fun(sql: string)
function ledger_1.each_statement(execute)
  for sql in support.read_file(FOLDER .. "ledger.sql"):gmatch "(.-);\n" do execute(sql) end
end

--- Makes the SQLite file.
function ledger_1.make(place)
  local db = assert(require "DBI".Connect("SQLite3", place))
  db:autocommit(true)
  ledger_1.each_statement(function(sql)
    local statement = assert(db:prepare(sql))
    assert(statement:execute())
    statement:close()
  end)
  db:close()
end

--- A client whose API has cancelled the first and the fourth port-in, and cancels what it is asked to.
---@return twilio.numbers.Client
---@return table transport
function ledger_1.client()
  local canceled = { [1] = true, [4] = true }
  return fake.client(function(request)
    local sid = fake.sid_of(request)
    local number = tonumber(sid:sub(-2), 16)
    if request.method == "DELETE" then
      canceled[number] = true
      return { status = 204 }
    end
    return { status = 200, object = {
      port_in_request_sid = sid, account_sid = "AC" .. ("0"):rep(32),
      port_in_request_status = canceled[number] and "Canceled" or "In Review",
      phone_numbers = { { port_in_phone_number_sid = "PU" .. sid:sub(3),
        phone_number = "+1415555020" .. number, port_in_phone_number_status = "In Review" } },
    } }
  end)
end

return ledger_1
