--- The progress line: on a terminal only.

local numbers = require "twilio.numbers"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"
local terminal = require "spec.support.terminal"

local chunk = [[
  local sandbox = require "spec.support.sandbox"
  local numbers = require "twilio.numbers"
  local client = sandbox.client { base_url = os.getenv "SANDBOX_URL" }
  local progress = numbers.progress { total = 3, label = "checked" }
  for _ in client.portability:check_each({ "+14155550100", "+14155550101", "no" },
    { progress = progress }) do end
  print "the end"]]

local function run(command)
  local file = os.tmpname()
  support.write_file(file, chunk)
  local output = support.run(command:format(support.lua .. " " .. file))
  os.remove(file)
  return output
end

describe("progress", function()
  before_each(sandbox.reset)

  it("is silent where nobody watches", function()
    assert.are.equal("the end\n", run "%s")
  end)

  it("shows on a terminal how many, how fast, how many failed", function()
    if not terminal.is_there() then return pending "needs the command script and /dev/pts" end
    local output = run "script -qec '%s' /dev/null </dev/null"
    assert.matches("3 of 3 checked, [%d.]+/s, 1 failed", output)
    assert.matches("the end", output, 1, true)
  end)

  it("is drawn a few times a second, however much is printed between", function()
    if not terminal.is_there() then return pending "needs the command script and /dev/pts" end
    local busy = chunk:gsub("do end", "do progress:clear() print 'a line' end")
      :gsub('{ "%+14155550100".-}', "(function() local list = {} for i = 1, 300 do "
        .. 'list[i] = ("+1415555%%04d"):format(i) end return list end)()')
    local file = os.tmpname()
    support.write_file(file, busy)
    local output = support.run(("script -qec '%s %s' /dev/null </dev/null"):format(
      support.lua, file))
    os.remove(file)
    assert.are.equal(300, select(2, output:gsub("a line", "")))
    assert.is_true(select(2, output:gsub("checked", "")) < 150)
  end)

  it("tells the time that is left", function()
    local progress = numbers.progress { total = 4 }
    progress.began = progress.began - 120
    progress:count()
    progress:count "an error"
    assert.matches("^2 of 4 done, 0%.0/s, 1 failed, 2 min 00 s left$", progress:line())
    local unknown = numbers.progress { label = "fetched" }
    unknown.began = unknown.began - 10
    for _ = 1, 100 do unknown:count() end
    assert.matches("^100 fetched, %d+%.%d/s, 0 failed$", unknown:line())
  end)
end)
