--- A line on a terminal that shows how far a loop is. Elsewhere nothing is written, or a line at intervals.

local argument_error = require "twilio.numbers.util.argument_error"
local ascii = require "twilio.numbers.util.ascii"
local core = require "twilio.numbers.core"
local guard = require("twilio.numbers.util.methods").guard
local options_of = require "twilio.numbers.util.options"

---@class twilio.numbers.ProgressOptions
---@field total integer? how many there will be. Default: unknown.
---@field label string? what to call them. Default: "done".
---@field stream file*? where to write. Default: `io.stderr`.
---@field every number? seconds between two lines where that is no terminal. Default: none are written.

---@class twilio.numbers.Progress
local progress = {}
progress.__index = progress

local schema = options_of.schema {
  total = { kind = "whole" },
  label = { kind = "string", default = "done" },
  stream = { kind = "any" },
  every = { kind = "seconds" },
}

local EVERY = 0.2 -- seconds between two updates of the line

--- Internal. See `numbers.progress`.
---@param options twilio.numbers.ProgressOptions?
---@return twilio.numbers.Progress
function progress.new(options)
  options = schema:check(options or {})
  local files = package.loaded.io -- a program may not have it
  local stream = options.stream or files and files.stderr
  local is_file, shown = true, false
  if stream ~= nil then is_file, shown = pcall(core.is_terminal, stream) end
  if not is_file then argument_error.argument("stream", "an open file", stream) end
  return setmetatable({
    total = options.total, label = options.label, stream = stream, every = options.every,
    shown = shown, done = 0, failed = 0, began = core.now(), last = shown and 0 or core.now(),
  }, progress)
end

--- Internal. What an iterator's option stands for.
---@param value any
---@return twilio.numbers.Progress?
function progress.for_option(value)
  if value == nil or value == false then return nil end
  if value == true then return progress.new() end
  if getmetatable(value) ~= progress then
    argument_error.argument("progress", "true or what numbers.progress gives", value)
  end
  return value
end

local function duration(seconds)
  seconds = math.floor(seconds + 0.5)
  if seconds < 60 then return ("%d s"):format(seconds) end
  if seconds < 3600 then return ("%d min %02d s"):format(math.floor(seconds / 60), seconds % 60) end
  return ("%d h %02d min"):format(math.floor(seconds / 3600), math.floor(seconds % 3600 / 60))
end

--- The line as text: how many, how fast, how many failed, how long it will take.
---@return string
function progress:line()
  local elapsed = math.max(core.now() - self.began, 0.001)
  local rate = self.done / elapsed
  local parts = { ("%d %s"):format(self.done, self.label) }
  if self.total then parts[1] = ("%d of %d %s"):format(self.done, self.total, self.label) end
  parts[2] = ascii.number(rate, "%.1f") .. "/s"
  parts[3] = ("%d failed"):format(self.failed)
  if self.total and self.done > 0 and self.done < self.total then
    parts[4] = ("%s left"):format(duration((self.total - self.done) / rate))
  end
  return table.concat(parts, ", ")
end

local function show(self)
  self.last, self.visible = core.now(), true
  self.stream:write("\r\27[K", self:line())
  self.stream:flush()
end

--- Counts one more as done.
---@param err any its error, if it failed
function progress:count(err)
  self.done = self.done + 1
  if err then self.failed = self.failed + 1 end
  self:tick()
end

--- Shows the line again if it is time. Only a loop that may wait for long between two counts needs it.
function progress:tick()
  local pause = self.shown and EVERY or not self.finished and self.every
  if not pause or core.now() - self.last < pause then return end
  if self.shown then return show(self) end
  self.last = core.now()
  self.stream:write(self:line(), "\n")
  self.stream:flush()
end

--- Clears the line, so that the program can print something else. The next count shows it again.
function progress:clear()
  if not self.visible then return end
  self.visible = false
  self.stream:write "\r\27[K"
  self.stream:flush()
end

--- Shows the last state and ends the line.
function progress:finish()
  if not self.shown or self.finished then return end
  self.finished = true
  show(self)
  self.stream:write "\n"
  self.stream:flush()
end

guard(progress, progress, "progress", "line count tick clear finish")

return progress
