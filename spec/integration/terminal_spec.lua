--- The commands on a terminal: what they ask, and how far they say to be.

local campaigns = require "spec.support.campaigns"
local cjson = require "cjson"
local commands = require "spec.support.commands"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"
local terminal = require "spec.support.terminal"

if not terminal.is_there() then
  return pending "the commands on a terminal: needs the command script and /dev/pts"
end

local TARGETS, NUMBERS = "Type 2 to cancel 2: ", "Type 3 to cancel them: "
local CANARY = "1 of 1 confirmed. Cancel the other 1? Type yes: "

--- A plan of two port-ins with three numbers, as `apply` takes it.
local function plan()
  local path = commands.plan()
  table.insert(commands.files, path .. ".ledger")
  return ("%s --ledger %s.ledger"):format(path, path)
end

--- What the terminal showed in the end, without words of Lua about a fault.
local function shown_by(output)
  assert.not_matches("traceback", output, 1, true)
  return terminal.screen(output)
end

describe("apply on a terminal", function()
  before_each(sandbox.reset)
  teardown(commands.clean)

  local function apply(steps, flags)
    local output, code = terminal.run(commands.line("twilio-port-ins apply", flags, plan()), steps)
    return shown_by(output), code, campaigns.count_deletes()
  end

  it("asks how many port-ins and numbers are to be cancelled, and cancels them", function()
    local output, code, deletes = apply { { TARGETS, "2\n" }, { NUMBERS, "3\n" } }
    assert.are.equal(0, code, output)
    assert.matches("This cannot be undone. " .. TARGETS .. "2\n", output, 1, true)
    assert.matches("These are 3 telephone numbers. " .. NUMBERS .. "3\n", output, 1, true)
    assert.are.equal(2, deletes)
  end)

  it("cancels nothing for any other number", function()
    for _, typed in ipairs { "\n", "yes\n", "3\n", "0x2\n", "\4" } do
      local output, code, deletes = apply { { TARGETS, typed } }
      assert.are.equal(6, code, output)
      assert.are.equal(0, deletes)
    end
    local output, code, deletes = apply { { TARGETS, "2\n" }, { NUMBERS, "2\n" } }
    assert.are.equal(6, code, output)
    assert.are.equal(0, deletes)
  end)

  it("ends with 7 at Ctrl-C, and cancels nothing", function()
    for _, steps in ipairs { { { TARGETS, "\3" } }, { { TARGETS, "2\n" }, { NUMBERS, "\3" } } } do
      local output, code, deletes = apply(steps)
      assert.are.equal(7, code, output)
      assert.matches("Interrupted. Nothing was sent.\n$", output)
      assert.are.equal(0, deletes)
    end
  end)

  it("asks after the first ones, and goes on for yes only", function()
    local confirmed = "--confirm 2 --confirm-numbers 3 --canary 1"
    local output, code, deletes = apply({ { CANARY, "yes\n" } }, confirmed)
    assert.are.equal(0, code, output)
    assert.matches("\n" .. CANARY .. "yes\n", output, 1, true)
    assert.are.equal(2, deletes)
    for typed, wanted in pairs { ["\n"] = 3, ["y\n"] = 3, ["\3"] = 7 } do
      sandbox.reset()
      output, code, deletes = apply({ { CANARY, typed } }, confirmed)
      assert.are.equal(wanted, code, output)
      assert.are.equal(1, deletes, typed)
    end
  end)

  it("asks nothing where what it asks would not be seen", function()
    local path = plan()
    local errors = commands.file_of ""
    local line = commands.line("twilio-port-ins apply", nil, path)
    local output, code = terminal.run(("%s 2>%s"):format(line, errors))
    assert.are.equal(6, code, output)
    assert.not_matches("Type", support.read_file(errors), 1, true)
    assert.are.equal(0, campaigns.count_deletes())
  end)

  it("keeps questions out of the JSON that it prints elsewhere", function()
    local out = commands.file_of ""
    local line = commands.line("twilio-port-ins apply", "--json --canary 1", plan())
    local output, code = terminal.run(("%s >%s"):format(line, out),
      { { TARGETS, "2\n" }, { NUMBERS, "3\n" }, { CANARY, "yes\n" } })
    assert.are.equal(0, code, output)
    assert.are.equal(2, cjson.decode(support.read_file(out)).counts.confirmed)
  end)
end)

describe("other commands on a terminal", function()
  before_each(sandbox.reset)
  teardown(commands.clean)

  it("ask before they go on with a campaign", function()
    sandbox.fault { fault = "error", status = 409, code = 20409, method = "DELETE" }
    local confirmed = "--canary 1 --confirm 2 --confirm-numbers 3"
    local line = commands.line("twilio-port-ins apply", confirmed, plan())
    local ledger = line:match "%-%-ledger (%S+)"
    local output, code = terminal.run(line, { { "Type yes: ", "no\n" } })
    assert.are.equal(3, code, output)
    local function on(command, typed, flags)
      local shown
      shown, code = terminal.run(("%s %s %s %s"):format(commands.shell "twilio-port-ins", command, ledger,
        flags or ""), typed)
      return shown_by(shown), code
    end
    -- The first port-in was refused; which it is decides on the other's numbers.
    local left = output:match "To release it: [^\n]*%-%-confirm 1 %-%-confirm%-numbers (%d)" or "1"
    local steps = { { "Type 1 to release 1: ", "1\n" }, { "to release them: ", left .. "\n" } }
    if left == "1" then steps[2] = nil end
    output, code = on("release", { { "Type 1 to release 1: ", "\3" } })
    assert.are.equal(7, code, output)
    output, code = on("release", { { "Type 1 to release 1: ", "2\n" } })
    assert.are.equal(6, code, output)
    output, code = on("release", steps)
    assert.are.equal(0, code, output)
    assert.matches("Released. Nothing was sent.", output, 1, true)
    output, code = on("retry-failed", { { "Type 1 to try again 1: ", "\3" } })
    assert.are.equal(7, code, output)
    assert.are.equal(1, campaigns.count_deletes())
  end)
end)

describe("the sandbox's command on a terminal", function()
  it("says what is wrong, and not what is meant for `eval`", function()
    local output, code = terminal.run(commands.shell "twilio-numbers-sandbox")
    assert.are.equal(1, code)
    assert.matches("a command is required\n$", shown_by(output))
  end)
end)

--- Numbers of which the first is answered at once, the others when faults are cleared.
local function numbers()
  for i = 2, 3 do
    sandbox.fault { fault = "paused", seconds = 600, path = "1415555010" .. i, times = 9 }
  end
  return commands.file_of "+14155550101\n+14155550102\n+14155550103\n"
end

local ROWS = "phone_number,[^\n]*\n" .. ("%%+1415555010%d,[^\n]*\n"):rep(3):format(1, 2, 3)
local LAST = "3 of 3 checked, [%d.]+/s, 0 failed\n" -- stays

local GO_ON = { "1 of 3 checked", -- a line is drawn again after 0.2 seconds
  run = ("sleep 0.3; curl -fsS --noproxy '*' --cacert %s -X DELETE %s/_sandbox/faults >/dev/null"):format(
    sandbox.ca_file, sandbox.url) }

describe("the progress of a command", function()
  before_each(sandbox.reset)
  teardown(commands.clean)

  it("is drawn again on a terminal, apart from what is printed", function()
    local output, code = terminal.run(commands.line("twilio-portability", nil, numbers()), { GO_ON })
    assert.are.equal(0, code, output)
    assert.matches("\r\27[K1 of 3 checked, ", output, 1, true)
    assert.matches("\r\27%[K[23] of 3 checked, ", output)
    local screen = shown_by(output)
    assert.matches("^" .. ROWS .. LAST .. "$", screen)
  end)

  it("is on the terminal, and not in what is printed elsewhere", function()
    local out = commands.file_of ""
    local line = ("%s >%s"):format(commands.line("twilio-portability", nil, numbers()), out)
    local output, code = terminal.run(line, { GO_ON })
    assert.are.equal(0, code, output)
    assert.matches("^" .. LAST .. "$", shown_by(output))
    assert.matches("^" .. ROWS .. "$", (support.read_file(out):gsub("\r\n", "\n")))
  end)

  for _, title in ipairs {
    "twilio-portability", "twilio-port-ins fetch", "twilio-port-ins list", "twilio-port-ins watch",
    "twilio-port-ins plan", "twilio-port-ins apply", "twilio-numbers-upload", "twilio-numbers-doctor",
  } do
    it("does not reach a pipe, whatever the other ends are: " .. title, function()
      local pipe, piped = commands.file_of "", commands.file_of ""
      os.remove(pipe)
      local output, code = terminal.run(("sh -c %s"):format(support.quote(
        ("mkfifo %s; cat %s >%s & %s 2>%s; code=$?; wait; exit $code"):format(
          pipe, pipe, piped, commands.line(title), pipe))))
      assert.are.equal(0, code, output)
      local text = support.read_file(piped)
      for _, part in ipairs { "\27", "\r", "%", " of ", "/s, " } do
        assert.not_matches(part, text, 1, true)
      end
    end)
  end
end)
