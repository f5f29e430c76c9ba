--- Ledgers whose rows were changed by another program: they are refused as damaged, or a campaign in them
--- can be reported and resumed. Nothing raises, and no target gets a DELETE that is not planned or is one
--- too many.

local campaign = require "twilio.numbers.campaign"
local clean = require "spec.attack.lua.clean"
local database = require "twilio.numbers.campaign.ledger.database"
local errors = require "twilio.numbers.api.error"
local fake = require "spec.support.fake_transport"
local ledgers = require "spec.attack.lua.ledgers"
local randoms = require "spec.attack.lua.random"
local schema = require "twilio.numbers.campaign.ledger.schema"
local values = require "spec.attack.lua.values"

local TABLES = { "campaigns", "targets", "targets", "attempts", "attempts", "runs" }
local WORDS = {
  "planned", "intended", "accepted", "confirmed", "refused", "uncertain", "skipped", "not_sent", "canceled",
  "done",
  "apply", "in_review", "",
}

local images

local function make_images()
  images = { ledgers.image({ deadline = 0 }), ledgers.image({ max_failures = 0 }, 2), ledgers.image() }
end

local function value_of(random)
  if random:one_in(3) then return random:pick(WORDS) end
  if random:one_in(6) then return nil end
  if random:one_in(2) then
    local number = values.finite(random)
    return number
  end
  return values.text(random)
end

--- One statement of another program. What the schema does not allow is refused by SQLite.
local function change(random, db)
  local name = random:pick(TABLES)
  local column = random:pick(schema.columns[name]).name
  local kind, where = random:int(8), ("rowid = %d"):format(random:int(ledgers.COUNT + 1))
  if kind == 1 then return db:run(("DELETE FROM %s WHERE %s"):format(name, where)) end
  if kind == 2 then
    local names = schema.list(name)
    local key = name == "attempts" and "attempt" or name == "targets" and "number" or "id"
    local list = (", " .. names .. ","):gsub(", " .. key .. ",", ", '" .. random:int(9) .. "',"):sub(3, -2)
    return db:run(("INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s"):format(name, names, list, name, where))
  end
  db:run(("UPDATE %s SET %s = ? WHERE %s"):format(name, column, where), value_of(random))
end

local function problem_of_error(err)
  if not errors.is(err) then return "no error: " .. tostring(err) end
  local is_known = err.kind == "ledger" or err.kind == "plan"
  return not is_known and "another kind of error: " .. tostring(err) or clean.problem(tostring(err), 3000)
end

local function problem_of_report(report)
  local masked = { all = true }
  for _, text in ipairs { report:table(masked), report:csv(masked), report:to_json(masked), report:describe(),
    report:summary(), tostring(report) } do
    local problem = clean.problem(text, 1e6, true)
    if problem then return "a report has " .. problem end
  end
end

local function problem_of_deletes(deletes, was_canceled)
  for sid, count in pairs(deletes) do
    if count > 1 then return "two DELETEs of one target" end
    if was_canceled[sid] then return "another DELETE of a target that is canceled" end
  end
end

local function problem_of(image)
  local ledger, err = campaign.open(ledgers.PATH, true)
  if not ledger then return problem_of_error(err) end
  local is_canceled, was_canceled = {}, image.is_canceled
  for sid in pairs(was_canceled) do is_canceled[sid] = true end
  local deletes, respond = ledgers.api(is_canceled)
  local report, why = campaign.report(ledger)
  local problem
  if report then problem = problem_of_report(report) else problem = problem_of_error(why) end
  local client = fake.client(respond)
  local result
  result, err = campaign.resume(client, ledger, nil, ledgers.options())
  if result and result.report then problem = problem or problem_of_report(result.report) end
  if not result then problem = problem or problem_of_error(err) end
  ledger:close()
  return problem or problem_of_deletes(deletes, was_canceled)
end

return function(random)
  if not images then make_images() end
  local image = random:pick(images)
  ledgers.put(image)
  local db, seed = assert(database.open(ledgers.PATH, true)), random:int(1e9)
  local changes = randoms.new(seed)
  for _ = 1, changes:int(2) do change(changes, db) end
  db:close()
  local ok, problem = xpcall(function() return problem_of(image) end, debug.traceback)
  ledgers.remove()
  if not ok then error(problem, 0) end
  return problem
end
