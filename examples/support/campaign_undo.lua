--- Undo sheets: how they are encrypted, and the command `export`.

local campaign = require "twilio.numbers.campaign"
local cjson = require "cjson"
local cli = require "cli"
local ending = require "campaign_end"
local shell = require "shell"

local undo = {}

-- The commands that people have. What they read or write besides their standard input or output is a file whose name
-- is quoted. Only the encrypted text is ever in a file.
local tools = {
  cms = {
    encrypt = "openssl cms -encrypt -binary -aes256 -outform PEM -out %s %s", -- file, certificate
    decrypt = "openssl cms -decrypt -inform PEM -in %s -inkey %s", -- file, private key
    armor = "^%-%-%-%-%-BEGIN CMS%-%-%-%-%-.*%-%-%-%-%-END CMS%-%-%-%-%-%s*$",
  },
  age = {
    encrypt = "age --encrypt --armor --output %s --recipients-file %s",
    decrypt = "<%s age --decrypt --identity %s",
    armor = "^%-%-%-%-%-BEGIN AGE ENCRYPTED FILE%-%-%-%-%-.*"
      .. "%-%-%-%-%-END AGE ENCRYPTED FILE%-%-%-%-%-%s*$",
  },
}

-- With a wrong key openssl writes something else, and fails. Lua 5.1 does not tell how a command ended.
local DONE = "\ndone"

local function read_file(path)
  local file = io.open(path, "rb")
  local text = file and file:read "*a"
  if file then file:close() end
  return text
end

local function encrypt(tool, key, sheet)
  local path = os.tmpname()
  local pipe, why = io.popen(tool.encrypt:format(cli.quoted(path), cli.quoted(key)), "w")
  if not pipe then return nil, why end
  pipe:write(sheet)
  pipe:close()
  local text = read_file(path)
  os.remove(path)
  if text and text:find(tool.armor) then return text end
  return nil, "the command has failed: " .. tool.encrypt:match "^%S+"
end

--- The option `undo` of the library for the option --undo.
---@param text string? "off", "cms:CERTIFICATE", "age:RECIPIENTS", or nil for no encryption
function undo.option(text)
  if text == nil or text == "on" then return true end
  if text == "off" then return false end
  local form, key = text:match "^(%l+):(.+)$"
  local tool = tools[form]
  if not tool then cli.refuse "--undo: off, cms:CERTIFICATE or age:RECIPIENTS expected" end
  if not shell.is_file(key) then cli.refuse("--undo: there is no file " .. key) end
  return function(sheet)
    local kept, why = encrypt(tool, key, sheet)
    if not kept then return nil, why end
    return form, kept
  end
end

local function decrypter(key)
  if not key then return nil end
  return function(text, form)
    local tool, path = tools[form], os.tmpname()
    if not tool then return nil, "it is encrypted by " .. form end
    local ok, why = campaign.write_private(path, text)
    local command = tool.decrypt .. " && printf '\\ndone'"
    local pipe = ok and io.popen(command:format(cli.quoted(path), cli.quoted(key)), "r")
    local plain = pipe and pipe:read "*a"
    if pipe then pipe:close() end
    os.remove(path)
    if plain and plain:sub(-#DONE) == DONE then return plain:sub(1, -#DONE - 1) end
    return nil, why or "it cannot be decrypted with that key"
  end
end

local function time_of(seconds) return os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(seconds)) end

--- Arrays stay arrays when they are empty.
local function encoded(sheet)
  return cjson.encode {
    port_in_sid = sheet.port_in_sid, phone_number_sid = sheet.phone_number_sid,
    state = sheet.state, kept_at = time_of(sheet.kept_at), create = sheet.fields,
    fill_in = #sheet.fill_in > 0 and sheet.fill_in or cjson.empty_array,
  }
end

--- Writes all sheets to a file. A file that would not be whole is emptied.
---@return { count: integer, unread: integer, why: string? } # how many there are, cannot be read, and why
local function write_sheets(options, ledger)
  local sum, problem = { count = 0, unread = 0 }, nil
  local decrypt = decrypter(options.key)
  local ok, why = campaign.write_private(options.output, function(write)
    local function take(sheet)
      write((sum.count == 0 and "[\n" or ",\n") .. encoded(sheet))
      sum.count = sum.count + 1
      if not sheet.fields then
        sum.unread, sum.why = sum.unread + 1, sum.why or sheet.fill_in[1]
      end
    end
    local read, err = campaign.undo_sheets(ledger, options.campaign, decrypt, take)
    if sum.count > 0 then write "\n]\n" end
    problem = not read and err
  end)
  if problem then
    if sum.count > 0 then campaign.write_private(options.output, "") end
    ending.must(nil, problem)
  end
  if not ok then
    cli.exit(cli.usage_error, ("cannot write %s: %s"):format(options.output, tostring(why)))
  end
  return sum
end

--- The command `export`.
function undo.export(options)
  local ledger = ending.must(campaign.open(options.ledger, true))
  local sum = write_sheets(options, ledger)
  ledger:close()
  if sum.count == 0 then
    cli.exit(cli.nothing, "No undo sheet was kept: nothing was sent, or --undo was off.")
  end
  cli.print(("%d as they were are in %s, each with what has to be filled in again."):format(
    sum.count, options.output))
  if sum.unread > 0 then
    cli.exit(cli.partial, ("%d of them cannot be read: %s"):format(sum.unread, sum.why))
  end
  cli.exit(0)
end

return undo
