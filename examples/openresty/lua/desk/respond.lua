--- Answers that are no success.

local cjson = require "cjson"

local respond = {}

---@param status integer
---@param message string for the person at the desk
---@param more table? further fields
function respond.refusal(status, message, more)
  local body = more or {}
  body.message = message
  ngx.status = status
  ngx.print(cjson.encode(body))
  return ngx.exit(ngx.HTTP_OK)
end

--- The request's method is none of these.
---@param allowed string such as "GET, POST"
function respond.wrong_method(allowed)
  ngx.header.Allow = allowed
  return respond.refusal(405, (allowed:gsub(", ", " or ")))
end

--- Whether the request only asks. Others are told so.
function respond.is_get()
  local method = ngx.req.get_method()
  return method == "GET" or method == "HEAD" or respond.wrong_method "GET"
end

--- Whether the browser says that another site has it ask.
function respond.is_foreign()
  local site = ngx.var.http_sec_fetch_site
  return site ~= nil and site ~= "same-origin" and site ~= "none"
end

--- The API said no, or nothing: its 404 stays one, all else is a bad gateway's.
function respond.api_error(err)
  return respond.refusal(err.http_status == 404 and 404 or 502, tostring(err),
    { kind = err.kind, outcome = err.outcome })
end

return respond
