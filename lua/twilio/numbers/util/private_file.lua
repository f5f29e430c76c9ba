--- Writes files that only their owner can read: they hold phone numbers in clear.

local system = require "twilio.numbers.util.system"

local private_file = {}

--- Writes a text to a file, which is made so before the first byte is in it. What is no regular file, such as
--- /dev/stdout, is written as it is.
---@param path string
---@param text string
---@return true?
---@return string? # why that failed
function private_file.write(path, text)
  local ok, why = system.make_private(path)
  if not ok then return nil, why end
  local file
  file, why = io.open(path, "wb")
  if not file then return nil, why end
  ok, why = file:write(text)
  local closed, problem = file:close()
  if ok and closed then return true end
  return nil, why or problem
end

return private_file
