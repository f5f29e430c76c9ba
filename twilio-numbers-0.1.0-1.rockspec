rockspec_format = "3.0"
package = "twilio-numbers"
version = "0.1.0-1"

source = {
  url = "git+https://github.com/twilio-numbers/twilio-numbers-lua.git",
  tag = "v0.1.0",
}

description = {
  summary = "Twilio's Numbers (porting) API for Lua, on libcurl",
  detailed = [[
    Screens numbers for portability, fetches and cancels port-ins, reads bulk eligibilities and
    the webhook configuration. A C core on libcurl and lua-cjson under a thin Lua layer.]],
  license = "MIT",
}

dependencies = {
  "lua >= 5.1, < 5.5",
  "lua-cjson >= 2.1.0",
}

-- No header is named: LuaRocks does not look into Debian's multiarch folders, CMake does.
external_dependencies = {
  CURL = { library = "curl" },
  OPENSSL = { library = "crypto" },
}

build = {
  type = "cmake",
  variables = {
    CMAKE_INSTALL_PREFIX = "$(PREFIX)",
    LUADIR = "$(LUADIR)",
    LIBDIR = "$(LIBDIR)",
    BINDIR = "$(BINDIR)",
    LUA_INCDIR = "$(LUA_INCDIR)",
    CURL_ROOT = "$(CURL_DIR)",
    OPENSSL_ROOT_DIR = "$(OPENSSL_DIR)",
    CMAKE_C_FLAGS = "$(CFLAGS)",
  },
}

test = {
  type = "command",
  command = "sh spec/run.sh",
}
