--- The Lua blocks of the READMEs, as a reader would run them, against the sandbox.

local campaigns = require "spec.support.campaigns"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local load_in = setfenv and function(text, name, environment)
  local chunk, problem = loadstring(text, name)
  return chunk and setfenv(chunk, environment), problem
end or function(text, name, environment) return load(text, name, "t", environment) end

--- The blocks of a file: their text, the line before the first, and why one is not to be run.
local function blocks_of(path)
  local blocks, block, reason, number = {}, nil, nil, 0
  for line in io.lines(path) do
    number = number + 1
    if block then
      if line:find "^```" then
        blocks[#blocks + 1], block = block, nil
      else
        block.lines[#block.lines + 1] = line
      end
    elseif line == "```lua" then
      block, reason = { path = path, line = number, lines = {}, reason = reason }, nil
    else
      reason = line:match "^<!%-%- not run: (.*) %-%->$"
    end
  end
  return blocks
end

--- A copy of a module with some functions of its own.
local function altered(module, changes)
  return setmetatable(changes, { __index = module })
end

local closed -- what a block has made, to be closed after it

--- Modules that go to the sandbox, and that leave no file behind.
local function stand_in(name)
  local module = require(name)
  if name == "twilio.numbers" then
    return altered(module, { new = function(options)
      options = options or {}
      options.base_url, options.ca_file = sandbox.url, sandbox.ca_file
      local client, err = module.new(options)
      closed[#closed + 1] = client
      return client, err
    end })
  elseif name == "twilio.numbers.campaign" then
    return altered(module, {
      open = function()
        local ledger, err = module.open(campaigns.place())
        closed[#closed + 1] = ledger
        return ledger, err
      end,
      apply = function(client, ledger, plan, options)
        return module.apply(client, ledger, plan, campaigns.options(options))
      end,
    })
  end
  return module
end

--- What a block finds: a client as an earlier block has made it, and a file of numbers.
local function environment_of(printed, file)
  return setmetatable({
    require = stand_in,
    client = sandbox.client(), numbers = stand_in "twilio.numbers",
    io = altered(io, { lines = function() return io.lines(file) end }),
    print = function(...)
      local words = {}
      for i = 1, select("#", ...) do words[i] = tostring((select(i, ...))) end
      printed[#printed + 1] = table.concat(words, "\t")
    end,
  }, { __index = _G })
end

--- What some blocks say that they print, by a word of theirs.
local expected = {
  { "Ten lines", 'is_cancelable', "In Review\tin_review" },
  { "a plan", "print%(target%.class", "too_late\ta number of it is port_pending" },
  { "a campaign", "spring.ledger", "confirmed" },
  { "a webhook", "from whatever server", "403" },
  { "hooks", "counts%[200%]", "1" },
}

describe("the Lua blocks of", function()
  local file = os.tmpname()

  before_each(function()
    sandbox.reset()
    closed = {}
    local client = sandbox.client()
    local canceling = assert(client.port_ins:fetch(sandbox.sid("KW", 9)))
    assert.are.equal("canceling", canceling:status()) -- the next fetch shows it canceled
    client:close()
    support.write_file(file, "+14155550100\n+14155522131\n")
  end)

  after_each(function()
    for _, object in ipairs(closed) do object:close() end
    campaigns.clean()
    os.remove(file)
  end)

  for _, path in ipairs { "README.md", "lua/README.md", "examples/README.md" } do
    for _, block in ipairs(blocks_of(path)) do
      local text = ("\n"):rep(block.line) .. table.concat(block.lines, "\n")
      local name = ("%s:%d"):format(path, block.line)

      it(name .. (block.reason and " compile" or " run"), function()
        local printed = {}
        local environment = environment_of(printed, file)
        local chunk = assert(load_in(text, "@" .. path, environment))
        closed[#closed + 1] = environment.client
        if block.reason then return end
        chunk()
        local output = table.concat(printed, "\n")
        assert.not_matches("unreadable", output)
        for _, entry in ipairs(expected) do
          if text:find(entry[2]) then assert.matches(entry[3], output) end
        end
      end)
    end
  end
end)
