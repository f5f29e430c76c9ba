--- The command `create` of port_ins.lua.

local cjson = require "cjson"
local cli = require "cli"
local created = require "created"
local interruptible = require "interruptible"
local json_text = require "json_text"

--- The fields as a table. A file that has none ends the script.
local function read_fields(path)
  local ok, fields = pcall(cjson.decode, cli.read_text(path))
  if ok and type(fields) == "table" and fields[1] == nil then return fields end
  local why = ok and "it is no JSON object" or "it is not JSON: " .. cli.without_place(fields)
  return cli.exit(cli.bad_rows, ("%s: %s. Nothing was sent."):format(path, why))
end

local SOME_BILL = "RD" .. ("0"):rep(32)

--- Uploads the bill, whose SID becomes one of the documents. Nothing is uploaded for fields that are wrong.
local function upload(client, fields, path)
  if fields.documents == nil or fields.documents == cjson.null then fields.documents = {} end
  local documents = fields.documents
  local place = type(documents) == "table" and #documents + 1
  if place then documents[place] = SOME_BILL end
  local ok, err = client.port_ins:check_fields(fields)
  if not ok then return nil, err end
  local bill
  bill, err = client.documents:create({ document_type = "utility_bill", file = path },
    { progress = created.progress() })
  if not bill then return nil, err end
  documents[place] = bill.sid
  return bill.sid
end

local function hint(err, bill)
  local words = {}
  if err.outcome == "uncertain" then
    words[1] = ("It may have been created. Before another try look for it: %s"):format(
      cli.command("list", "--created-after", os.date("!%Y-%m-%d", os.time() - 86400)))
  end
  if bill then
    words[#words + 1] = ("The bill is uploaded: give %s in documents, and no --bill."):format(bill)
  end
  return words[1] and table.concat(words, "\n")
end

return function(options)
  local fields = read_fields(options.fields)
  local port_in, err, bill
  local is_interrupted = interruptible.create(function(client)
    if fields.account_sid == nil then fields.account_sid = client.account_sid end
    if options.bill then
      bill, err = upload(client, fields, options.bill)
      if not bill then return end
    end
    port_in, err = client.port_ins:create(fields)
  end)
  if not port_in then created.fail(err, is_interrupted, hint(err, bill)) end
  if options.json then
    json_text.print(port_in:to_json())
  else
    cli.print(("%s  %s"):format(port_in:sid(), port_in:status() or "no status"))
  end
  cli.exit(0)
end
