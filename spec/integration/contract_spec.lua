--- The table in lua/twilio/numbers/api/contract/ says what the API's descriptions say, of 1.56.0 and of the
--- newest version: no less, and nothing more that is not marked.

local contract_support = require "spec.support.contract"
local support = require "spec.support"

local contract = contract_support.declared(require)

local FOLDER = "lua/twilio/numbers/api/"
local FILES = {
  "contract.lua", "contract/operations.lua", "contract/resources.lua", "contract/enums.lua",
  "contract/bodies.lua",
}

--- The table with another text of one of its files; or nil where that is no Lua, or fails.
local function with_file(name, text)
  local function load_module(module)
    local path = module:match "api%.(.*)$":gsub("%.", "/") .. ".lua"
    local source = path == name and text or support.read_file(FOLDER .. path)
    return assert((loadstring or load)("local require = ...; " .. source, path))(load_module)
  end
  local ok, declared = pcall(contract_support.declared, load_module)
  return ok and declared or nil
end

local function lines_of(text)
  local lines = {}
  for line in text:gmatch "([^\n]*)\n" do lines[#lines + 1] = line end
  return lines
end

--- Whether a table that was changed is noticed. What cannot be loaded, or compared, is.
local function is_noticed(declared)
  if not declared then return true end
  local ok, differences = pcall(contract_support.all_differences, declared)
  return not ok or #differences > 0
end

describe("the contract table", function()
  for _, version in ipairs(contract_support.versions) do
    it("agrees with version " .. version.name, function()
      assert.are.same({}, contract_support.differences(contract, version))
    end)
  end

  it("has eight operations of 1.56.0, seven newer ones, and one that no version has", function()
    local count, newer, undescribed = 0, 0, 0
    for _, operation in pairs(contract.operations) do
      count, newer = count + 1, newer + (operation.newer and 1 or 0)
      undescribed = undescribed + (operation.undescribed and 1 or 0)
    end
    assert.are.same({ 16, 7, 1 }, { count, newer, undescribed })
  end)

  it("is told in the reference: each operation, and whether it is newer", function()
    local text = support.read_file "lua/README.md"
    for id, operation in pairs(contract.operations) do
      assert.matches("Operation " .. id .. "%f[%A]", text)
      local mark = operation.newer and ", newer than 1.56.0"
        or operation.undescribed and ", which is in no version" or "."
      for rest in text:gmatch("Operation " .. id .. "([^%w][^.]*1?%.?5?6?%.?0?)") do
        assert.are.equal(mark, rest:sub(1, #mark), id)
      end
    end
  end)

  it("is compared as it is loaded", function()
    assert.is_false(is_noticed(with_file("contract.lua", support.read_file(FOLDER .. "contract.lua"))))
  end)

  for _, name in ipairs(FILES) do
    it("differs if any line of " .. name .. " is missing", function()
      local lines, unnoticed = lines_of(support.read_file(FOLDER .. name)), {}
      for i, line in ipairs(lines) do
        if line:find "%S" and not line:find "^%s*%-%-" then
          table.remove(lines, i)
          if not is_noticed(with_file(name, table.concat(lines, "\n") .. "\n")) then
            unnoticed[#unnoticed + 1] = ("%d: %s"):format(i, line)
          end
          table.insert(lines, i, line)
        end
      end
      assert.are.same({}, unnoticed)
    end)
  end

  it("differs if anything is added", function()
    local function changed(change)
      local declared = with_file()
      change(declared)
      return is_noticed(declared)
    end
    for name, change in pairs {
      operation = function(t) t.operations.Other = t.operations.FetchPortingPortIn end,
      newer_operation = function(t)
        t.operations.Other = { newer = true, method = "GET", path = "/", parameters = {}, success = { 200 } }
      end,
      parameter = function(t)
        table.insert(t.operations.ListPortInRequests.parameters, { name = "Other" })
      end,
      status = function(t) table.insert(t.operations.CreateEligibility.success, 201) end,
      name = function(t)
        table.insert(t.operations.CreateEligibility.names, { in_body = "a", field = "results" })
      end,
      resource = function(t) t.resources.other = { url = { type = "string" } } end,
      property = function(t) t.resources["numbers.v1.eligibility"].other = { type = "string" } end,
      newer_property = function(t)
        t.resources["numbers.v1.eligibility"].other = { type = "string", newer = true }
      end,
      enum = function(t) t.enums.other = { "a" } end,
      value = function(t) table.insert(t.enums.porting_portability_enum_number_type, "OTHER") end,
      body = function(t) t.bodies.other = { type = "object", fields = {} } end,
      field = function(t)
        table.insert(t.bodies.CreateEligibilityRequest.fields, { name = "other", type = "text" })
      end,
    } do
      assert.is_true(changed(change), name)
    end
  end)
end)

describe("resource objects", function()
  local classes = {
    ["numbers.v1.porting_port_in"] = "port_ins",
    ["numbers.v1.port_in_request_list"] = "port_ins.summary",
    ["numbers.v1.porting_port_in_phone_number"] = "port_in_phone_numbers",
    ["numbers.v1.porting_portability"] = "portability",
    ["numbers.v1.bulk_eligibility"] = "bulk_eligibilities",
    ["numbers.v1.eligibility"] = "eligibilities",
    ["numbers.v1.porting_webhook_configuration_fetch"] = "webhook_configuration",
    ["numbers.v1.signing_request_configuration"] = "signing_request_configurations",
    document = "documents",
  }

  for schema, module in pairs(classes) do
    it("of " .. module .. " hide no documented field behind a method", function()
      local class = require("twilio.numbers.resources." .. module).class
      for property in pairs(contract.resources[schema]) do
        assert.is_nil(class.methods[property], property)
      end
    end)
  end
end)
