--- What the commands say of wrong usage, and of themselves.

local commands = require "spec.support.commands"
local numbers = require "twilio.numbers"
local sandbox = require "spec.support.sandbox"

local run = commands.run

--- Wrong usage: title, arguments, what is said, and the usage that is shown.
local mistakes = {
  { "twilio-port-ins list", "--limit 0", "--limit: '0' is not a whole number from 1", " list [" },
  { "twilio-port-ins list", "--stat x", "unknown option '--stat'\nDid you mean '--status'?", " list [" },
  { "twilio-port-ins list", "--created x",
    "Did you mean one of these: '--created-after' '--created-before'?", " list [" },
  { "twilio-port-ins watch", "--interval 0 KW1",
    "--interval: '0' is not a number of seconds above 0", " watch [" },
  { "twilio-port-ins apply", "--max-rate=fast x",
    "--max-rate: 'fast' is not a number from 0.0001", " apply [" },
  { "twilio-port-ins export", "x", "missing option '-o'", " export [" },
  { "twilio-portability", "--country XX x", "\n--country: one of AT, AU, ", " [-h]" },
  { "twilio-numbers-doctor", "--number 1", "--number: '1' is no phone number", " [-h]" },
  { "twilio-numbers-sandbox start", "--port 1", "--port: '1' is not a port from", " start [" },
  { "twilio-port-ins", "cancel " .. sandbox.sid("KW", 1),
    "unknown command 'cancel'\nTo cancel port-ins, plan first", " [-h]" },
  { "twilio-port-ins", "lst", "Did you mean 'list'?", " [-h]" },
  { "twilio-port-ins plan", sandbox.sid("KW", 1), "A file is expected. For one value: echo '"
    .. sandbox.sid("KW", 1) .. "' | " },
  { "twilio-portability", "--json '+1 (415) 555-0100'", "echo '+1 (415) 555-0100' | " },
  { "twilio-port-ins plan", "+14155550100", "No such file or directory\nA file is expected.\n" },
  { "twilio-portability", "'(415) 555-0100'", "No such file or directory\nA file is expected.\n" },
  { "twilio-port-ins fetch", "--file no_such_file", "cannot read no_such_file: No such file" },
}

describe("wrong usage", function()
  teardown(commands.clean)

  for _, case in ipairs(mistakes) do
    local title, arguments, said, usage = (table.unpack or unpack)(case)
    it(("is told with what is right: %s %s"):format(title, arguments), function()
      local _, errors, code = run(commands.line(title, nil, arguments))
      assert.are.equal(1, code)
      assert.matches(said, errors, 1, true)
      local shown = errors:match "^Usage: %S+([^\n]*)"
      assert.are.equal(usage, shown and shown:sub(1, #(usage or "")))
    end)
  end

  it("of a value in place of a file is told with a command that takes it", function()
    sandbox.reset()
    local line = commands.line("twilio-portability", "--country US", "'(415) 555-0100'")
    local _, errors = run(line)
    local piped = errors:match "echo '[^']+' | "
    assert.matches("check_portability%.lua %-%-country US %-\n$", (errors:gsub("twilio%-portability",
      "check_portability.lua")))
    local output, _, code = run(piped .. line:gsub("'%(415%) 555%-0100'", "-"))
    assert.are.equal(0, code)
    assert.matches("+14155550100,true", output, 1, true)
  end)

  it("of a file of fields is told to be no JSON", function()
    local _, errors, code = run(commands.line("twilio-port-ins create", nil, commands.file_of "no JSON"))
    assert.are.equal(2, code)
    assert.matches(": it is not JSON: ", errors, 1, true)
  end)
end)

describe("a plan's file", function()
  teardown(commands.clean)

  local approve = " --key /dev/null"
  for title, flags in pairs { ["twilio-port-ins apply"] = "", ["twilio-port-ins approve"] = approve } do
    it("is asked for where there is none: " .. title, function()
      local _, errors, code = run(commands.line(title, flags, sandbox.sid("KW", 1)))
      assert.are.equal(1, code)
      assert.matches("No such file[^\n]*\nA plan is expected. This makes one: .* plan FILE.csv\n$", errors)
      _, errors, code = run(commands.line(title, flags, commands.file_of "port_in_sid\n"))
      assert.are.equal(6, code)
      assert.matches("^this is no plan: plan the port%-ins first, and give the file with the plan%.", errors)
    end)
  end
end)

describe("the version", function()
  for name in pairs(commands.scripts) do
    it("is printed by " .. name, function()
      local output, errors, code = run(commands.shell(name) .. " --version")
      assert.are.equal(0, code, errors)
      assert.matches("^%S+ " .. numbers.VERSION:gsub("%p", "%%%0") .. "\n$", output)
    end)
  end
end)

describe("the help", function()
  it("has an option's two names on one line", function()
    for title in pairs(commands.all) do
      assert.not_matches("\n +%-%l <[^\n]+>,", commands.help_of(title))
    end
    assert.matches("\n   -o, --output <output> ", commands.help_of "twilio-port-ins plan", 1, true)
  end)
end)
