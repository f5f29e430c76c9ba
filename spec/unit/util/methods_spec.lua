--- A method that is called with a dot in place of a colon says so, whichever it is.

local annotations = require "spec.support.annotations"
local methods = require "twilio.numbers.util.methods"
local public = require "spec.support.public"

local found = annotations.read()

--- Entries, whose functions are called with a dot, and what is in C, which checks what it is called on.
local function has_methods(class_name)
  return class_name ~= "twilio.numbers" and not class_name:find "^twilio%.numbers%.[a-z]"
end

describe("each public method", function()
  local count = 0

  for class_name, object in pairs(public.tables()) do
    for _, func in ipairs(has_methods(class_name) and found.classes[class_name].functions or {}) do
      if func.is_method and not annotations.is_internal(func) then
        count = count + 1

        it(("%s:%s says so"):format(class_name, func.name), function()
          local method = object[func.name]
          local others = { "KW1", { status = "x" }, 7, io.stderr, method, setmetatable({}, {}) }
          for _, wrong in ipairs(others) do
            local ok, why = pcall(function() method(wrong) end)
            assert.is_false(ok)
            local words = "^[^:]*methods_spec%%.lua:%%d+: %s is a method: write [a-z_.]+:%s%%(...%%), "
              .. "with a colon$"
            assert.matches(words:format(func.name, func.name), why)
          end
          local ok, why = pcall(function() method() end)
          assert.is_false(ok)
          assert.matches("with a colon$", why)
        end)
      end
    end
  end

  it("is found", function() assert.is_true(count > 90, ("only %d"):format(count)) end)
end)

describe("a guarded method", function()
  local class = {}
  class.__index = class
  function class:give(a, b, c, d) return self.value, a, b, c, d end
  function class.make() return setmetatable({ value = 1 }, class) end
  methods.guard(class, class, "thing", "give")

  it("takes and gives what it did, with nils", function()
    local one = class.make()
    assert.are.same({ 1, nil, 3, nil, 5 }, { one:give(nil, 3, nil, 5) })
  end)

  it("may be inherited", function()
    local own = setmetatable({ value = 2 }, { __index = class.make() })
    assert.are.equal(2, (own:give()))
  end)

  it("is not a function that makes objects", function()
    assert.are.equal(1, class.make().value)
  end)
end)
