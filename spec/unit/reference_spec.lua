--- The reference is that of the annotations, and leaves nothing out; the READMEs' links lead somewhere.

local annotations = require "spec.support.annotations"
local ascii = require "twilio.numbers.util.ascii"
local code = require "spec.support.code"
local reference = require "spec.support.reference"
local status = require "twilio.numbers.api.status"
local support = require "spec.support"

local text = support.read_file(reference.PATH)
local found = annotations.read()

--- The classes and aliases that the reference has tables of, by kind of table.
local function shown()
  local tables = { functions = {}, fields = {}, values = {}, operations = {} }
  for kind, subject in reference.markers(text) do tables[kind][subject] = true end
  return tables
end

local function has_functions(class)
  for _, func in ipairs(class.functions) do
    if not annotations.is_internal(func) then return true end
  end
  for _, field in ipairs(class.fields) do
    if field.type:find "^fun%(" then return true end
  end
  return false
end

local function has_fields(class)
  for _, field in ipairs(class.fields) do
    if not annotations.is_internal(field) and not field.type:find "^fun%(" then return true end
  end
  return false
end

--- Fields that the text tells of: two values, and options that are parts of other tables.
local in_the_text = {
  ["twilio.numbers"] = true,
  ["twilio.numbers.CheckEachOptions"] = true, ["twilio.numbers.WaitOptions"] = true,
}

--- Whether the tables have all of a class. Options that are functions stand among the other options.
local function is_shown(tables, class)
  local name = class.name
  if annotations.is_inner(class) then return true end
  local are_options = name:find "Options$" ~= nil
  return (tables.functions[name] or are_options or not has_functions(class))
    and (tables.fields[name] or in_the_text[name] or not has_fields(class))
end

describe("the reference", function()
  it("is what `lua spec/support/reference.lua` makes of the annotations", function()
    assert.is_true(reference.is_current(), "it is stale: run lua spec/support/reference.lua")
  end)

  it("has a table of each public class's functions and fields, and of each alias", function()
    local tables, missing = shown(), {}
    local roots = { "twilio.numbers", "twilio.numbers.campaign", "twilio.numbers.webhook",
      "twilio.numbers.doctor" }
    for name in pairs(annotations.reachable(found, roots)) do
      local class, alias = found.classes[name], found.aliases[name]
      local is_there
      if class then is_there = is_shown(tables, class) else is_there = tables.values[name] or not alias end
      if not is_there then missing[#missing + 1] = name end
    end
    assert.are.same({}, missing)
  end)

  it("is not made twice of one class", function()
    local seen = {}
    for kind, subject in reference.markers(text) do
      assert.is_nil(seen[kind .. subject], subject)
      seen[kind .. subject] = true
    end
  end)

  it("has each status in its column", function()
    local phases = code.upvalue(status.phase, "phases")
    local rows = { request = "| port%-in |", number = "| its number |" }
    for kind, start in pairs(rows) do
      local columns = { text:match("\n" .. start .. "([^|]+)|([^|]+)|([^|]+)|\n") }
      for i, phase in ipairs { "open", "leaving", "done" } do
        local listed, known = {}, {}
        for name in columns[i]:gmatch "`([%w_]+)`" do listed[name] = true end
        for name, of in pairs(phases[kind]) do known[name] = of == phase or nil end
        assert.are.same(known, listed)
      end
    end
  end)
end)

local readmes = {
  "README.md", "lua/README.md", "examples/README.md", "csrc/README.md", "spec/README.md",
  "examples/cancel_port_ins.md", "examples/openresty/README.md", "examples/sandbox/README.md",
  ".github/SECURITY.md",
}

--- The anchors of a file's headings, as GitHub makes them.
local function anchors_of(path)
  local anchors = {}
  for heading in ("\n" .. support.read_file(path)):gmatch "\n#+ ([^\n]+)" do
    local anchor = ascii.lower(heading):gsub("[^0-9a-z _%-]", ""):gsub(" ", "-")
    anchors[anchor] = true
  end
  return anchors
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

describe("the READMEs", function()
  for _, path in ipairs(readmes) do
    it("have links that lead somewhere: " .. path, function()
      local folder = path:match "^(.*/)" or ""
      for link in support.read_file(path):gmatch "%]%(([^)]+)%)" do
        if not link:find "^https?://" then
          local target, anchor = link:match "^([^#]*)#?(.*)$"
          target = target == "" and path or folder .. target
          target = target:gsub("[^/]+/%.%./", "")
          assert.is_true(exists(target), link)
          if anchor ~= "" then assert.is_true(anchors_of(target)[anchor], link) end
        end
      end
    end)
  end

  it("are short: the first at most 150 lines", function()
    local count = select(2, support.read_file "README.md":gsub("\n", ""))
    assert.is_true(count <= 150, ("it has %d lines"):format(count))
  end)
end)
