--- A C module that does not fit this Lua is told in plain words, by each module that users require.

local support = require "spec.support"

local quote = support.quote

describe("a C module", function()
  local folder

  before_each(function()
    folder = support.run "mktemp -d":gsub("%s+$", "")
    support.run("mkdir -p " .. folder .. "/twilio/numbers")
  end)

  after_each(function() support.run("rm -rf " .. quote(folder)) end)

  --- What this Lua says that requires a module while only the folder has a C module.
  local function say_of(module)
    local output, code = support.run(("LUA_PATH='./lua/?.lua' LUA_CPATH=%s %s -e %s"):format(
      quote(folder .. "/?.so"), support.lua, quote(("require %q"):format(module))))
    assert.are_not.equal(0, code)
    return output
  end

  for _, module in ipairs { "twilio.numbers", "twilio.numbers.webhook", "twilio.numbers.campaign",
    "twilio.numbers.doctor", "twilio.numbers.testing" } do
    it("that was built for another Lua is named so by " .. module, function()
      support.write_file(folder .. "/core.c", "int lua_of_another_version(void *state);\n"
        .. "int luaopen_twilio_numbers_core(void *state);\n"
        .. "int luaopen_twilio_numbers_core(void *state) { return lua_of_another_version(state); }\n")
      local said, code = support.run(("cc -shared -fPIC -o %s/twilio/numbers/core.so %s/core.c"):format(
        folder, folder))
      assert.are.equal(0, code, said)
      local words = say_of(module)
      assert.matches("its C module was built for another Lua. This is Lua", words, 1, true)
      assert.matches("luarocks --lua-version " .. _VERSION:match "%d.*" .. " make", words, 1, true)
      assert.matches("lua_of_another_version", words, 1, true)
    end)
  end

  it("that is missing is named so", function()
    local words = say_of "twilio.numbers"
    assert.matches("its C module is not where package.cpath points. This is Lua", words, 1, true)
  end)

  it("that is no C module is named so", function()
    support.write_file(folder .. "/twilio/numbers/core.so", "no library")
    assert.matches("its C module cannot be loaded. This is Lua", say_of "twilio.numbers", 1, true)
  end)

  it("for which there is no memory has that error", function()
    local chunk = [[
      package.preload["twilio.numbers.core"] = function() error("not enough memory", 0) end
      print(select(2, pcall(require, "twilio.numbers")))
    ]]
    assert.are.equal("not enough memory\n", (support.run_lua(chunk)))
  end)
end)
