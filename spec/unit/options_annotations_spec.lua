--- The annotations of options name those that the code takes, and tell the defaults that it has.

local annotations = require "spec.support.annotations"
local ascii = require "twilio.numbers.util.ascii"
local builder = require "twilio.numbers.client.builder"
local code = require "spec.support.code"
local options = require "spec.support.options"

local found = annotations.read()

local units = { MiB = 2 ^ 20, hours = 3600, day = 86400 }

--- A default as a value: a number with its unit, true, false, or the text.
local function value_of(text)
  if text == "true" or text == "false" then return text == "true" end
  local number, unit = text:match "^([%d%.]+)%s?(%a*)"
  if number then return ascii.decimal(number) * (units[unit] or 1) end
  return text:match '^"(.*)"$' or text:match "^`([^`]*)`" or text
end

local function names_of(class)
  local names = {}
  for _, field in ipairs(class.fields) do names[field.name] = true end
  return names
end

for name, source in pairs(options) do
  local class = found.classes["twilio.numbers." .. name]

  describe("the annotations of " .. name, function()
    it("name each option that the code takes, and no other", function()
      assert.are.same(source.names, names_of(assert(class, "it has no annotation")))
    end)

    for option, default in pairs(source.defaults or {}) do
      it("tell the default of " .. option, function()
        local field = annotations.member(found, class.name, option)
        local text = assert(annotations.default(field), "no default is told")
        assert.are.equal(default, value_of(text))
      end)
    end
  end)
end

describe("classes of options", function()
  it("are all compared with the code", function()
    for name in pairs(found.classes) do
      local own = name:match "^twilio%.numbers%.(.*Options)$"
      if own then assert.is_not_nil(options[own], name) end
    end
  end)

  it("have a text for each option", function()
    for name in pairs(options) do
      for _, field in ipairs(found.classes["twilio.numbers." .. name].fields) do
        assert.are_not.equal("", field.text, name .. "." .. field.name)
      end
    end
  end)
end)

describe("the options of numbers.new that are for the core", function()
  --- The names of a part's options, as a set.
  local function names_of_part(part)
    local names = {}
    for name, field in pairs(builder.options.fields) do
      if field.part == part then names[name] = true end
    end
    return names
  end

  it("are those that the engine takes, but for the client's own", function()
    local names = names_of_part "transport"
    names.user_agent, names.observe = true, true
    assert.are.same(options["core.EngineOptions"].names, names)
  end)

  it("are those that the core's credentials take", function()
    assert.are.same(options["core.CredentialOptions"].names, names_of_part "credentials")
  end)

  it("have the names of the engine's policy", function()
    assert.are.same(code.c_options("csrc/lua/retry_policy.c", "void read_table(lua_State"),
      code.keys(builder.retry_options.fields))
  end)
end)
