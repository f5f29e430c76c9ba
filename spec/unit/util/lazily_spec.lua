--- Modules that are loaded when they are first used.

local lazily = require "twilio.numbers.util.lazily"
local support = require "spec.support"

describe("a module that is required lazily", function()
  local loads

  before_each(function()
    loads = 0
    package.preload.lazy_table = function()
      loads = loads + 1
      return { value = 7, twice = function(n) return 2 * n end }
    end
    package.preload.lazy_function = function()
      loads = loads + 1
      return function(a, b) return b, a end
    end
  end)

  after_each(function()
    for _, name in ipairs { "lazy_table", "lazy_function" } do
      package.preload[name], package.loaded[name] = nil, nil
    end
  end)

  it("is loaded when something of it is used, once", function()
    local module = lazily.require "lazy_table"
    assert.are.equal(0, loads)
    assert.are.equal(7, module.value)
    assert.are.equal(10, module.twice(5))
    assert.is_nil(module.other)
    assert.are.equal(1, loads)
    assert.are.equal(package.loaded.lazy_table.twice, module.twice)
  end)

  it("may be a function", function()
    local swap = lazily.require "lazy_function"
    assert.are.equal(0, loads)
    for _ = 1, 2 do assert.are.same({ 2, 1 }, { swap(1, 2) }) end
    assert.are.equal(1, loads)
  end)

  it("is asked for again after it could not be loaded", function()
    local module = lazily.require "lazy_missing"
    for _ = 1, 2 do
      local ok, why = pcall(function() return module.value end)
      assert.is_false(ok)
      assert.matches("module 'lazy_missing' not found", why, 1, true)
    end
    package.preload.lazy_missing = package.preload.lazy_table
    assert.are.equal(7, module.value)
    package.preload.lazy_missing, package.loaded.lazy_missing = nil, nil
  end)

  it("is loaded with all others, also by one of them", function()
    package.preload.lazy_parent = function()
      lazily.require "lazy_table"
      return {}
    end
    lazily.require "lazy_parent"
    lazily.load_all()
    assert.are.equal(1, loads)
    package.preload.lazy_parent, package.loaded.lazy_parent = nil, nil
  end)
end)

describe("the library's parts", function()
  --- The modules of the library that are loaded after some lines of Lua, each in blanks.
  local function loaded_after(lines)
    local output, code = support.run(("%s -e %s"):format(support.lua, support.quote(lines .. [[
      for name in pairs(package.loaded) do
        if name:find "^twilio%.numbers%." then io.write(" ", name:sub(16), " ") end
      end]])))
    assert.are.equal(0, code, output)
    return output
  end

  local fetch = [[
    local numbers = require "twilio.numbers"
    local client = numbers.new { base_url = "http://127.0.0.1:1", retry = false,
      account_sid = "AC00000000000000000000000000000001", auth_token = "secret" }
    local _, err = client.port_ins:fetch "KW00000000000000000000000000000001"
    assert(err.kind == "network", tostring(err))
  ]]
  local later = { "bulk.batch", "bulk.watch", "api.body", "api.conformity", "resources.portability",
    "util.csv", "util.normal_number", "util.redact" }

  it("are not loaded for a fetch that has no use for them", function()
    local loaded = loaded_after(fetch)
    assert.matches(" resources.port_ins ", loaded, 1, true)
    for _, name in ipairs(later) do assert.not_matches(" " .. name .. " ", loaded, 1, true) end
  end)

  it("can be loaded before a program gives up its files", function()
    local loaded = loaded_after [[require("twilio.numbers").load_all()]]
    for _, name in ipairs(later) do assert.matches(" " .. name .. " ", loaded, 1, true) end
  end)

  it("are all loaded inside nginx, whose workers may not read the files", function()
    local loaded = loaded_after [[
      package.loaded.ngx = { get_phase = function() return "init" end }
      require "twilio.numbers"]]
    for _, name in ipairs(later) do assert.matches(" " .. name .. " ", loaded, 1, true) end
  end)
end)
