--- How tests and people steer the sandbox, at /_sandbox/. No credentials: it is on loopback only.

local cjson = require "cjson.safe"
local faults = require "sandbox.faults"
local limit = require "sandbox.limit"
local log = require "sandbox.log"
local respond = require "sandbox.respond"
local server = require "sandbox.server"
local store = require "sandbox.store"

local control = {}

local function body()
  ngx.req.read_body()
  local text, path = ngx.req.get_body_data() or "{}", ngx.req.get_body_file()
  if path then -- a long one
    local file = assert(io.open(path, "rb"))
    text = file:read "*a"
    file:close()
  end
  return cjson.decode(text)
end

local function done()
  respond.object(200, { ok = true })
end

local function refuse(status, why)
  respond.object(status, { error = why })
end

local routes = {}

routes["GET health"] = done

routes["POST reset"] = function()
  store.reset()
  faults.clear()
  limit.clear()
  server.reset()
  log.clear()
  done()
end

--- Adds `count` port-ins of one number each; other fields replace those of each.
routes["POST port-ins"] = function()
  local fields = body()
  local count = type(fields) == "table" and fields.count
  if type(count) ~= "number" or count < 1 or count > 100000 then
    return refuse(400, "count must be from 1 to 100000")
  end
  fields.count = nil
  store.add_many(count, fields)
  done()
end

routes["PUT limit"] = function()
  local rule = body()
  if type(rule) ~= "table" then return refuse(400, "a JSON object expected") end
  local set, why = limit.set(rule)
  if not set then return refuse(400, why) end
  done()
end

routes["DELETE limit"] = function()
  limit.clear()
  done()
end

routes["POST faults"] = function()
  local rule = body()
  if type(rule) ~= "table" then return refuse(400, "a JSON object expected") end
  local added, why = faults.add(rule)
  if not added then return refuse(400, why) end
  done()
end

routes["DELETE faults"] = function()
  faults.clear()
  done()
end

routes["GET log"] = function()
  local requests, total = log.list(ngx.var.arg_method)
  respond.object(200, { requests = requests, total = total })
end

routes["DELETE log"] = function()
  log.clear()
  done()
end

local function put_port_in(sid)
  local fields = body()
  if type(fields) ~= "table" then return refuse(400, "a JSON object expected") end
  store.put_port_in(sid, fields)
  done()
end

function control.serve()
  local method, name = ngx.req.get_method(), ngx.var.uri:match "^/_sandbox/(.*)$"
  local route = routes[method .. " " .. name]
  if route then return route() end
  local sid = name:match "^port%-ins/(KW%x+)$"
  if method == "PUT" and sid and #sid == 34 then return put_port_in(sid) end
  refuse(404, "no such control: " .. method .. " " .. name)
end

return control
