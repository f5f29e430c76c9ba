--- Holds the webhook configuration against what it should be; exit code 1 if it differs:
---     lua audit_webhooks.lua https://example.com/webhooks/porting
local client = require("twilio.numbers").new()

local wanted, problems = arg[1], {}
local configuration, err = client.webhook_configuration:fetch()
if not configuration then error(tostring(err)) end

local target = configuration.port_in_target_url or "nowhere"
if target ~= wanted then problems[#problems + 1] = "events of port-ins go to " .. target end
local names = configuration.notifications_of or {}
if #names > 0 then
  problems[#problems + 1] = "only these events are sent: " .. table.concat(names, ", ")
end
for _, problem in ipairs(problems) do print(problem) end
if #problems == 0 then print "as it should be" end
client:close()
os.exit(#problems == 0 and 0 or 1)
