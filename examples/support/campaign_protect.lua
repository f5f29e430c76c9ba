--- Reads the file of --protect: one SID or E.164 number a line, in which numbers may have blanks, dots,
--- hyphens and brackets. A # at the start of a line or after a blank begins a remark. Anything else ends
--- the script, since it may have been meant to protect something.

local campaign = require "twilio.numbers.campaign"
local cli = require "cli"
local numbers = require "twilio.numbers"
local text_lines = require "text_lines"

local function trimmed(text) return text:match "^%s*(.-)%s*$" end

--- Each line and its number. Lines end with LF, CRLF, or CR alone.
local function lines(text)
  return text_lines.each((text:gsub("\r\n", "\n"):gsub("\r", "\n")))
end

--- Control characters, some of which other programs take for the end of a line: an entry after one would
--- be part of a remark.
local function has_control(line)
  return line:gsub("\t", " "):find "%c" or line:find "\194\133" or line:find "\226\128[\168\169]"
end

--- The part before a remark, and the remark if there is one.
local function split(line)
  local text, remark = (" " .. line):match "^(.-)%s#[#%s]*(.-)%s*$"
  return trimmed(text or line), remark
end

--- Whether a remark may name a SID or a number, which a person may take for protected.
local function may_name(remark)
  if campaign.protect_entry(remark) then return true end
  if remark:find("%f[%w]%a%a" .. ("%x"):rep(32)) then return true end
  for mark, run in remark:gmatch "(%+?)(%d[%d%s%.%-%(%)/]*)" do
    local digits = select(2, run:gsub("%d", ""))
    if digits >= (mark == "+" and 7 or 10) then return true end
  end
  return false
end

--- Adds a line's entry to the list, or tells what is wrong with it.
local function take(list, text, country)
  if text == "" then return nil end
  local entry = campaign.protect_entry(text)
  local normal = not entry and country and numbers.normalize(text, { country = country })
  entry = entry or normal and campaign.protect_entry(normal)
  if not entry then
    local shown = #text > 60 and text:sub(1, 60) .. "..." or text
    return ("neither a SID nor an E.164 number: %q"):format(shown)
  end
  list[#list + 1] = entry
end

--- The entries. A bad line ends the script, and so does a file without any entry.
---@param path string
---@param country string? of numbers without a country code
---@return string[]
local function read(path, country)
  local list, bad = {}, 0
  for number, line in lines(cli.read_text(path)) do
    local text, remark = split(line)
    local problem = has_control(line) and "a control character" or take(list, text, country)
    if problem then
      bad = bad + 1
      cli.warn(("%s, line %d: %s"):format(path, number, problem))
    elseif remark and may_name(remark) then
      cli.warn(("%s, line %d: an entry in a remark is not protected"):format(path, number))
    end
  end
  if bad > 0 then cli.exit(cli.bad_rows, "Nothing was sent: mend what is protected.") end
  if #list == 0 then
    cli.exit(cli.bad_rows, path .. ": it names nothing to protect. Nothing was sent.")
  end
  return list
end

return { read = read }
