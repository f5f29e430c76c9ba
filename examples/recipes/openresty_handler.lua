--- A handler of nginx with Lua, or OpenResty, that answers /port-ins/KW... without blocking the worker:
---     location ~ "^/port-ins/(KW[0-9a-f]{32})$" {
---       content_by_lua_block { require("openresty_handler").show(ngx.var[1]) }
---     }
local numbers = require "twilio.numbers"

local handler = {}
local client -- one for each worker, for its connections

function handler.show(sid)
  client = client or numbers.new()
  local port_in, err = client.port_ins:fetch(sid, { deadline = 5 })
  if not port_in then
    ngx.status = err.http_status == 404 and 404 or 502
    ngx.log(ngx.ERR, tostring(err))
    return ngx.say "it cannot be shown"
  end
  ngx.say(port_in:sid(), " ", port_in:status())
end

return handler
