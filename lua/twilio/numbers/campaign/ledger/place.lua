--- Where a ledger is: a file's path, or the URL of a PostgreSQL database. A text that may be a mistyped URL is no path:
--- its password would become a file's name. No message has the text.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"

local place = {}

---@class twilio.numbers.LedgerPlace
---@field kind "sqlite"|"postgresql"
---@field name string what a person is told, without a password
---@field path string? of a file
---@field connection string? what libpq takes
---@field secrets string[]? what no message may have

-- With a blank, for messages mask what has the form of credentials in a URL.
local EXPECTED = "postgresql:// and user:password@host:port/database"

--- Waits of libpq that have no end of their own. A URL's parameters go before.
local defaults = {
  connect_timeout = "10", tcp_user_timeout = "30000", keepalives_idle = "10",
  keepalives_interval = "5", keepalives_count = "3",
}

local function refuse(what)
  argument_error.raise(("ledger: %s expected, or a file's path%s"):format(EXPECTED, what or ""))
end

local function unescape(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- One host of an authority, with its port. An IPv6 address stands in brackets.
local function read_host(text)
  local address, port = text:match "^%[([%x:.]+)%]:?(%d*)$"
  if address then return address, port end
  address, port = text:match "^([^:%[%]]*):?(%d*)$"
  if not address then refuse() end
  return unescape(address), port
end

local function read_hosts(values, authority)
  local hosts, ports = {}, {}
  for text in (authority .. ","):gmatch "([^,]*)," do
    hosts[#hosts + 1], ports[#ports + 1] = read_host(text)
  end
  values.host = table.concat(hosts, ",")
  values.port = table.concat(ports, ","):find "%d" and table.concat(ports, ",") or nil
end

local function read_parameters(values, query)
  for item in query:gmatch "[^&]+" do
    local name, value = item:match "^([a-z_]+)=(.*)$"
    if not name then refuse ", and parameters such as ?sslmode=require" end
    if name == "pgbouncer" then
      argument_error.raise("ledger: a pool that hands out connections by transaction keeps neither "
        .. "prepared statements nor settings: name the database itself, or a pool by session")
    end
    values[name] = unescape(value)
  end
end

--- The parts of a URL's text behind "://".
local function read_parts(rest)
  local values, query = {}, rest:match "%?([^?]*)$"
  if query then rest = rest:sub(1, -#query - 2) end
  local login, address = rest:match "^(.*)@([^@]*)$"
  local authority, name = (address or rest):match "^([^/]*)/?([^/#]*)$"
  if not authority then refuse() end
  local user, password = (login or ""):match "^([^:]*):?(.*)$"
  read_hosts(values, authority)
  for key, text in pairs { user = user, password = password, dbname = name } do
    if text ~= "" then values[key] = unescape(text) end
  end
  read_parameters(values, query or "")
  if not values.dbname or values.dbname == "" then refuse() end
  return values, login and login:match ":(.*)$"
end

--- The values as libpq reads them.
local function connection_text(values)
  local names, parts = {}, {}
  for name in pairs(values) do names[#names + 1] = name end
  for name in pairs(defaults) do
    if values[name] == nil then names[#names + 1] = name end
  end
  ascii.sort(names)
  for i, name in ipairs(names) do
    local value = values[name] or defaults[name]
    parts[i] = ("%s='%s'"):format(name, (value:gsub("[\\']", "\\%0")))
  end
  return table.concat(parts, " ")
end

local function read_url(rest)
  local values, written = read_parts(rest)
  if values.host == "" then values.host = nil end
  return {
    kind = "postgresql", connection = connection_text(values),
    name = ("%s at %s"):format(values.dbname, values.host or "this machine"),
    secrets = { values.password, written },
  }
end

--- Whether a text without a known scheme may be meant as the address of a database.
local function may_be_address(text)
  local blanks = "[" .. ascii.BLANK .. "]*"
  return text:find("://", 1, true) or text:find "^postgr[0-9a-z]*[:/]"
    or text:find "^[a-z][0-9a-z+.-]*:/*[^/@]*:[^/@]*@"
    or text:find("^[^/@" .. ascii.BLANK .. "]+:[^/@]*@[^/]*/")
    or (" " .. text):find("[^0-9a-z_]password" .. blanks .. "=")
    or (" " .. text):find("[^0-9a-z_]dbname" .. blanks .. "=")
end

--- Reads a place. Raises if it is none.
---@param text any
---@return twilio.numbers.LedgerPlace
function place.read(text)
  if type(text) ~= "string" or text == "" then
    argument_error.argument("ledger", "a file's path or a postgresql:// URL", text)
  end
  local scheme, rest = ascii.trim(text):match "^([0-9A-Za-z+.-]+)://(.*)$"
  local kind = scheme and ascii.lower(scheme)
  if kind == "postgresql" or kind == "postgres" then return read_url(rest) end
  if may_be_address(ascii.lower(ascii.trim(text))) then refuse() end
  return { kind = "sqlite", name = text, path = text }
end

return place
