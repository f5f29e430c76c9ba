--- The port-ins that a command is about, by its arguments and its file.

local cli = require "cli"
local sheet = require "sheet"

--- Their SIDs, each once. None at all is wrong usage.
---@param options { sids: string[], file: string?, column: string?, skip_invalid: boolean? }
---@return string[]
local function read(options)
  local sids, seen = {}, {}
  local function add(list)
    for _, sid in ipairs(list) do
      if not seen[sid] then
        seen[sid] = true
        sids[#sids + 1] = sid
      end
    end
  end
  add(options.sids)
  if options.file then
    add(sheet.values(options.file, options.column or sheet.port_in_columns, sheet.sid_reader "KW",
      "a port-in SID", options.skip_invalid))
  end
  if #sids == 0 then cli.refuse "no port-in is named: give SIDs, KW..., or --file" end
  return sids
end

return { read = read }
