--- What a CSV file lists to be cancelled.

local cli = require "cli"
local csv = require "twilio.numbers.csv"

local function is_sid(text) return text:find("^KW" .. ("%x"):rep(32) .. "$") ~= nil end

local function is_part(text)
  return text:find("^PU" .. ("%x"):rep(32) .. "$") ~= nil
    or text:find "^%+[1-9]%d+$" and #text <= 16
end

--- The title of a column that may say which numbers are meant.
local function column_of_parts(rows)
  for _, title in ipairs(rows[1]) do
    title = title:match "^%s*(.-)%s*$"
    for _, cell in ipairs(csv.column(rows, title, is_part) or {}) do
      if is_part(cell.value) then return title end
    end
  end
end

local function stop_for_parts(rows, options)
  local title = not options.whole and column_of_parts(rows)
  if not title then return end
  cli.exit(cli.bad_rows, ("%s: the column '%s' has numbers. To cancel only those, say "
    .. "--number-column '%s'; to cancel their whole port-ins, --whole. Nothing was sent."):format(
      options.file, title, title))
end

local function columns(options)
  local rows, problem = csv.parse(cli.read_file(options.file))
  if not rows then return nil, problem end
  local sids, parts
  sids, problem = csv.column(rows, options.column, is_sid)
  if not sids then return nil, problem end
  if options.number_column then
    parts, problem = csv.column(rows, options.number_column, is_part)
    if not parts then return nil, problem end
  else
    stop_for_parts(rows, options)
  end
  return sids, parts
end

--- The file's targets, as `campaign.plan` takes them. Doubles are for the plan to tell.
---@param options table file, column, number_column, whole, skip_invalid
---@return table[]
local function read(options)
  local path = options.file
  local sids, parts = columns(options)
  if not sids then cli.exit(cli.bad_rows, path .. ": " .. parts) end
  local inputs, bad = {}, 0
  for i, cell in ipairs(sids) do
    local part = parts and parts[i].value
    if is_sid(cell.value) and (not part or is_part(part)) then
      inputs[#inputs + 1] = { cell.value, part }
    else
      bad = bad + 1
      cli.warn(("%s, line %d: not a port-in SID%s: %q"):format(path, cell.line,
        part and " with a phone number SID or an E.164 number" or "",
        cell.value .. (part and "," .. part or "")))
    end
  end
  cli.stop_at_bad_rows(bad, #inputs, path, options.skip_invalid)
  return inputs
end

return { read = read }
