--- Whether a request was signed by Twilio. `X-Twilio-Signature` is the base64 HMAC of the requested URL and
--- of the form's fields. For other bodies the URL carries `bodySHA256`. The HMAC is HMAC-SHA1 with the auth
--- token, or HMAC-SHA256 with a shared key.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local date = require "twilio.numbers.util.date"
local encoding = require "twilio.numbers.util.url_query"
local urls = require "twilio.numbers.webhook.urls"

local signature = {}

--- A form as it is signed: fields sorted by name, then by value, without repeated ones.
---@param body string
---@return string
function signature.form_text(body)
  local values, names = encoding.grouped(body)
  local parts = {}
  table.sort(names, ascii.is_before)
  for _, name in ipairs(names) do
    local last
    table.sort(values[name], ascii.is_before)
    for _, value in ipairs(values[name]) do
      if value ~= last then parts[#parts + 1] = name .. value end
      last = value
    end
  end
  return table.concat(parts)
end

--- Whether each field has a name and a value. The signed text has no separator between the two, so
--- "ab=" and "a=b" are signed alike. Twilio always sends both parts, so a missing one is refused.
local function is_whole(text)
  for part in (text .. "&"):gmatch "([^&]*)&" do
    if not part:find "^[^=]+=" then return false end
  end
  return true
end

local MOST = 500 -- fields: they are sorted before the sender is verified
local DATE = "last_date_updated"

local function count_of(text, word)
  return select(2, text:gsub(word, ""))
end

--- The date decides whether a form is too old. If the signed text has one, it must be in its own field,
--- whole, and without a part of the next field. A date that cannot be read must not have letters with which
--- a field's name could begin.
local function is_date_in_place(body, text)
  local count, names, value = count_of(text, DATE), 0, nil
  if count == 0 then return true end
  for _, pair in ipairs(encoding.pairs_of(body)) do
    names = names + count_of(pair[1], DATE)
    if pair[1] == DATE then value = value or pair[2] end
  end
  return value ~= nil and names == count
    and (date.seconds(value) ~= nil or value:find "^[%d \t\n\v\f\r%-:.,/+TZ]*$" ~= nil)
end

--- Why a form is refused, even with a valid signature; or the text that was signed.
---@return string? objection
---@return string? text
local function form_objection(body)
  if count_of(body, "&") >= MOST then return "the form has too many fields" end
  if body ~= "" and not is_whole(body) then
    return "the form has a field without a name or a value"
  end
  local text = signature.form_text(body)
  if not is_date_in_place(body, text) then return "the form's date is not where it belongs" end
  if text:find("bodySHA256=", 1, true) then return "the form has what belongs to a URL" end
  return nil, text
end

local SIGNATURE = "X-Twilio-Signature"
local MOST_HASHES = 2 -- of the body in a query

--- The one signature of a request, or nil and what is wrong. Proxies join several headers by commas.
local function only_signature(given)
  local count = #given
  if count > 1 then return nil, ("there are %d %s headers"):format(count, SIGNATURE) end
  if count == 0 or given[1] == "" then return nil, ("there is no %s"):format(SIGNATURE) end
  if given[1]:find(",", 1, true) then
    return nil, ("there are several %s in one header"):format(SIGNATURE)
  end
  return given[1]
end

--- Why the body is not what was signed; or what is signed behind the URL.
---@return string? objection
---@return string? ending
local function body_objection(request)
  local hashes = request.query.hashes
  if #hashes > MOST_HASHES then return "bodySHA256 comes more than twice" end
  if hashes[1] then
    local own = core.sha256(request.body)
    for _, field in ipairs(hashes) do
      if not core.equal(urls.hash_of(field), own) then return "bodySHA256 is not the body's" end
    end
    return nil, ""
  elseif request.is_form then
    return form_objection(request.body)
  end
  return "the URL has no bodySHA256, and the body is no form"
end

--- What a receiver reads of a request to verify it. Headers are arrays, for there may be several of a name.
---@class twilio.numbers.webhook.Signed
---@field signature string[] `X-Twilio-Signature`
---@field settings string[] `X-Twilio-Webhooks-Signature-Settings`
---@field query twilio.numbers.webhook.Query
---@field body string
---@field is_form boolean

--- Why the request is not Twilio's, or nil if it is.
---@param secrets twilio.numbers.webhook.Secrets
---@param url twilio.numbers.webhook.Url the configured one
---@param request twilio.numbers.webhook.Signed
---@return string?
function signature.objection(secrets, url, request)
  local given, problem = only_signature(request.signature)
  if not given then return problem end
  local scheme, refused = secrets:scheme_of(request.settings)
  if not scheme then return refused end
  if #given ~= scheme.length then return ("%s is no %s"):format(SIGNATURE, scheme.algorithm) end
  if not urls.is_query_of(url, request.query) then return "the query is not the URL's" end
  local objection, ending = body_objection(request)
  if objection then return objection end
  local texts = urls.candidates(url, request.query)
  for i, text in ipairs(texts) do texts[i] = text .. ending end
  if not scheme.verifier:verifies(given, (table.unpack or unpack)(texts)) then
    return ("%s does not fit the URL and %s"):format(SIGNATURE, scheme.secret)
  end
end

return signature
