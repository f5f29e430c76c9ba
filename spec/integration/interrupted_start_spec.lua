--- Ctrl-C while a command is loaded.

local cjson = require "cjson"
local commands = require "spec.support.commands"
local support = require "spec.support"

--- Runs shell words; gives standard output, standard error and the exit code.
local function run(line)
  local said = os.tmpname()
  local output, code = support.run(("{ %s; } 2>%s"):format(line, said))
  local errors = support.read_file(said)
  os.remove(said)
  return output, errors, code
end

--- Interrupts a command at one point after the other, until it is done before. Gives how many those are.
---@param step integer modules between two points
local function interrupt_all(line, step, wanted)
  local count = 0
  while true do
    local at = 1 + count * step
    local output, errors, code = run(("AT=%d LUA_INIT=@spec/support/interrupting.lua %s"):format(at, line))
    if code == 0 then return count end
    assert.not_matches("traceback", errors, 1, true)
    assert.matches("^Interrupted%.", errors)
    assert.are.equal(7, code, errors)
    wanted(output)
    count = count + 1
  end
end

describe("Ctrl-C while a command is loaded", function()
  teardown(commands.clean)

  for name in pairs(commands.scripts) do
    it("ends it with 7, and nothing is printed that is not true: " .. name, function()
      local count = interrupt_all(commands.shell(name) .. " --help", 31, function(output)
        -- What `eval` gets from the sandbox's command has to fail as well.
        assert.are.equal(name == "twilio-numbers-sandbox" and "false\n" or "", output)
      end)
      assert.is_true(count > 3)
    end)
  end

  it("is told as JSON where JSON is wanted", function()
    interrupt_all(commands.shell "twilio-port-ins" .. " list --json --help", 9, function(output)
      local told = cjson.decode(output)
      assert.are.equal("interrupted", told.kind)
      assert.matches("^Interrupted%.", told.error)
    end)
  end)
end)
