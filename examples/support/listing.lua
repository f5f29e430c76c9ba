--- Reads what `list` and `fetch` have printed as the rows of a file, so that one command takes what another one lists.

local cjson = require "cjson"
local text_lines = require "text_lines"

local listing = {}

local TITLE = "port_in_request_sid"
local LINE = "^(KW" .. ("%x"):rep(32) .. ")[ \t]+(%a.*)$" -- a SID and a status

-- Counts, and no phone numbers, whatever their names are like.
local counts = { phone_numbers_ported = true, phone_numbers_requested = true }

local function is_blank(line) return not line:find "%S" end

--- The cells of a line: between them is a tab, or more than one blank.
local function cells_of(line)
  local sid, rest = line:match(LINE)
  if not sid then return nil end
  local cells = { sid }
  for cell in (rest:gsub("  +", "\t") .. "\t"):gmatch "([^\t]*)\t" do cells[#cells + 1] = cell end
  return cells
end

--- The rows of lines that all begin with a SID and a status; nil for another text.
local function rows_of_lines(text)
  local header = { TITLE, line = 1 }
  local rows = { header }
  for number, line in text_lines.each(text) do
    local cells = cells_of(line)
    if not cells and not is_blank(line) then return nil end
    if cells then
      cells.line = number
      for i = #header + 1, #cells do header[i] = "" end
      rows[#rows + 1] = cells
    end
  end
  return rows[2] and rows or nil
end

local function decode(text)
  local ok, value = pcall(cjson.decode, text)
  return ok and type(value) == "table" and value or nil
end

--- The objects of an array, or of lines. Each has the number of its line, if it is written as `list` and `fetch` do.
local function objects_of(text)
  local objects = {}
  local array = text:find "^%s*%[" and decode(text)
  for i, object in ipairs(array or {}) do
    if type(object) ~= "table" then return nil end
    objects[i] = { line = i + 1, fields = object }
  end
  if array then return objects end
  for number, line in text_lines.each(text) do
    local object = decode(line)
    if not object and not is_blank(line) then return nil end
    if object then objects[#objects + 1] = { line = number, fields = object } end
  end
  return objects
end

--- All that a value has in it, as one text.
local function text_of(value)
  if type(value) == "string" then return value end
  if type(value) == "number" then return ("%.14g"):format(value) end
  if type(value) ~= "table" then return "" end
  local parts = {}
  for _, item in pairs(value) do parts[#parts + 1] = text_of(item) end
  return table.concat(parts, "  ")
end

local function titles_of(objects)
  local titles, seen = { line = 1 }, {}
  for _, object in ipairs(objects) do
    for name in pairs(object.fields) do
      if not seen[name] and not counts[name] then
        seen[name] = true
        titles[#titles + 1] = tostring(name)
      end
    end
  end
  table.sort(titles)
  return titles
end

--- The rows of JSON, one for each object.
local function rows_of_json(text)
  local objects = objects_of(text)
  if not objects then
    return nil, "it is neither a JSON array of objects nor an object a line, as `jq -c` prints them"
  end
  for _, object in ipairs(objects) do
    local fields = object.fields
    if type(fields.error) == "string" and fields[TITLE] == nil then
      return nil, ("line %d: the list is not whole: %s"):format(object.line, fields.error)
    end
  end
  local titles = titles_of(objects)
  local rows = { #objects > 0 and titles or nil }
  for _, object in ipairs(objects) do
    local row = { line = object.line }
    for i, title in ipairs(titles) do row[i] = text_of(object.fields[title]) end
    rows[#rows + 1] = row
  end
  return rows
end

--- A text's rows, as `csv.parse` gives them. Nil for a text that is neither JSON nor what `list` prints.
---@param text string
---@return table[]?
---@return string? # what is wrong with JSON
function listing.rows(text)
  if text:find '^%s*%[?%s*{%s*"' or text:find "^%s*%[%s*%]%s*$" then return rows_of_json(text) end
  return rows_of_lines(text)
end

return listing
