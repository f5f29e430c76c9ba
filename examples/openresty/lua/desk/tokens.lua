--- Tokens for cancelling. One is for this browser, one target and what was shown of it, works once, and is of no use to
--- another site: it can neither read it nor send the cookie.

local desk = ngx.shared.desk

local tokens = {}

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

--- Makes a token, and sets the browser's cookie.
---@param target string what would be cancelled
---@param seen string what the person is shown of it
---@return string
function tokens.grant(target, seen)
  local who, token = browser() or random_hex(), random_hex()
  desk:set("token " .. token, who .. "\n" .. target .. "\n" .. seen, LIFETIME)
  ngx.header["Set-Cookie"] = ("%s=%s; Path=/; HttpOnly; SameSite=Strict"):format(COOKIE, who)
  return token
end

--- Redeems a token of this browser and for this target: what was shown. Of several requests at once only one succeeds,
--- and a wrong one uses the token up as well.
---@param token any
---@param target string
---@return string?
function tokens.redeem(token, target)
  if type(token) ~= "string" or not token:find "^%x+$" then return nil end
  local granted = desk:get("token " .. token)
  if not granted or not desk:add("used " .. token, true, 2 * LIFETIME) then return nil end
  desk:delete("token " .. token)
  local who, wanted, seen = granted:match "^(%x+)\n([^\n]*)\n(.*)$"
  return who == browser() and wanted == target and seen or nil
end

return tokens
