--- Writing answers.

local cjson = require "cjson.safe"

local respond = {}

--- lua-cjson 2.1.0 writes every empty table as {}. These are arrays.
local arrays = { "configurations", "documents", "notification_emails", "notifications_of",
  "phone_numbers", "port_in_requests", "requests", "results" }

local JSON = "application/json; charset=utf-8"

function respond.text(status, text, content_type)
  ngx.status = status
  if status == 204 then return end
  ngx.header.content_type = content_type or JSON
  ngx.header.content_length = #text
  ngx.print(text)
end

function respond.encode(object)
  local text = cjson.encode(object):gsub("\\/", "/") -- as the API writes it
  for _, name in ipairs(arrays) do
    local value = object[name]
    if type(value) == "table" and next(value) == nil then
      text = text:gsub('"' .. name .. '":{}', '"' .. name .. '":[]')
    end
  end
  return text
end

function respond.object(status, object, content_type)
  respond.text(status, object and respond.encode(object) or "", content_type)
end

return respond
