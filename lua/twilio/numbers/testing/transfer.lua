--- A request in the transport in memory, later its response: see client/transport.lua.

local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"

---@class twilio.numbers.testing.Transfer: twilio.numbers.Transfer
---@field state "queued"|"in_flight"|"waiting"|"asleep"|"done"
---@field count integer attempts
---@field response table? of the last attempt
---@field due number? when the present state ends
---@field ends number when its time is over
local transfer = {}
transfer.__index = transfer

function transfer:close() self.closed = true end
function transfer:is_closed() return self.closed == true end
function transfer:done() return self.state == "done" end
function transfer:in_flight() return self.state == "in_flight" end
function transfer:attempts() return self.count end
function transfer:status() return self.response.status end
function transfer:header(name) return (self.response.headers or {})[ascii.lower(name)] end
function transfer:retry_after() return self.response.retry_after end
function transfer:size() return #(self.response.text or "") end
function transfer.distrust() end

function transfer:text(most)
  return (self.response.text or ""):sub(1, most or -1)
end

function transfer:sent()
  local in_last = self.count > 0 and self.response.sent ~= false
  return self.was_sent or in_last, in_last
end

function transfer:result()
  local response = self.response
  if not response.kind then return response.status end
  return nil, response.kind, response.message
end

function transfer:object()
  local text = self:text()
  if ascii.trim(text):sub(1, 1) ~= "{" then return nil, "it is no JSON object" end
  return core.decode(text)
end

function transfer:stopped()
  if self.state == "waiting" then return nil, self.due - self.clock.now end
  return self.why_stopped or "final"
end

--- All of the file once an attempt is over, and half of it before.
function transfer:uploaded()
  local total = self.file_size or 0
  return self.state == "done" and total or math.floor(total / 2), total
end

function transfer:info()
  local seconds = self.response.seconds or 0
  return {
    reused = self.number > 1, http_version = "2",
    name = 0, connect = 0, tls = 0, first_byte = seconds, total = seconds,
  }
end

function transfer:receipt()
  if not self.closed or self.state ~= "done" or self.count == 0 then return nil end
  local receipt, lines = self:info(), { "HTTP/2 " .. tostring(self:status() or "") }
  for name, value in pairs(self.response.headers or {}) do
    lines[#lines + 1] = ("%s: %s"):format(name, value)
  end
  receipt.head = table.concat(lines, "\r\n")
  receipt.status, receipt.attempts = self:status(), self.count
  return receipt
end

return transfer
