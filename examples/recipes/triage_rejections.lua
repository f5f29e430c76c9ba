--- What needs a person: port-ins that need an action, and why each number was rejected.
local client = require("twilio.numbers").new()

local sids = {}
for summary, err in client.port_ins:list { status = "action_required" } do
  if err then error(tostring(err)) end
  sids[#sids + 1] = summary:sid()
end
for sid, port_in, err in client.port_ins:fetch_each(sids, { ordered = true }) do
  print(sid, err and tostring(err) or port_in:status())
  for number in err and next or port_in:numbers() do
    if number:status() == "port_rejected" then
      print("", number.phone_number, number.rejection_reason_code or "no code",
        number.rejection_reason or "no reason was given")
    end
  end
end
