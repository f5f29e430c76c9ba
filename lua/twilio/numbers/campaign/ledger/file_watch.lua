--- Detects that files in use were deleted, moved or replaced. A file is identified by its device and inode, which
--- its path may no longer lead to.

local system = require "twilio.numbers.util.system"


---@class twilio.numbers.CampaignFiles
---@field known table<string, string> the identity of each, by its path
local file_watch = {}
file_watch.__index = file_watch

--- Records the identities of the files at these paths. A path without a file is ignored.
---@param ... string
---@return twilio.numbers.CampaignFiles
function file_watch.record(...)
  local self = setmetatable({ known = {} }, file_watch)
  self:add(...)
  return self
end

--- Records further files, or records a file again.
---@param ... string
function file_watch:add(...)
  for _, path in ipairs { ... } do self.known[path] = system.file_identity(path) end
end

--- The path of a file that is no longer there; nil if all of them are.
---@return string?
function file_watch:find_changed()
  for path, identity in pairs(self.known) do
    if system.file_identity(path) ~= identity then return path end
  end
end

return file_watch
