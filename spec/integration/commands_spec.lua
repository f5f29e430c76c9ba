--- What all commands have in common, whatever they do.

local cjson = require "cjson"
local commands = require "spec.support.commands"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local run = commands.run
local titles = {}
for title in pairs(commands.all) do titles[#titles + 1] = title end
table.sort(titles)

--- The names of subcommands in a help text.
local function subcommands(help)
  local found, is_list = {}, false
  for line in help:gmatch "[^\n]+" do
    if line:find "^%S" then is_list = not line:find "^Options" and not line:find "^Arguments" end
    local name = line:match "^   (%l[%l-]*)%s%s"
    if is_list and name then found[#found + 1] = name end
  end
  return found
end

--- A help text's options with an argument, each with its text.
local function options_of(help)
  local found, current, is_other_name = {}, nil, false -- of an option that has two, on a line each
  for line in help:match "\nOptions:\n(.*)$":gmatch "[^\n]+" do
    if line:find "^   +%-%-?%a" and not is_other_name then current, found[#found + 1] = true, "" end
    is_other_name = line:find "^   +%-%a <[%w_]+>,"
    if current then
      found[#found] = found[#found] .. " " .. line
    end
  end
  local with_argument = {}
  for _, text in ipairs(found) do
    if text:find("<", 1, true) then with_argument[#with_argument + 1] = text end
  end
  return with_argument
end

--- What a command printed on its standard output, as values.
local function decode(title, text)
  if commands.all[title].json ~= "lines" then return cjson.decode(text) end
  for line in text:gmatch "[^\n]+" do cjson.decode(line) end
end

--- What has ended a command, as its JSON tells it: the whole of it, or the last item of an array or line.
local function failure_in(title, text)
  local value = commands.all[title].json == "lines" and cjson.decode(text:match "([^\n]+)\n$")
    or cjson.decode(text)
  value = value[#value] or value
  assert.are.equal("string", type(value.error), text)
  assert.are.equal("string", type(value.kind), text)
  return value
end

--- Without words of Lua about a fault of the script.
local function is_clean(output)
  assert.not_matches("stack traceback", output, 1, true)
  assert.not_matches("%a:%d+: ", output) -- a place in the source
end

--- Runs a command to which Ctrl-C is sent again and again from its first request on. Before, Lua takes it.
--- With `answered`, what is paused is answered after the first one.
local function run_interrupted(line, pause, answered)
  local log = os.tmpname()
  local clear = ("curl -fsS --cacert %s -X DELETE %s/_sandbox/faults >/dev/null"):format(sandbox.ca_file,
    sandbox.url)
  local output, errors, code = run(([[
    TWILIO_LOG=debug %s 2>%s & child=$!
    while kill -0 $child && ! grep -qs 'GET\|POST' %s; do sleep 0.05; done
    kill -INT $child 2>/dev/null; %s
    while kill -INT $child; do %s; done 2>/dev/null
    wait $child]]):format(line, log, log, answered and clear or ":", pause))
  errors = errors .. support.read_file(log)
  os.remove(log)
  return output, errors, code
end

describe("the commands", function()
  before_each(sandbox.reset)
  teardown(commands.clean)

  it("are all here, with all that they can do", function()
    local found = {}
    for name in pairs(commands.scripts) do
      local subs = subcommands(commands.help_of(name))
      if #subs == 0 then found[#found + 1] = name end
      for _, sub in ipairs(subs) do found[#found + 1] = name .. " " .. sub end
    end
    table.sort(found)
    assert.are.same(titles, found)
  end)

  for name in pairs(commands.scripts) do
    it("tell their exit codes: " .. name, function()
      assert.matches("Exit codes: 0 .*7 interrupted", commands.help_of(name))
    end)
  end

  for _, title in ipairs(titles) do
    it("tell the default of each option: " .. title, function()
      for _, text in ipairs(options_of(commands.help_of(title))) do
        text = text:gsub("%s+", " ")
        assert.is_truthy(text:find "[Dd]efault: " or text:find "Required", text)
      end
    end)

    it("complete all their words in a shell: " .. title, function()
      local name, sub = title:match "^(%S+)%s*(.*)$"
      for _, shell in ipairs { "bash", "zsh", "fish" } do
        local text = support.run(("%s --completion %s"):format(commands.shell(name), shell))
        assert.matches(sub, text, 1, true)
        for option in commands.help_of(title):gmatch "%-%-(%l[%l-]+)" do
          assert.matches(option, text, 1, true)
        end
      end
    end)

    it("refuse an unknown option in words, with 1: " .. title, function()
      local name, sub = title:match "^(%S+)%s*(.*)$"
      local output, errors, code = run(("%s %s --no-such-option"):format(commands.shell(name), sub))
      assert.are.equal(1, code)
      -- What `eval` gets from the sandbox's command has to fail as well.
      assert.are.equal(name == "twilio-numbers-sandbox" and "false\n" or "", output)
      assert.matches("unknown option '--no-such-option'", errors, 1, true)
      is_clean(errors)
    end)

    it("tell wrong usage in JSON where JSON is wanted: " .. title, function()
      local name, sub = title:match "^(%S+)%s*(.*)$"
      local output, _, code = run(("%s %s --no-such-option --json"):format(commands.shell(name), sub))
      assert.are.equal(1, code)
      local told = cjson.decode(output)
      assert.are.equal("usage", told.kind)
      assert.matches("unknown option '--", told.error, 1, true)
    end)
  end

  it("do not crash when Ctrl-C comes while they end", function()
    sandbox.fault { fault = "paused", seconds = 60, times = 1000 }
    for _ = 1, 10 do
      local _, errors, code = run_interrupted(commands.line "twilio-port-ins list", ":")
      assert.are.equal(7, code, errors)
    end
  end)

  it("write to no connection and no file where they are started without the standard output", function()
    for _, closed in ipairs { ">&-", "<&- >&-" } do
      local line = commands.line "twilio-port-ins fetch"
      local _, errors, code = run(("%s %s"):format(line, closed))
      assert.are.equal(1, code)
      assert.matches("the output could not be written: Bad file descriptor\n$", errors)
    end
    local _, _, code = run(commands.line "twilio-port-ins fetch" .. " <&- >&- 2>&-")
    assert.are.equal(1, code)
  end)

  for _, title in ipairs(titles) do
    local case = commands.all[title]

    if case.api then
      it("say which credentials are missing, with 1: " .. title, function()
        local line = commands.line(title, not case.arguments and "/dev/null" or nil)
        local none = "env TWILIO_ACCOUNT_SID= TWILIO_AUTH_TOKEN= TWILIO_API_KEY= "
        local output, errors, code = run(none .. line)
        if not case.arguments then return assert.are.equal(8, code) end -- no ledger
        assert.are.equal(1, code, errors)
        assert.matches("TWILIO_ACCOUNT_SID", output .. errors, 1, true)
        is_clean(errors)
      end)
    end

    if case.arguments then
      if case.json then
        it("print whole JSON: " .. title, function()
          local output, errors, code = run(commands.line(title, "--json"))
          assert.are.equal(0, code, errors)
          assert.is_truthy(#output > 1)
          decode(title, output)
        end)
      end

      it("end quietly when what reads their output has gone: " .. title, function()
        local line = commands.line(title, case.cancels and "--json") -- else it ends before it begins
        local pipe = os.tmpname()
        os.remove(pipe)
        -- Open for reading and writing, then for writing, then no longer for reading.
        local _, errors, code = run(("mkfifo %s; exec 3<>%s 4>%s; exec 3<&-; rm %s; %s >&4"):format(
          pipe, pipe, pipe, pipe, line))
        is_clean(errors)
        if case.creates or case.cancels then -- what was done is not to go unnoticed
          assert.are.equal(1, code)
          return assert.matches("the output could not be written: Broken pipe\n$", errors)
        end
        assert.are.equal("", errors)
        assert.are.equal(141, code)
      end)

      it("tell when their output could not be written: " .. title, function()
        local _, errors, code = run(("%s >/dev/full"):format(commands.line(title)))
        assert.are.equal(1, code, errors)
        assert.matches("the output could not be written: No space left on device", errors, 1, true)
        is_clean(errors)
      end)
    end

    if case.json then
      it("tell in one object of JSON what a path that leads nowhere is: " .. title, function()
        local output, errors, code = run(commands.line(title, "--json", "/dev/null/x"))
        assert.is_true(code > 0 and code < 9, errors)
        assert.is_string(failure_in(title, output).error)
        assert.are.equal(1, select(2, output:gsub("\n", "\n")), output)
        is_clean(errors)
      end)
    end

    if case.arguments and case.api and case.json then
      it("tell in whole JSON that the credentials are not accepted: " .. title, function()
        local line = commands.line(title, "--json")
        sandbox.fault { fault = "error", status = 401, code = 20003, times = 1000 }
        local output, errors, code = run(line)
        assert.are.equal(4, code, errors)
        decode(title, output)
        if not case.reports then assert.matches("HTTP 401", failure_in(title, output).error, 1, true) end
      end)
    end

    if case.arguments and case.api then
      it("end with 7 at Ctrl-C, their JSON whole: " .. title, function()
        local line = commands.line(title, case.json and "--json")
        sandbox.fault { fault = "paused", seconds = 60, times = 1000 }
        local output, errors, code = run_interrupted(line, "sleep 0.1", case.finishes)
        assert.are.equal(7, code, errors)
        if case.creates then
          assert.matches("the client was closed before the answer came", errors, 1, true)
        end
        if case.json then decode(title, output) end
        if case.json and not case.cancels then -- that has a report
          assert.are.equal("interrupted", failure_in(title, output).kind)
        end
        is_clean(errors)
      end)
    end
  end
end)

--- What refuses to do something: by title, arguments, exit code and kind.
local refusals = {
  { "twilio-portability", function() return commands.file_of "no number\n" end, 2, "input" },
  { "twilio-port-ins fetch", function()
    return "--file " .. commands.file_of "port_in_sid\nno SID\n"
  end, 2, "input" },
  { "twilio-port-ins fetch", "", 1, "usage" },
  { "twilio-port-ins list", "--created-after yesterday", 1, "usage" },
  { "twilio-port-ins list", "--status typo", 1, "usage" },
  { "twilio-port-ins list", "--status inreview", 1, "usage" },
  { "twilio-port-ins list", "--status ''", 1, "usage" },
  { "twilio-port-ins list", "--status port_pending", 1, "usage" }, -- of a number
  { "twilio-port-ins watch", "--file /dev/null", 2, "input" },
  { "twilio-port-ins create", function() return commands.file_of "[1]" end, 2, "input" },
  { "twilio-port-ins create", function() return commands.file_of "{}" end, 2, "invalid" },
  { "twilio-port-ins plan", function() return commands.file_of "port_in_sid\nno SID\n" end, 2, "input" },
  { "twilio-port-ins apply", function()
    return commands.plan() .. " --confirm 3"
  end, 6, "plan" },
  { "twilio-port-ins apply", function()
    return commands.plan() .. " --confirm 2 --confirm-numbers 3 --allowed-signers /dev/null"
  end, 6, "plan" },
  { "twilio-port-ins apply", function()
    return commands.plan() .. " --dry-run --allowed-signers /dev/null"
  end, 6, "plan" },
  { "twilio-port-ins apply", function() return commands.file_of "{}" end, 6, "plan" },
  { "twilio-port-ins resume", function() return commands.ledger() .. " --campaign ff" end, 8, "ledger" },
  { "twilio-port-ins retry-failed", function() return commands.ledger() end, 5, "nothing" },
}

describe("what a command refuses", function()
  before_each(sandbox.reset)
  teardown(commands.clean)

  for i, case in ipairs(refusals) do
    local title, arguments, wanted, kind = (table.unpack or unpack)(case)
    it(("is told in one object of JSON: %s, %d"):format(title, i), function()
      local output, errors, code = run(commands.line(title, "--json", arguments))
      assert.are.equal(wanted, code, errors)
      local told = cjson.decode(output)
      assert.are.equal(kind, told.kind)
      assert.is_true(#told.error > 10)
      is_clean(errors)
    end)
  end

  it("has what would be done beside it, in a dry run", function()
    local line = commands.line("twilio-port-ins apply", "--json", commands.plan() .. " --dry-run")
    local output, errors, code = run(line)
    assert.are.equal(0, code, errors)
    assert.are.same({ dry_run = true, targets = 2, numbers = 3, left_out = {} }, cjson.decode(output))
  end)
end)

describe("what `list` prints", function()
  before_each(sandbox.reset)
  teardown(commands.clean)

  for _, flag in ipairs { "", " --json" } do
    it("is read by the commands that take a file, from a pipe: list" .. flag, function()
      local line = ("%s | %s plan - --json -o %s"):format(commands.line("twilio-port-ins list", flag),
        commands.shell "twilio-port-ins", commands.file_of("", ".json"))
      local output, errors, code = run(line)
      assert.are.equal(0, code, errors)
      local listed = run(commands.line("twilio-port-ins list", "--json"))
      assert.are.equal(#cjson.decode(listed), #cjson.decode(output).targets)
      local fetched
      fetched, errors, code = run(("%s | %s fetch --json --file -"):format(
        commands.line("twilio-port-ins list", flag .. " --status expired"), commands.shell "twilio-port-ins"))
      assert.are.equal(0, code, errors)
      assert.are.equal(sandbox.sid("KW", 6), cjson.decode(fetched).port_in_request_sid)
    end)
  end
end)
