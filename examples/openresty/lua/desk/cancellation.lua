--- Cancelling a port-in in two steps: GET tells what would be cancelled and gives a token; POST with
--- the token does it. The token is for this browser, this port-in and the status that was shown,
--- works once, and is of no use to another site: it can neither read it nor send the cookie.

local board = require "desk.board"
local client = require "desk.client"
local respond = require "desk.respond"
local cjson = require "cjson"

local desk = ngx.shared.desk

local cancellation = {}

local COOKIE, LIFETIME = "desk_browser", 300

local function random_hex()
  local file = assert(io.open("/dev/urandom", "rb"))
  local bytes = file:read(16)
  file:close()
  return (bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

local function browser()
  local known = ngx.var["cookie_" .. COOKIE]
  return known and known:match "^%x+$" and #known == 32 and known or nil
end

--- Whether the desk's own page asks. Browsers say where a request comes from.
local function is_own_page()
  local site, origin = ngx.var.http_sec_fetch_site, ngx.var.http_origin
  if site then return site == "same-origin" end
  return origin == ngx.var.scheme .. "://" .. ngx.var.http_host
end

local function offer(sid)
  if respond.is_foreign() then return respond.refusal(403, "Another site asks for this.") end
  local port_in, err = client.port_ins:fetch(sid)
  if not port_in then return respond.api_error(err) end
  board.post(port_in)
  local who, token = browser() or random_hex(), random_hex()
  desk:set("token " .. token, who .. " " .. sid .. " " .. tostring(port_in:status()), LIFETIME)
  ngx.header["Set-Cookie"] = ("%s=%s; Path=/; HttpOnly; SameSite=Strict"):format(COOKIE, who)
  ngx.print(cjson.encode {
    token = token, status = port_in:status(), is_cancelable = port_in:is_cancelable(),
  })
end

--- Redeems a token: returns what it was given for. Of several requests at once only one succeeds.
local function redeem()
  ngx.req.read_body()
  local ok, body = pcall(cjson.decode, ngx.req.get_body_data() or "")
  local token = ok and type(body) == "table" and body.token
  if type(token) ~= "string" or not token:find "^%x+$" then return nil end
  local granted = desk:get("token " .. token)
  if not granted or not desk:add("used " .. token, true, 2 * LIFETIME) then return nil end
  desk:delete("token " .. token)
  return granted:match "^(%x+) (%w+) (.*)$"
end

local function cancel(sid)
  local who, granted_sid, status = redeem()
  if not is_own_page() or not who or who ~= browser() or granted_sid ~= sid then
    return respond.refusal(403, "This was not confirmed on the page. Please try again.")
  end
  local port_in, err = client.port_ins:fetch(sid)
  if not port_in then return respond.api_error(err) end
  board.post(port_in)
  if tostring(port_in:status()) ~= status then
    return respond.refusal(409, ("It has become %s in the meantime. Nothing was cancelled.")
      :format(tostring(port_in:status())))
  end
  local accepted, why = port_in:cancel()
  if not accepted then return respond.api_error(why) end
  local newer = port_in:refresh()
  if newer then board.post(newer) end
  ngx.print(cjson.encode { accepted = true, status = port_in:status() })
end

function cancellation.serve(sid)
  local method = ngx.req.get_method()
  if method == "GET" then return offer(sid) end
  if method == "POST" then return cancel(sid) end
  return respond.wrong_method "GET, POST"
end

return cancellation
