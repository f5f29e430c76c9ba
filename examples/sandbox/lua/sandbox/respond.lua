--- Writing answers.

local cjson = require "cjson.safe"

local respond = {}

--- lua-cjson 2.1.0 writes every empty table as {}. These are arrays.
local arrays = {
  configurations = true, documents = true, notification_emails = true, notifications_of = true,
  phone_numbers = true, port_in_requests = true, requests = true, results = true,
}

local JSON = "application/json; charset=utf-8"

--- Writes a text; or several, which are one answer.
local function write(status, text, length, content_type)
  ngx.status = status
  if status == 204 then return end
  ngx.header.content_type = content_type or JSON
  ngx.header.content_length = length
  ngx.print(text)
end

function respond.text(status, text, content_type)
  write(status, text, #text, content_type)
end

--- Adds the pieces of a value's JSON text. Each is short: some versions of LuaJIT take very long for many long texts
--- that are nearly the same.
local function add(pieces, value, name)
  if type(value) ~= "table" then
    pieces[#pieces + 1] = cjson.encode(value):gsub("\\/", "/") -- as the API writes it
  elseif value[1] ~= nil or next(value) == nil and arrays[name] then
    pieces[#pieces + 1] = "["
    for i, item in ipairs(value) do
      if i > 1 then pieces[#pieces + 1] = "," end
      add(pieces, item)
    end
    pieces[#pieces + 1] = "]"
  else
    local separator = ""
    pieces[#pieces + 1] = "{"
    for member, item in pairs(value) do
      pieces[#pieces + 1] = separator .. cjson.encode(member) .. ":"
      add(pieces, item, member)
      separator = ","
    end
    pieces[#pieces + 1] = "}"
  end
  return pieces
end

function respond.encode(object)
  return table.concat(add({}, object))
end

function respond.object(status, object, content_type)
  local pieces, length = object and add({}, object) or {}, 0
  for _, piece in ipairs(pieces) do length = length + #piece end
  write(status, pieces, length, content_type)
end

return respond
