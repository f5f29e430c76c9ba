--- Where in nginx Lua code can wait without stopping its worker, and what to do elsewhere.

local can_yield = require("twilio.numbers.core").can_yield
local ngx = require "ngx"
local get_phase = ngx.get_phase

local phases = {}

local waits = {
  rewrite = true, server_rewrite = true, access = true, content = true, timer = true,
  preread = true, ssl_client_hello = true, ssl_cert = true, ssl_session_fetch = true,
}

local KEEP = "call in access_by_lua and keep the result in ngx.ctx"
local LATER = "start ngx.timer.at(0, f) and call in f"

local instead = {
  init = LATER .. ", from init_worker_by_lua: there is no worker yet",
  init_worker = LATER,
  exit_worker = "call before the worker exits",
  set = "call in rewrite_by_lua",
  balancer = KEEP,
  header_filter = KEEP .. ", or " .. LATER,
  body_filter = KEEP .. ", or " .. LATER,
  log = LATER,
  ssl_session_store = LATER,
}

--- Why code that runs here cannot wait, or nil if it can.
---@return string?
function phases.objection()
  local phase = get_phase()
  if not waits[phase] then
    return ("%s cannot wait for an answer, and blocking would stop every request of this nginx "
      .. "worker: %s"):format(phase .. "_by_lua", instead[phase] or LATER)
  end
  if not can_yield() then
    return "code that a C function called (string.gsub, table.sort, or require, which runs a "
      .. "module's body) cannot wait in nginx: call outside of it"
  end
end

return phases
