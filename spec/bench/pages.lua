--- Fetches a page again and again and reads its fields, by this library or by Lua-cURL with lua-cjson.
--- usage: pages.lua REQUESTS BASE_URL PATH CA_FILE USER PASSWORD PAGE [peer]
---
--- The pages are "small" and "port-in", whose status and numbers are read, and "bulk", whose results are.

local requests, base_url, path, ca_file, user, password, page, peer = (table.unpack or unpack)(arg)
local sid = path:match "[^/]+$"
local count = 0

local function read_text(value)
  if type(value) == "string" then count = count + #value end
end

local read = {}

function read.ours_port_in(port_in)
  read_text(port_in:status())
  read_text(port_in.target_port_in_date)
  for number in port_in:numbers() do
    read_text(number.phone_number)
    read_text(number:status())
  end
end

function read.ours_bulk(bulk)
  for result in bulk:numbers() do
    read_text(result.phone_number)
    read_text(result.eligibility_status)
  end
end

function read.plain_port_in(object)
  read_text(object.port_in_request_status)
  read_text(object.target_port_in_date)
  for _, number in ipairs(object.phone_numbers) do
    read_text(number.phone_number)
    read_text(number.port_in_phone_number_status)
  end
end

function read.plain_bulk(object)
  for _, result in ipairs(object.results) do
    read_text(result.phone_number)
    read_text(result.eligibility_status)
  end
end

--- A function that fetches once: as a user of this library writes it.
local function ours()
  local client = require("twilio.numbers").new {
    base_url = base_url, ca_file = ca_file, http_version = "1.1", account_sid = user, auth_token = password,
  }
  local resource = page == "bulk" and client.bulk_eligibilities or client.port_ins
  local reader = page == "bulk" and read.ours_bulk or read.ours_port_in
  return function() reader(assert(resource:fetch(sid))) end
end

--- The same as a script without this library does it: one handle, no checks but the status.
local function plain()
  local curl, decode = require "curl", require("cjson").decode
  local ACCEPT_ENCODING, RESPONSE_CODE = 10102, 2097154 -- of curl.h
  local parts, handle = {}, curl.easy_init()
  handle:setopt(curl.OPT_URL, base_url .. path)
  handle:setopt(curl.OPT_CAINFO, ca_file)
  handle:setopt(curl.OPT_HTTP_VERSION, 2)
  handle:setopt(curl.OPT_USERPWD, user .. ":" .. password)
  handle:setopt(ACCEPT_ENCODING, "gzip")
  handle:setopt(curl.OPT_WRITEFUNCTION, function(bytes)
    parts[#parts + 1] = bytes
    return #bytes
  end)
  local reader = page == "bulk" and read.plain_bulk or read.plain_port_in
  return function()
    parts = {}
    assert(handle:perform() == 0)
    assert(not handle.getinfo or handle:getinfo(RESPONSE_CODE) == 200)
    reader(decode(table.concat(parts)))
  end
end

local fetch = peer and plain() or ours()
for _ = 1, tonumber(requests) do fetch() end
print(requests .. " requests, " .. count .. " bytes read")
