--- The confirmation of a campaign: how many port-ins and, where the counts differ, how many telephone numbers.

local cli = require "cli"
local shell = require "shell"

local confirm = {}

local function differs(sum) return sum.numbers ~= sum.targets - sum.unread end

--- The options by which a plan is confirmed.
function confirm.words(sum)
  if not differs(sum) then return "--confirm", sum.targets end
  return "--confirm", sum.targets, "--confirm-numbers", sum.numbers
end

--- How much that is, in words.
function confirm.describe(sum)
  local words = ("%d target%s"):format(sum.targets, sum.targets == 1 and "" or "s")
  return ("%s, %d number%s"):format(words, sum.numbers, sum.numbers == 1 and "" or "s")
end

--- A whole number as it was typed. Anything else confirms nothing.
local function typed(question)
  local text = cli.ask(question)
  cli.stop_if_interrupted()
  local is_whole = text == "0" or text:find "^[1-9]%d*$"
  return is_whole and #text < 10 and tonumber(text) or 0
end

--- Asks on a terminal for what was not given.
---@param options table
---@param sum twilio.numbers.Extent of what is to be cancelled
---@param what string "cancel"
function confirm.ask(options, sum, what)
  if sum.targets == 0 or not shell.is_interactive() then return end
  if not options.confirm then
    options.confirm = typed(("This cannot be undone. Type %d to %s %d: "):format(sum.targets, what,
      sum.targets))
  end
  if options.confirm == sum.targets and not options.confirm_numbers and differs(sum) then
    options.confirm_numbers = typed(("These are %d telephone numbers. Type %d to %s them: "):format(
      sum.numbers, sum.numbers, what))
  end
end

return confirm
