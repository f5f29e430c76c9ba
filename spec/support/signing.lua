--- Signs webhooks as Twilio does, by a tool of its own: the openssl command.

local support = require "spec.support"

local signing = {}

local remembered = {}

local function openssl(arguments, text)
  local key = arguments .. "\0" .. text
  if not remembered[key] then
    local path = os.tmpname()
    support.write_file(path, text)
    remembered[key] = support.run("cat " .. path .. " | openssl " .. arguments):gsub("%s+$", "")
    os.remove(path)
  end
  return remembered[key]
end

--- The base64 HMAC of a text, HMAC-SHA1 unless the hash is "sha256".
function signing.sign(token, text, hash)
  return (openssl(("dgst -%s -binary -hmac %s | openssl base64 -A"):format(hash or "sha1",
    support.quote(token)), text))
end

local function digest(text)
  return openssl("dgst -sha256 -r", text):match "^%x+"
end

--- A request with a JSON body.
---@param url string
function signing.request(url, token, body, hash)
  local joint = url:find("?", 1, true) and "&" or "?"
  local whole = url .. joint .. "bodySHA256=" .. digest(body)
  return {
    method = "POST", query = whole:match "%?(.*)$", body = body,
    headers = {
      ["Content-Type"] = "application/json",
      ["X-Twilio-Signature"] = signing.sign(token, whole, hash),
    },
  }
end

--- Gives a receiver a request with a body, a query and what came in its headers.
---@param request { body: string, query: string, type: string, signature: string?, settings: string? }
function signing.receive(receiver, request)
  return receiver:receive {
    method = "POST", body = request.body, query = request.query,
    headers = {
      ["Content-Type"] = request.type, ["X-Twilio-Signature"] = request.signature,
      ["X-Twilio-Webhooks-Signature-Settings"] = request.settings,
    },
  }
end

return signing
