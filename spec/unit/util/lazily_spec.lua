--- Modules that are compiled when they are first used.

local lazily = require "twilio.numbers.util.lazily"
local support = require "spec.support"

describe("a module that is required lazily", function()
  local path, folder, count = package.path, nil, 0

  --- Writes a module under a name of its own, which is returned.
  local function module(text)
    count = count + 1
    local name = ("lazy.module_%d"):format(count)
    support.write_file(("%s/lazy/module_%d.lua"):format(folder, count), text)
    return name
  end

  before_each(function()
    folder = support.run("mktemp -d"):match "%S+"
    support.run("mkdir " .. folder .. "/lazy")
    package.path = folder .. "/?.lua;" .. path
    _G.loads = 0
  end)

  after_each(function()
    package.path, _G.loads = path, nil
    support.run("rm -r " .. folder)
  end)

  local TABLE = "loads = loads + 1 return { value = 7, twice = function(n) return 2 * n end }"

  it("runs when something of it is used, once", function()
    local name = module(TABLE)
    local first, second = lazily.require(name), lazily.require(name)
    assert.are.equal(0, _G.loads)
    assert.are.equal(7, first.value)
    assert.are.equal(10, first.twice(5))
    assert.is_nil(first.other)
    assert.are.equal(require(name).twice, first.twice)
    assert.are.equal(first.twice, second.twice)
    assert.are.equal(1, _G.loads)
    assert.are.equal(require(name), lazily.require(name))
  end)

  it("may be a function", function()
    local swap = lazily.require(module "loads = loads + 1 return function(a, b) return b, a end")
    assert.are.equal(0, _G.loads)
    for _ = 1, 2 do assert.are.same({ 2, 1 }, { swap(1, 2) }) end
    assert.are.equal(1, _G.loads)
  end)

  it("needs its file no more", function()
    local lazy = lazily.require(module(TABLE))
    package.path = "/nowhere/?.lua"
    support.run("rm " .. folder .. "/lazy/*")
    assert.are.equal(7, lazy.value)
  end)

  it("needs the files of those that it requires no more", function()
    local deepest = ("twilio.numbers.lazy_%d"):format(count)
    support.run(("mkdir -p %s/twilio/numbers"):format(folder))
    support.write_file(("%s/%s.lua"):format(folder, (deepest:gsub("%.", "/"))), TABLE)
    local deeper = "twilio.numbers.lazy_deeper"
    support.write_file(folder .. "/twilio/numbers/lazy_deeper.lua",
      ('local _ = require("%s") return { deepest = require "%s" }'):format(deepest, deepest))
    local lazy = lazily.require(module(('return require "%s"'):format(deeper)))
    support.run("rm -r " .. folder .. "/*")
    assert.are.equal(0, _G.loads)
    assert.are.equal(7, lazy.deepest.value)
    assert.are.equal(1, _G.loads)
    package.loaded[deepest], package.loaded[deeper] = nil, nil
  end)

  it("gets what `require` gives it, and tells its file in messages", function()
    local name = module [[local name, path = ...
      return { name = name, path = path, fail = function() error "no" end }]]
    local lazy = lazily.require(name)
    assert.are.same({ name, ("%s/lazy/module_%d.lua"):format(folder, count) }, { lazy.name, lazy.path })
    local _, why = pcall(lazy.fail)
    assert.matches(("lazy/module_%d.lua:2: no$"):format(count), why) -- Lua shortens the path
  end)

  it("is tried again after it failed", function()
    local name = module "loads = loads + 1 if loads == 1 then error 'not yet' end return { value = 7 }"
    local lazy = lazily.require(name)
    assert.matches("not yet$", select(2, pcall(function() return lazy.value end)))
    assert.are.equal(7, lazy.value)
  end)

  it("may be one that the program has built in", function()
    package.preload.lazy_preloaded = function() return { value = 7 } end
    assert.are.equal(7, lazily.require("lazy_preloaded").value)
    package.preload.lazy_preloaded, package.loaded.lazy_preloaded = nil, nil
  end)

  it("is looked for at once where it is no file", function()
    local _, why = pcall(lazily.require, "lazy_missing")
    assert.matches("module 'lazy_missing' not found", why, 1, true)
  end)

  it("is loaded with all others, also by one of them", function()
    local child = module(TABLE)
    lazily.require(module(("require('twilio.numbers.util.lazily').require '%s' return {}"):format(child)))
    lazily.load_all()
    assert.are.equal(1, _G.loads)
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

  local later = { "bulk.batch", "bulk.watch", "api.body", "api.conformity", "resources.portability",
    "bulk.list", "util.normal_number", "util.redact" }

  it("are not compiled for a fetch that has no use for them", function()
    local loaded = loaded_after [[
      local numbers = require "twilio.numbers"
      local client = numbers.new { base_url = "http://127.0.0.1:1", retry = false,
        account_sid = "AC00000000000000000000000000000001", auth_token = "secret" }
      local _, err = client.port_ins:fetch "KW00000000000000000000000000000001"
      assert(err.kind == "network", tostring(err))]]
    assert.matches(" resources.port_ins ", loaded, 1, true)
    for _, name in ipairs(later) do assert.not_matches(" " .. name .. " ", loaded, 1, true) end
  end)

  for what, line in pairs {
    ["io.open"] = "io.open = nil",
    ["leave to open files"] = "io.open = function() error 'not this one' end",
    ["load, with strict globals"] = [[load, loadstring = nil, nil
      setmetatable(_G, { __index = function(_, name) error("no " .. name) end })]],
    loadstring = "loadstring = nil",
  } do
    it("work in a program without " .. what, function()
      loaded_after(line .. [[ local numbers = require "twilio.numbers"
        assert(numbers.normalize("(415) 555-0100", { country = "US" }) == "+14155550100")]])
    end)
  end

  it("are all compiled with the module inside nginx", function()
    local loaded = loaded_after [[
      package.loaded.ngx = { get_phase = function() return "init" end }
      require "twilio.numbers"]]
    for _, name in ipairs(later) do assert.matches(" " .. name .. " ", loaded, 1, true) end
  end)
end)
