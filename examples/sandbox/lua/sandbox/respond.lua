--- Writing answers.

local cjson = require "cjson.safe"

local respond = {}

local JSON = "application/json; charset=utf-8"

function respond.text(status, text, content_type)
  ngx.status = status
  if status == 204 then return end
  ngx.header.content_type = content_type or JSON
  ngx.header.content_length = #text
  ngx.print(text)
end

function respond.object(status, object)
  respond.text(status, object and cjson.encode(object) or "")
end

return respond
