--- The connection that the current request came by, such as a browser's. With `lua_check_client_abort off`,
--- which is nginx's default, nginx does not tell that the browser has closed it.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local ngx = require "ngx"

local downstream = {}

---@class twilio.numbers.nginx.Downstream
---@field address string the peer's, as the socket has it
---@field port integer
---@field own_port integer

--- Behind a proxy, nginx's variables may have another address than the socket.
local function variables()
  local var = ngx.var
  return var.realip_remote_addr or var.remote_addr, var.realip_remote_port or var.remote_port,
    var.server_port
end

--- Of the current request; nil where there is none, as in a timer, or where it has no port.
---@return twilio.numbers.nginx.Downstream?
function downstream.current()
  local ok, address, port, own_port = pcall(variables)
  port, own_port = ok and ascii.whole(port), ok and ascii.whole(own_port)
  if not (port and own_port) or core.has_hung_up(address, port, own_port) == nil then return nil end
  return { address = address, port = port, own_port = own_port }
end

--- Whether the peer has closed it.
---@param connection twilio.numbers.nginx.Downstream
---@return boolean
function downstream.is_gone(connection)
  return core.has_hung_up(connection.address, connection.port, connection.own_port) ~= false
end

return downstream
