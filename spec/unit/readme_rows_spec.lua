--- The tables of "Beside the official SDKs" in spec/README.md name specs that there are.

local support = require "spec.support"

local section = support.read_file "spec/README.md":match "\n## Beside the official SDKs\n(.-)\n## "
local FAULTS = "spec/integration/sdk_faults_spec.lua"

--- The rows' paths and texts.
local function rows_of(text)
  local rows = {}
  for line in text:gmatch "[^\n]+" do
    local path, name = line:match '| `(spec/[^`]+_spec%.lua)` "([^|]+)" |$'
    name = name or line:match '| "([^|]+)" |$'
    if name then rows[#rows + 1] = { path or FAULTS, name } end
  end
  return rows
end

--- Whether the file has a spec of that name, or of names that begin so.
local function has_spec(path, name)
  local text = support.read_file(path)
  return text:find('it("' .. name .. '"', 1, true) ~= nil
end

describe("the tables beside the official SDKs", function()
  local rows = rows_of(section)

  it("have a spec in each row", function()
    assert.is_true(#rows >= 39)
    local lines = 0
    for line in section:gmatch "[^\n]+" do
      local is_head = line:find "^| Feature" or line:find "^| In the SDKs"
      if line:find "^| " and not is_head then lines = lines + 1 end
    end
    assert.are.equal(lines, #rows)
  end)

  for _, row in ipairs(rows) do
    it("name a spec that there is: " .. row[2], function()
      assert.is_true(has_spec(row[1], row[2]), row[1])
    end)
  end

  it("name each spec about their faults", function()
    local named = {}
    for _, row in ipairs(rows) do named[row[2]] = true end
    for name in support.read_file(FAULTS):gmatch 'it%("([^"]+)"' do assert.is_true(named[name], name) end
  end)

  it("would be found wrong with another name", function()
    assert.is_false(has_spec(FAULTS, "no such spec"))
  end)
end)
