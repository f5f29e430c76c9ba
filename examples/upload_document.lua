--- Uploads the document that a port-in needs, and prints its SID. `lua upload_document.lua --help` says how, and what
--- its exit codes mean.

package.path = (arg[0]:match "^(.*[/\\])" or "./") .. "support/?.lua;" .. package.path
local argument_parser = require "argument_parser"
local cli = require "cli"

local description = "Uploads a utility bill, a PDF or an image of at most 10 MB, and prints the "
  .. "document's SID, for `documents` of a port-in. The bill has to be of the last 30 days, and "
  .. "without a password."

local epilog = [[
Exit codes: 0 uploaded; 1 wrong usage, no credentials, lost output; 2 the file or a field is wrong,
nothing was sent; 3 it was not uploaded, or may not have been; 4 the credentials were not accepted.

Credentials: TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET.]]

local function arguments()
  local parser = argument_parser.new("upload_document.lua", description, epilog)
  parser:argument("file", "The file.")
  parser:option("--name", "A name for the document.")
  return cli.parse(parser)
end

--- Writes to a terminal how far it is. Terminals are those from which one types.
local function progress()
  if not cli.is_interactive() then return nil end
  return function(sent, total)
    io.stderr:write(("\r%3.0f %%%s"):format(100 * sent / total, sent == total and "\n" or ""))
  end
end

local function main()
  local options = arguments()
  local client = cli.client()
  local document, err = client.documents:create({
    document_type = "utility_bill", friendly_name = options.name, file = options.file,
  }, { progress = progress() })
  if document then
    cli.print(document.sid)
    client:close()
    cli.exit(0)
  end
  for _, problem in ipairs(err.problems or {}) do
    cli.warn(problem.path .. ": " .. problem.message)
  end
  if err.problems then cli.exit(cli.bad_rows) end
  cli.exit(cli.is_unauthorized(err) and cli.unauthorized or cli.partial, tostring(err))
end

main()
