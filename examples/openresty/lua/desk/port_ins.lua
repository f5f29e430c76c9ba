--- What the page asks for: all that is watched, one port-in as the API gives it with its PINs masked, and to watch one
--- more or one less.

local board = require "desk.board"
local client = require "desk.client"
local numbers = require "twilio.numbers"
local respond = require "desk.respond"
local watched = require "desk.watched"

local port_ins = {}

function port_ins.list()
  if not respond.is_get() then return end
  if respond.is_foreign() then return respond.foreign() end
  ngx.print("[", table.concat(board.news {}, ","), "]")
end

function port_ins.show(sid)
  if not respond.is_get() then return end
  if respond.is_foreign() then return respond.foreign() end
  if not watched.has(sid) then return respond.not_watched() end
  local port_in, err = client.port_ins:fetch(sid)
  if not port_in then return respond.api_error(err) end
  board.post(port_in)
  ngx.print(numbers.mask_pins(port_in:to_json()))
end

--- Only what the API knows is watched.
local function add(sid)
  local port_in, err = client.port_ins:fetch(sid)
  if not port_in then return respond.api_error(err) end
  if not watched.add(sid) then
    return respond.refusal(409, "The desk watches as many as it can. Stop watching another first.")
  end
  board.post(port_in)
  ngx.print '{"watched":true}'
end

local function remove(sid)
  watched.remove(sid)
  board.forget(sid)
  ngx.print '{"watched":false}'
end

--- PUT watches it, DELETE no longer does. Neither changes the port-in.
function port_ins.watch(sid)
  local method = ngx.req.get_method()
  if method ~= "PUT" and method ~= "DELETE" then return respond.wrong_method "PUT, DELETE" end
  if not respond.is_own_page() then return respond.foreign() end
  return (method == "PUT" and add or remove)(sid)
end

return port_ins
