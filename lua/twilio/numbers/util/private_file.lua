--- Writes files that only their owner can read: they hold phone numbers in clear.

local system = require "twilio.numbers.util.system"

local private_file = {}

local function open(path)
  local ok, why = system.make_private(path)
  if not ok then return nil, why end
  return io.open(path, "wb")
end

--- Calls a function with one that writes to a file, which is opened for the first text. Returns the file, and why a text
--- could not be written.
local function write_pieces(path, make)
  local file, why
  local fine, raised = pcall(make, function(text)
    if why then return end -- it cannot be whole any more
    if not file then file, why = open(path) end
    if not file then return end
    local ok, problem = file:write(text)
    if not ok then why = problem end
  end)
  if fine then return file, why end
  if file then file:close() end
  error(raised, 0)
end

--- Writes a text to a file, which is made so before the first byte is in it. What is no regular file, such as
--- /dev/stdout, is written as it is.
---@param path string
---@param text string|fun(write: fun(text: string)) a function gives the text piece by piece; without a piece it makes no file
---@return true?
---@return string? # why that failed
function private_file.write(path, text)
  local file, why = write_pieces(path, type(text) == "function" and text
    or function(write) write(text) end)
  if file then
    local closed, problem = file:close()
    if not closed then why = why or problem end
  end
  if why then return nil, why end
  return true
end

return private_file
