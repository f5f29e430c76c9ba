--- Where in nginx a call can wait, by nginx's names of its phases. Those of newer versions than the one that
--- the integration specs run are seen here only.

--- What the module says in each phase of a made-up nginx.
---@param subsystem string? "http" or "stream"; older versions do not say
local function objections_of(subsystem)
  local real, phase = package.loaded.ngx, nil
  package.loaded.ngx = {
    get_phase = function() return phase end, config = subsystem and { subsystem = subsystem },
  }
  package.loaded["twilio.numbers.nginx.phases"] = nil
  local phases = require "twilio.numbers.nginx.phases"
  package.loaded["twilio.numbers.nginx.phases"] = nil
  package.loaded.ngx = real
  return function(name)
    phase = name
    return coroutine.wrap(phases.objection)() -- as nginx runs its code
  end
end

local WAITING = {
  "rewrite", "server_rewrite", "access", "precontent", "content", "timer", "ssl_client_hello", "ssl_cert",
  "proxy_ssl_cert", "proxy_ssl_verify", "preread",
}
local NOT_WAITING = {
  http = { "init", "init_worker", "exit_worker", "set", "balancer", "header_filter", "body_filter", "log",
    "ssl_session_fetch", "ssl_session_store" },
  stream = { "init", "init_worker", "exit_worker", "balancer", "log" },
}

--- The directives that there are, of which some have no form without "_block" or "_file".
local DIRECTIVES = {
  http = { "init", "init_worker", "exit_worker", "set", "rewrite", "server_rewrite", "access", "precontent",
    "content", "header_filter", "body_filter", "log", "balancer", "ssl_client_hello", "ssl_certificate",
    "ssl_session_fetch", "ssl_session_store", "proxy_ssl_certificate", "proxy_ssl_verify" },
  stream = { "init", "init_worker", "exit_worker", "preread", "content", "log", "balancer",
    "ssl_client_hello", "ssl_certificate" },
}

describe("in nginx", function()
  for _, subsystem in ipairs { "http", "stream" } do
    local objection = objections_of(subsystem)

    it("a call can wait where " .. subsystem .. " can", function()
      for _, phase in ipairs(WAITING) do assert.is_nil(objection(phase), phase) end
    end)

    it("a call is refused where " .. subsystem .. " cannot wait, by directives that exist", function()
      local exists = {}
      for _, name in ipairs(DIRECTIVES[subsystem]) do exists[name .. "_by_lua_block"] = true end
      for _, phase in ipairs(NOT_WAITING[subsystem]) do
        local text, named = objection(phase), 0
        assert.matches("^" .. phase .. "_by_lua_block cannot wait for an answer", text)
        for name in text:gmatch "[%w_]+_by_lua[%w_]*" do
          assert.is_true(exists[name], name)
          named = named + 1
        end
        assert.is_true(named >= 1)
      end
    end)
  end

  it("the balancer is told of a phase that its part of nginx has", function()
    assert.matches("call in access_by_lua_block and keep", objections_of "http" "balancer", 1, true)
    assert.matches("call in access_by_lua_block and keep", objections_of(nil) "balancer", 1, true)
    assert.matches("call in preread_by_lua_block and keep", objections_of "stream" "balancer", 1, true)
  end)

  it("a session's fetch is refused, for it waits with a patched OpenSSL only", function()
    local text = objections_of "http" "ssl_session_fetch"
    assert.matches("call in ssl_client_hello_by_lua_block", text, 1, true)
    assert.matches("OpenSSL", text, 1, true)
  end)

  it("a phase that is not known is refused", function()
    assert.matches("^tomorrow_by_lua_block cannot wait", objections_of "http" "tomorrow")
  end)
end)
