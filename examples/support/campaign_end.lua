--- How cancel_port_ins.lua ends: its exit codes, and what it says of an error.

local cli = require "cli"

local ending = {}

ending.codes = {
  success = 0, partial = cli.partial, unauthorized = cli.unauthorized, nothing = cli.nothing,
  interrupted = cli.interrupted, ledger = cli.ledger,
}

local code_of_kind = {
  plan = cli.plan_refused, ledger = cli.ledger, interrupted = cli.interrupted,
}

local SHOWN = 20 -- changes of a stale plan

--- Ends the script for an error that was returned.
function ending.fail(err)
  local code = cli.is_unauthorized(err) and cli.unauthorized or code_of_kind[err.kind]
  for i, change in ipairs(err.changes or {}) do
    if i > SHOWN then break end
    cli.warn("  " .. change)
  end
  cli.exit(code or cli.partial, tostring(err), err)
end

--- The value that a function of the library gave; its error ends the script.
function ending.must(value, err)
  return value or ending.fail(err)
end

return ending
