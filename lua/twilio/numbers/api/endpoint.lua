--- Which host to call: numbers[.edge][.region].twilio.com, or one given by its URL.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local contract = require "twilio.numbers.api.contract"
local system = require "twilio.numbers.util.system"

local endpoint = {}

local function check_label(name, value)
  if value == nil then return end
  local is_label = type(value) == "string" and value:find "^[0-9A-Za-z%-]+$"
    and not value:find "^%-" and not value:find "%-$"
  if not is_label then
    argument_error.argument(name, "a name of letters, digits and hyphens", value)
  end
end

local function with_edge_and_region(edge, region)
  if edge and not region then region = "us1" end
  local product, domain = contract.host:match("^([^.]+)%.(.+)$")
  local labels = { product, edge or false, region or false, domain }
  local host = {}
  for _, label in ipairs(labels) do
    if label then host[#host + 1] = label end
  end
  return "https://" .. table.concat(host, ".")
end

local BASE_URL = "^https?://([0-9A-Za-z%.%-:%[%]_]+)([^" .. ascii.CONTROL .. "\128-\255 ?#\\@]*)$"

--- Whether it is a base URL. Credentials, queries and fragments have no place in it, nor have bytes above 127.
---@param url any
---@return boolean
function endpoint.is_base_url(url)
  if type(url) ~= "string" then return false end
  local authority, path = url:match(BASE_URL)
  return authority ~= nil and (path == "" or path:find "^/" ~= nil)
    and not path:find("//", 1, true) and not path:find("..", 1, true)
end

--- The base URL checked, without a slash at its end.
local function check_base_url(url, name)
  if not endpoint.is_base_url(url) then
    argument_error.argument(name, "a URL like https://host[:port][/path]",
      type(url) == "string" and url:find("@", 1, true) and "one with credentials" or url)
  end
  return (url:gsub("/$", ""))
end

local default_ports = { http = 80, https = 443 }

--- A base URL in one spelling, for comparing two: scheme and host in lower case, without the default port and
--- without a slash at the end.
---@param url string a base URL
---@return string
function endpoint.normal(url)
  local scheme, authority, path = url:match "^(https?)://([^/]*)(.*)$"
  local host, port = authority:match "^(.*):(%d*)$"
  port = ascii.whole(port)
  local is_told = port and port ~= default_ports[scheme]
  return ("%s://%s%s%s"):format(scheme, ascii.lower(host or authority),
    is_told and (":%.0f"):format(port) or "", (path:gsub("/+$", "")))
end

local VARIABLE = "TWILIO_NUMBERS_BASE_URL"

--- The URL that paths are appended to. Whoever names another host in the environment must not reach the API by an
--- edge or a region in the program.
---@param options { base_url: string?, edge: string?, region: string? }
---@return string
function endpoint.url(options)
  local name, base_url = "base_url", options.base_url
  if base_url == nil then
    name, base_url = VARIABLE .. " in the environment", system.environment(VARIABLE)
  end
  if base_url ~= nil then
    if options.edge ~= nil or options.region ~= nil then
      argument_error.raise(name .. ": it already names the host, give no edge or region with it")
    end
    return check_base_url(base_url, name)
  end
  local edge = options.edge or system.environment "TWILIO_EDGE"
  local region = options.region or system.environment "TWILIO_REGION"
  check_label("edge", edge)
  check_label("region", region)
  return with_edge_and_region(edge, region)
end

local product = contract.host:match "^[^.]+"
local upload_product, domain = contract.upload_host:match "^([^.]+)(%..+)$"

--- Whether a base URL leads to the provider's own hosts.
local function is_real(url)
  local host = endpoint.normal(url):match "^https?://([^/:]+)"
  host = host and host:gsub("%.$", "") -- a name may end in a dot
  return host ~= nil and ("." .. host):sub(-#domain) == domain
end

--- The host for uploads that belongs to the API's own host, with its edge and region; nil for any other URL.
local function beside_api(url)
  local labels = endpoint.normal(url):match("^https://" .. product .. "(%.[a-z0-9.-]+)$")
  if not labels or labels:sub(-#domain) ~= domain then return nil end
  return "https://" .. upload_product .. labels
end

local UPLOAD_VARIABLE = "TWILIO_NUMBERS_UPLOAD_BASE_URL"

--- The URL that the paths of uploads are appended to. Beside a base URL that is not the API's own, uploads go to that
--- one too: what is tried there must not reach the real API.
---@param options { upload_base_url: string? }
---@param base_url string what `endpoint.url` gave
---@return string
---@return string # what named it, for messages
function endpoint.upload_url(options, base_url)
  if options.upload_base_url ~= nil then
    return check_base_url(options.upload_base_url, "upload_base_url"), "upload_base_url"
  end
  local given = system.environment(UPLOAD_VARIABLE)
  if not given then return beside_api(base_url) or base_url, "base_url" end
  given = check_base_url(given, UPLOAD_VARIABLE)
  if is_real(given) and not is_real(base_url) then
    argument_error.raise(("%s: it leads to the real API, and base_url (%s) does not: "
      .. "unset it, or give the option upload_base_url"):format(UPLOAD_VARIABLE, base_url))
  end
  return given, UPLOAD_VARIABLE
end

return endpoint
