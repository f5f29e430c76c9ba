--- Notices a pool in front of PostgreSQL that hands out its connections by transaction. There, prepared statements and
--- settings of a session would be another client's in the next statement.

local pool = {}

local PID = "SELECT pg_backend_pid() AS pid"

local function pid_of(db)
  local row, err = db:row(PID)
  return row and row.pid, err
end

--- The server's processes behind a connection, before and while another one holds a transaction; and the other's.
local function three_pids(db, other)
  local before, while_held, others, ok, err
  before, err = pid_of(db)
  if before then ok, err = other:run "BEGIN" end
  if ok then others, err = pid_of(other) end
  if others then while_held, err = pid_of(db) end
  other:run "ROLLBACK"
  return before, while_held, others, err
end

--- Refuses a database behind such a pool: its processes are not the connections'.
---@param db twilio.numbers.Database
---@param other twilio.numbers.Database a further connection to the same database, which this closes
---@return true?
---@return twilio.numbers.Error?
function pool.check(db, other)
  local before, while_held, others, err = three_pids(db, other)
  other:close()
  if not while_held then return nil, err end
  if before == while_held and before ~= others then return true end
  return db:refuse("a pool that hands out connections by transaction is in front of it, which "
    .. "keeps neither prepared statements nor settings: name the database itself, or a pool by "
    .. "session")
end

return pool
