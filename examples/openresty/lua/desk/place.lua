--- Where the desk cancels: at the sandbox, or at a host whose port-ins are real.

local client = require "desk.client"

local place = {}

local host = client.base_url:match "^%w+://([^/]+)" or client.base_url

--- desk.sh says that it started the sandbox. That is not believed of Twilio's own hosts.
local is_sandbox = os.getenv "DESK_SANDBOX" == "yes" and not host:lower():find "twilio%.com"

--- What the page says about it, wherever it is scrolled to.
---@return { host: string, is_sandbox: boolean, account_sid: string }
function place.facts()
  return { host = host, is_sandbox = is_sandbox, account_sid = client.account_sid }
end

return place
