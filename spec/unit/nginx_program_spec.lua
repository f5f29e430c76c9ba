--- What the examples' and specs' configurations take from `nginx -V`.

local support = require "spec.support"

--- What `nginx -V` says of such a build.
local function description(version, ...)
  return ("nginx version: %s\nbuilt with OpenSSL 3.0.15 3 Sep 2024\nTLS SNI support enabled\n"
    .. "configure arguments: %s\n"):format(version, table.concat({ ... }, " "))
end

local DEBIAN = description("nginx/1.22.1", "--with-cc-opt='-g -O2 -fPIC' --prefix=/usr/share/nginx",
  "--modules-path=MODULES --with-compat --with-http_v2_module --with-http_geoip_module=dynamic")

local OPENRESTY = description("openresty/1.29.2.1",
  "--prefix=/usr/local/openresty/nginx --with-cc-opt='-O2' --add-module=../ngx_devel_kit-0.3.4",
  "--add-module=../echo-nginx-module-0.64 --add-module=../ngx_lua-0.10.30",
  "--add-module=../ngx_lua_upstream-0.07 --with-stream --add-module=../ngx_stream_lua-0.0.18")

local BY_HAND = description("nginx/1.25.1",
  "--add-module=/src/ngx_devel_kit", "--add-module='/src/lua-nginx-module'")

local KIT_ONLY = description("nginx/1.25.0", "--modules-path=MODULES",
  "--add-module=/src/ngx_devel_kit", "--add-dynamic-module=/src/lua-nginx-module")

local STREAM_ONLY = description("nginx/2.0.0", "--modules-path=MODULES",
  "--add-module=../ngx_lua_upstream-0.07", "--add-module=../ngx_stream_lua-0.0.18")

describe("an nginx", function()
  local dir

  setup(function()
    dir = support.run("mktemp -d"):gsub("%s+$", "")
    for _, module in ipairs { "ndk_http_module", "ngx_http_lua_module" } do
      support.write_file(dir .. "/" .. module .. ".so", "")
    end
  end)
  teardown(function() os.execute("rm -rf " .. support.quote(dir)) end)

  --- What a function of the script says of an nginx that describes itself so.
  local function told(text, command, environment)
    support.write_file(dir .. "/description", (text:gsub("MODULES", dir)))
    support.write_file(dir .. "/nginx", "#!/bin/sh\ncat " .. dir .. "/description >&2\n")
    os.execute("chmod +x " .. support.quote(dir .. "/nginx"))
    return (support.run(("%s NGINX_PROGRAM=%s/nginx; . examples/support/nginx.sh; %s"):format(
      environment or "NGINX_LUA_PATH=;", dir, command)):gsub("%s+$", ""))
  end

  local function loads(text)
    return (told(text, "nginx_load_modules"):gsub(dir, "MODULES"))
  end

  local LUA = 'load_module "MODULES/ngx_http_lua_module.so";'
  local BOTH = 'load_module "MODULES/ndk_http_module.so"; ' .. LUA

  it("loads the Lua module and what it needs, unless they are compiled in", function()
    assert.are.equal(BOTH, loads(DEBIAN))
    assert.are.equal("", loads(OPENRESTY))
    assert.are.equal("", loads(BY_HAND))
    assert.are.equal(LUA, loads(KIT_ONLY))
  end)

  it("has no Lua for HTTP by one of other Lua modules", function()
    assert.are.equal(BOTH, loads(STREAM_ONLY))
  end)

  it("is told to lack the Lua module", function()
    local none = DEBIAN:gsub("MODULES", dir .. "/none")
    local code = told(none, [[
      nginx_module() { :; }
      nginx_load_modules && echo there || echo lacking
    ]])
    assert.are.equal("lacking", code)
  end)

  it("has the Lua module's code in the module or in the program", function()
    assert.are.equal(dir .. "/ngx_http_lua_module.so", told(DEBIAN, "nginx_lua_code"))
    assert.are.equal(dir .. "/nginx", told(OPENRESTY, "nginx_lua_code"))
  end)

  it("gets HTTP/2 as its version has it", function()
    local command = "nginx_placeholders >" .. "$(dirname \"$NGINX_PROGRAM\")/sed"
      .. "; echo 'ssl@LISTEN_HTTP2@; @HTTP2@' | sed -f $(dirname \"$NGINX_PROGRAM\")/sed"
    assert.are.equal("ssl http2;", told(DEBIAN, command))
    assert.are.equal("ssl http2;", told(KIT_ONLY, command))
    for _, newer in ipairs { BY_HAND, OPENRESTY, STREAM_ONLY } do
      assert.are.equal("ssl; http2 on;", told(newer, command))
    end
  end)

  it("gets further folders of Lua files", function()
    local command = "nginx_placeholders | grep LUA_PATH"
    assert.are.equal("s|@LUA_PATH@||g", told(DEBIAN, command))
    assert.are.equal("s|@LUA_PATH@|/a/?.lua;/b/?.lua;|g",
      told(DEBIAN, command, "NGINX_LUA_PATH='/a/?.lua;/b/?.lua';"))
    assert.are.equal("s|@LUA_CPATH@|/a/?.so;|g",
      told(DEBIAN, "nginx_placeholders | grep CPATH", "NGINX_LUA_CPATH='/a/?.so';"))
  end)
end)
