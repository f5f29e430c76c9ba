--- What is promised about versions: the changelog goes by release, and the version is semantic.

local support = require "spec.support"
local version = require "twilio.numbers.version"

local changelog = support.read_file "CHANGELOG.md"

--- The texts of the headings of a level, in their order.
local function headings(level)
  local list = {}
  local pattern = "\n" .. ("#"):rep(level) .. " ([^\n]+)"
  for text in ("\n" .. changelog):gmatch(pattern) do list[#list + 1] = text end
  return list
end

--- A version's three numbers, for comparing.
local function parts(text)
  local major, minor, patch = text:match "^(%d+)%.(%d+)%.(%d+)$"
  return major and ("%06d%06d%06d"):format(major, minor, patch)
end

describe("the changelog", function()
  it("begins with what is not released, and then has the newest release first", function()
    local releases = headings(2)
    assert.are.equal("Unreleased", table.remove(releases, 1))
    local newer
    for _, release in ipairs(releases) do
      local own = parts(release:match "^%[?([%d.]+)%]? %- %d%d%d%d%-%d%d%-%d%d$" or "")
      assert.is_string(own, release)
      assert.is_true(newer == nil or own < newer, release)
      newer = own
    end
  end)

  it("names kinds of changes as Keep a Changelog does", function()
    local kinds = { Added = true, Changed = true, Deprecated = true, Removed = true, Fixed = true,
      Security = true }
    local names = headings(3)
    assert.is_true(#names > 0)
    for _, name in ipairs(names) do assert.is_true(kinds[name], name) end
  end)
end)

describe("the version", function()
  it("is semantic, and has a rockspec", function()
    assert.is_string(parts(version))
    local rockspec = support.read_file(("twilio-numbers-%s-1.rockspec"):format(version))
    assert.matches('version = "' .. version .. '-1"', rockspec, 1, true)
    assert.matches('tag = "v' .. version .. '"', rockspec, 1, true)
  end)

  it("is for the Luas that the rockspec accepts and the table lists", function()
    local rockspec = support.read_file(("twilio-numbers-%s-1.rockspec"):format(version))
    assert.matches('"lua >= 5.1, < 5.5"', rockspec, 1, true)
    local row = support.read_file "lua/README.md":match "\n| Lua |([^\n]+)"
    for _, lua in ipairs { "5.1", "5.2", "5.3", "5.4" } do assert.matches(lua .. ".%d", row) end
    assert.matches("5.1; 5.5 is refused", row, 1, true)
  end)
end)
