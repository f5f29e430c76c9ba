--- Files that only their owner can read.

local private_file = require "twilio.numbers.util.private_file"
local support = require "spec.support"

describe("a private file", function()
  local path

  before_each(function() path = support.run "mktemp -d":gsub("%s+$", "") .. "/file" end)
  after_each(function() support.run("rm -rf " .. support.quote(path:match "^(.*)/")) end)

  local function mode() return (support.run("stat -c %a " .. support.quote(path)):gsub("%s+$", "")) end

  it("is written as one text, or piece by piece", function()
    assert.is_true(private_file.write(path, "one"))
    assert.are.equal("one", support.read_file(path))
    assert.are.equal("600", mode())
    assert.is_true(private_file.write(path, function(write)
      write "t"
      write "wo"
    end))
    assert.are.equal("two", support.read_file(path))
    assert.is_true(private_file.write(path, ""))
    assert.are.equal("", support.read_file(path))
  end)

  it("is not made, and not changed, without a piece", function()
    assert.is_true(private_file.write(path, function() end))
    assert.is_nil((io.open(path)))
    support.write_file(path, "before")
    assert.has_error(function() private_file.write(path, function() error "no text" end) end)
    assert.are.equal("before", support.read_file(path))
  end)

  --- What the system says of a file that takes no byte, in the language of the locale.
  local function reason_of(full)
    local file = io.open(full, "w")
    file:setvbuf "no"
    local _, why = file:write "x"
    file:close()
    return why
  end

  it("that cannot be written is told so, however many pieces there are", function()
    local function many(write)
      for _ = 1, 100 do write(("x"):rep(1000)) end
    end
    for _, text in ipairs { "text", many } do
      local ok, why = private_file.write("/dev/full", text)
      assert.is_nil(ok)
      assert.are.equal(reason_of("/dev/full"), why)
      ok, why = private_file.write(path .. "/none", text)
      assert.is_nil(ok)
      assert.is_string(why)
    end
  end)
end)
