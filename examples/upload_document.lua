--- Uploads the document that a port-in needs, and prints its SID. `lua upload_document.lua --help` says how, and what
--- its exit codes mean.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
require("start").note_interrupts()
local argument_parser = require "argument_parser"
local cli = require "cli"
local created = require "created"
local interruptible = require "interruptible"
local json_text = require "json_text"

local description = "Uploads a utility bill, a PDF or an image of at most 10 MB, and prints the "
  .. "document's SID, for `documents` of a port-in. The bill has to be of the last 30 days, and "
  .. "without a password."

local epilog = [[
Exit codes: 0 uploaded; 1 wrong usage, no credentials, lost output; 2 the file or a field is wrong,
nothing was sent; 3 it was not uploaded, or may not have been; 4 the credentials were not accepted;
7 interrupted, and not uploaded, or it may have been.

Credentials: TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET.]]

local function arguments()
  local parser = argument_parser.new("upload_document.lua", description, epilog)
  parser:argument("file", "The file.")
  parser:option("--name", "A name for the document. Default: none.")
  parser:flag("--json", "Print the document, or what is wrong, as JSON.")
  return argument_parser.parse(parser)
end

local function main()
  local options = arguments()
  local document, err
  local is_interrupted = interruptible.create(function(client)
    document, err = client.documents:create({
      document_type = "utility_bill", friendly_name = options.name, file = options.file,
    }, { progress = created.progress() })
  end)
  if not document then created.fail(err, is_interrupted) end
  if options.json then json_text.print(document:to_json()) else cli.print(document.sid) end
  cli.exit(0)
end

main()
