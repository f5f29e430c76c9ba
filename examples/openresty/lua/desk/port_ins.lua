--- What the page asks for: all that is watched, or one port-in as the API gives it, with its PINs masked.

local board = require "desk.board"
local client = require "desk.client"
local numbers = require "twilio.numbers"
local respond = require "desk.respond"

local port_ins = {}

function port_ins.list()
  if not respond.is_get() then return end
  ngx.print("[", table.concat(board.news {}, ","), "]")
end

--- A port-in that is asked for is watched from then on.
function port_ins.show(sid)
  if not respond.is_get() then return end
  if respond.is_foreign() then return respond.refusal(403, "Another site asks for this.") end
  local port_in, err = client.port_ins:fetch(sid)
  if not port_in then return respond.api_error(err) end
  board.add(sid)
  board.post(port_in)
  ngx.print(numbers.mask_pins(port_in:to_json()))
end

return port_ins
