--- What there is on this machine: versions, libcurl's features, authorities, the environment, LuaDBI. Nothing is
--- sent. Of environment variables, only the names are told.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local excerpt = require "twilio.numbers.util.excerpt"
local mask = require "twilio.numbers.doctor.mask"
local system = require "twilio.numbers.util.system"

local machine = {}

local SHOWN = 60 -- bytes of a version

local VARIABLES = {
  "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET", "TWILIO_EDGE",
  "TWILIO_REGION", "TWILIO_NUMBERS_BASE_URL", "TWILIO_NUMBERS_UPLOAD_BASE_URL", "TWILIO_LOG",
  "SSL_CERT_FILE", "SSL_CERT_DIR",
  "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
}

--- Those that name a proxy for https, in libcurl's order.
local PROXIES = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" }

local DRIVERS = { "SQLite3", "PostgreSQL" }

local function lua_version()
  local jit = package.loaded.jit
  return jit and ("%s (%s)"):format(excerpt(jit.version, SHOWN), _VERSION) or _VERSION
end

local function add_versions(add, version)
  add("Lua", "ok", lua_version())
  add("twilio-numbers", "ok", version)
  local ok, cjson = pcall(require, "cjson")
  add("lua-cjson", ok and "ok" or "failed",
    ok and excerpt(cjson._VERSION or "of no version", SHOWN) or "missing")
  add("OpenSSL", "ok", core.openssl_version)
end

local function add_libcurl(add)
  add("libcurl", "ok", core.curl_version)
  add("TLS backend", core.tls_version ~= "none" and "ok" or "failed", core.tls_version)
  add("HTTP/2", core.http2 and "ok" or "note", core.http2 and "yes"
    or "no: each request in flight has a connection of its own")
  local resolver = core.resolver()
  local is_blocking = resolver == "blocking"
  add("name lookup", is_blocking and "note" or "ok",
    is_blocking and "blocking: a slow name server stops the whole program" or resolver)
  add("IPv6", core.ipv6 and "ok" or "note", core.ipv6 and "yes" or "no")
end

--- Where the authorities come from. A path that somebody chose may have a name in it.
local function origin_of(options)
  if options.ca_file or options.ca_path then return "by the options ca_file or ca_path" end
  local is_chosen = system.environment "SSL_CERT_FILE" or system.environment "SSL_CERT_DIR"
  return is_chosen and "by SSL_CERT_FILE or SSL_CERT_DIR"
end

local function add_ca_store(add, options)
  local file, folder = core.ca_store(options.ca_file, options.ca_path)
  local origin = origin_of(options)
  if not file and not folder then return add("authorities", "ok", "libcurl's own") end
  local is_there = folder and system.file_identity(folder) ~= nil
  local handle = file and io.open(file, "rb")
  if handle then handle:close() end
  local what = origin or mask.text(file or folder)
  if handle or is_there then return add("authorities", "ok", what) end
  add("authorities", "failed", what .. ": it cannot be read")
end

local function add_environment(add, options)
  for _, name in ipairs(VARIABLES) do
    add(name, "note", system.environment(name) and "set" or "not set")
  end
  local proxy, from = options.proxy, "the option proxy"
  for _, name in ipairs(PROXIES) do
    if proxy == nil then proxy, from = system.environment(name), name end
  end
  if proxy == nil or proxy == "" then return add("proxy", "ok", "none") end
  add("proxy", "note", ("%s, by %s"):format(mask.host(proxy), from))
end

local function add_luadbi(add)
  local ok = pcall(require, "DBI")
  add("LuaDBI", "note", ok and "present" or "missing: campaigns need it")
  for _, driver in ipairs(DRIVERS) do
    local found = ok and pcall(require, "dbd." .. ascii.lower(driver))
    add("LuaDBI " .. driver, "note", found and "present" or "missing")
  end
end

--- Adds what there is.
---@param section fun(name: string): fun(name: string, state: string, text: string)
---@param options table those of the client
---@param version string the library's
function machine.examine(section, options, version)
  add_versions(section "Versions", version)
  add_libcurl(section "libcurl")
  add_ca_store(section "TLS", options)
  add_environment(section "Environment", options)
  add_luadbi(section "Campaigns")
end

return machine
