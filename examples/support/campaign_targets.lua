--- What a CSV file lists to be cancelled.

local cli = require "cli"
local csv = require("twilio.numbers").csv
local sheet = require "sheet"
local titles = require "campaign_titles"

local sid_of, part_sid_of = sheet.sid_reader "KW", sheet.sid_reader "PU"

--- What is to be cancelled of a port-in: a SID, or a number in E.164 format.
local function part_reader(country)
  local number_of = sheet.number_reader(country)
  return function(cell)
    local part = part_sid_of(cell)
    if part then return part end
    return number_of(cell)
  end
end

-- What is written in digits and is no phone number, wherever it stands.
local others = {
  ("%x"):rep(8) .. "%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-" .. ("%x"):rep(12), -- UUIDs
  "%a%a" .. ("%x"):rep(32), -- SIDs
  "%f[%S][12][09]%d%d%-[01]%d%-[0-3]%d", "%d%d?[/.]%d%d?[/.][12]%d%d%d", "%d%d?:%d%d[:%d.]*", -- times
}

--- In one spelling of blanks, hyphens and digits: some do not break, some are longer, one is a minus, some are of another
--- width or script. Without marks that cannot be seen.
local function plain(text)
  text = text:gsub("\239\188([\144-\153])", function(byte)
    return string.char(byte:byte() - 144 + 48)
  end)
  text = text:gsub("\217([\160-\169])", function(byte)
    return string.char(byte:byte() - 160 + 48)
  end)
  text = text:gsub("\194\160", " "):gsub("\227\128\128", " ")
  text = text:gsub("\226\128[\128-\191]", "-"):gsub("\226\136\146", "-")
  return (text:gsub("\239\187\191", ""):gsub("\194\173", ""))
end

--- Whether a person may mean a phone number by it, however it is written.
local function looks_like_part(text)
  text = plain(text)
  if text:find("%f[%w][Pp][Uu]" .. ("%x"):rep(8)) then return true end
  if text:find "%d[.,]%d+[Ee]%+?%d" then return true end -- what a spreadsheet makes of one
  for run in text:gmatch "%+([%d%s%.%-%(%)/]+)" do
    if select(2, run:gsub("%d", "")) >= 7 then return true end
  end
  for _, pattern in ipairs(others) do text = text:gsub(pattern, "x") end
  for run in (" " .. text):gmatch "[^%w](%(?%d[%d%s%.%-%(%)/]*)" do
    if select(2, run:gsub("%d", "")) >= 10 then return true end
  end
  return text:find "^%s*%d%d%d[%s%.%-]%d%d%d%d%s*$" ~= nil
end

local function trimmed(text) return text:match "^%s*(.-)%s*$" end

local function count_digits(text) return select(2, text:gsub("%d", "")) end

--- Whether a cell may hold a number: by itself, or because of its column's title. A column that may as well number
--- the rows has to have some digits.
local function may_be_part(cell, kind)
  if looks_like_part(cell) then return true end
  if kind == "phone" then return trimmed(cell) ~= "" end
  return kind == "number" and count_digits(plain(cell)) >= 4
end

local function name_of(title, i) return title ~= "" and title or i end

--- Whether a column has a title and nothing else.
local function is_empty(rows, i)
  for r = 2, #rows do
    if trimmed(rows[r][i] or "") ~= "" then return false end
  end
  return #rows > 1
end

--- Where there may be numbers in a file that is read for whole port-ins, in words.
local function place_of_parts(rows, column)
  for i, title in ipairs(rows[1]) do
    title = trimmed(title)
    if i ~= column and titles.kind(title) and is_empty(rows, i) then
      return ("column %s: it may name numbers, and is empty"):format(title)
    end
  end
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do
      local title = trimmed(rows[1][i] or "")
      local kind = row ~= rows[1] and titles.kind(title) or nil
      if i ~= column and may_be_part(cell, kind) then
        return ("line %d, column %s: there are numbers in the file"):format(row.line,
          name_of(title, i))
      end
    end
  end
end

local function stop_for_parts(rows, options)
  local place = not options.whole
    and place_of_parts(rows, csv.find(rows, options.column or sheet.port_in_columns) or 1)
  if not place then return end
  cli.exit(cli.bad_rows, ("%s, %s. To cancel only those, say in which --number-column; to cancel "
    .. "their whole port-ins, --whole. Nothing was sent."):format(options.file, place))
end

--- The cells of the file's columns: port-ins, and parts of them if there is such a column.
local function columns(options, part_of)
  local path, rows = options.file, sheet.rows(options.file, sid_of)
  local sids = sheet.column(path, rows, options.column or sheet.port_in_columns, sid_of, "--column")
  if options.number_column then
    return sids, sheet.column(path, rows, options.number_column, part_of, "--number-column")
  end
  stop_for_parts(rows, options)
  return sids
end

--- The file's targets, as `campaign.plan` takes them, and the rows that are left out, in words. Doubles are for the
--- plan to tell.
---@param options table file, column, number_column, country, whole, skip_invalid
---@return (string|string[])[]
---@return string[]
local function read(options)
  local path, part_of = options.file, part_reader(options.country)
  local sids, parts = columns(options, part_of)
  local inputs, bad = {}, {}
  for i, cell in ipairs(sids) do
    local sid, why = sid_of(cell.value)
    local text, part = cell.value, nil
    if parts then
      text = text .. "," .. parts[i].value
      local part_why
      part, part_why = part_of(parts[i].value)
      why = why or part_why
    end
    if sid and (part or not parts) then
      inputs[#inputs + 1] = part and { sid, part } or sid
    else
      bad[#bad + 1] = ("line %d: not a port-in SID%s: %s%s"):format(cell.line,
        parts and " with a phone number SID or an E.164 number" or "", sheet.shown(text),
        why and ": " .. why or "")
      cli.warn(("%s, %s"):format(path, bad[#bad]))
    end
  end
  cli.stop_at_bad_rows(#bad, #inputs, path, options.skip_invalid)
  return inputs, bad
end

return { read = read }
