--- Answers that are no success, and who may ask.

local cjson = require "cjson"
local words = require "desk.words"

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

--- Whether the desk's own page asks. Browsers say where a request that changes something comes from.
function respond.is_own_page()
  local site, origin = ngx.var.http_sec_fetch_site, ngx.var.http_origin
  if site then return site == "same-origin" end
  return origin == ngx.var.scheme .. "://" .. ngx.var.http_host
end

function respond.foreign()
  return respond.refusal(403, "Another site asks for this.")
end

--- The page may act on what is watched, and on nothing else.
function respond.not_watched()
  return respond.refusal(404, "The desk does not watch this port-in. Add it first.")
end

--- The API said no, or nothing: its 404 stays one, all else is a bad gateway's.
---@param err twilio.numbers.Error
---@param message string? for the person at the desk
function respond.api_error(err, message)
  return respond.refusal(err.http_status == 404 and 404 or 502, message or words.of_error(err),
    { kind = err.kind, outcome = err.outcome, detail = tostring(err) })
end

return respond
