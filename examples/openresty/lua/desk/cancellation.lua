--- Cancelling a port-in, or one number of it, in two steps: GET tells what would be cancelled and what speaks against
--- it, and gives a token; POST with the token does it, if nothing has changed.

local assessment = require "desk.assessment"
local board = require "desk.board"
local cjson = require "cjson"
local client = require "desk.client"
local respond = require "desk.respond"
local summary = require "desk.summary"
local tokens = require "desk.tokens"
local watched = require "desk.watched"
local words = require "desk.words"

local cancellation = {}

--- The port-in's number of that SID.
local function find_number(port_in, number_sid)
  for number in port_in:numbers() do
    if number:sid() == number_sid then return number end
  end
end

--- Fetches what is to be cancelled, and judges it. Answers itself if that is not possible.
---@return table? port_in
---@return table? number
---@return desk.Assessment? judged
local function fetch(sid, number_sid)
  if not watched.has(sid) then return respond.not_watched() end
  local port_in, err = client.port_ins:fetch(sid)
  if not port_in then return respond.api_error(err) end
  board.post(port_in)
  local number = number_sid and find_number(port_in, number_sid)
  if number_sid and not number then
    return respond.refusal(404, "The port-in has no such number any longer.")
  end
  local item = number or port_in
  local judged, why = assessment.of(sid, number_sid, item:is_cancelable())
  if not judged and why then return respond.api_error(why) end
  local is_steady = judged and (number or judged.status == port_in:status())
  if not is_steady then
    return respond.refusal(502, "It could not be checked just now. Try again in a moment.")
  end
  return port_in, number, judged
end

local function target_of(sid, number_sid)
  return sid .. " " .. (number_sid or "")
end

local function offer(sid, number_sid)
  if respond.is_foreign() then return respond.foreign() end
  local port_in, number, judged = fetch(sid, number_sid)
  if not port_in then return end
  local shown = summary.of(port_in)
  ngx.print(cjson.encode {
    port_in = shown, number = number and summary.number(number), status = judged.status,
    warning = judged.warning, meaning = judged.meaning,
    is_risky = judged.is_risky, may_cancel = judged.may_cancel,
    token = judged.may_cancel and tokens.grant(target_of(sid, number_sid), judged.seen) or nil,
  })
end

local function read_body()
  ngx.req.read_body()
  local ok, body = pcall(cjson.decode, ngx.req.get_body_data() or "")
  return ok and type(body) == "table" and body or {}
end

--- One DELETE. Returns what its status is afterwards, if that is known.
local function send(sid, number_sid)
  local accepted, err
  if number_sid then
    accepted, err = client.port_in_phone_numbers:cancel(sid, number_sid)
  else
    accepted, err = client.port_ins:cancel(sid)
  end
  if not accepted then return respond.api_error(err, words.of_cancel(err)) end
  local newer = client.port_ins:fetch(sid)
  if newer then board.post(newer) end
  ngx.print(cjson.encode { accepted = true })
end

local function cancel(sid, number_sid)
  local body = read_body()
  local seen = tokens.redeem(body.token, target_of(sid, number_sid))
  if not respond.is_own_page() or not seen then
    return respond.refusal(403, "This was not confirmed on the page. Please try again.")
  end
  local port_in, number, judged = fetch(sid, number_sid)
  if not port_in then return end
  if judged.seen ~= seen then
    local status = tostring(judged.status):gsub("_", " ")
    return respond.refusal(409,
      ("It has changed in the meantime, and is %s now. Nothing was cancelled."):format(status))
  end
  if judged.is_risky and body.knows_risk ~= true then
    return respond.refusal(403, "The warning was not confirmed. Nothing was cancelled.")
  end
  return send(sid, number and number:sid())
end

---@param sid string
---@param number_sid string? if only that number is meant
function cancellation.serve(sid, number_sid)
  local method = ngx.req.get_method()
  if method == "GET" then return offer(sid, number_sid) end
  if method == "POST" then return cancel(sid, number_sid) end
  return respond.wrong_method "GET, POST"
end

return cancellation
