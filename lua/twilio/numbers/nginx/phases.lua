--- Where in nginx Lua code can wait without stopping its worker, and what to do elsewhere.

local can_yield = require("twilio.numbers.core").can_yield
local ngx = require "ngx"
local get_phase = ngx.get_phase

local phases = {}

local waits = {
  rewrite = true, server_rewrite = true, access = true, precontent = true, content = true,
  timer = true, preread = true, ssl_client_hello = true, ssl_cert = true, proxy_ssl_cert = true,
  proxy_ssl_verify = true,
}

--- The directives whose names are not their phases'.
local directives = {
  ssl_cert = "ssl_certificate_by_lua_block",
  proxy_ssl_cert = "proxy_ssl_certificate_by_lua_block",
}

--- nginx's stream part has no phase "access": its first one that can wait is "preread".
local is_stream = ngx.config ~= nil and ngx.config.subsystem == "stream"

local KEEP = ("call in %s_by_lua_block and keep the result in ngx.ctx"):format(
  is_stream and "preread" or "access")
local LATER = "start ngx.timer.at(0, f) and call in f"

local instead = {
  init = LATER .. ", from init_worker_by_lua_block: there is no worker yet",
  init_worker = LATER,
  exit_worker = "call before the worker exits",
  set = "call in rewrite_by_lua_block",
  balancer = KEEP,
  header_filter = KEEP .. ", or " .. LATER,
  body_filter = KEEP .. ", or " .. LATER,
  log = LATER,
  ssl_session_fetch = "call in ssl_client_hello_by_lua_block. Only an OpenSSL with OpenResty's "
    .. "patches could wait here",
  ssl_session_store = LATER,
}

--- Why code that runs here cannot wait, or nil if it can.
---@return string?
function phases.objection()
  local phase = get_phase()
  if not waits[phase] then
    local directive = directives[phase] or phase .. "_by_lua_block"
    return ("%s cannot wait for an answer, and blocking would stop every request of this nginx "
      .. "worker: %s"):format(directive, instead[phase] or LATER)
  end
  if not can_yield() then
    return "code that a C function called (string.gsub, table.sort, or require, which runs a "
      .. "module's body) cannot wait in nginx: call outside of it"
  end
end

return phases
