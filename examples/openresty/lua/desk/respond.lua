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

--- Whether the request only asks. Others are told what they may do.
function respond.is_get()
  local method = ngx.req.get_method()
  if method == "GET" or method == "HEAD" then return true end
  ngx.header.Allow = "GET"
  respond.refusal(405, "GET")
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
