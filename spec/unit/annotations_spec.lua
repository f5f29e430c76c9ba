--- The annotations name all that is public, and nothing that does not exist.

local annotations = require "spec.support.annotations"
local code = require "spec.support.code"
local public = require "spec.support.public"
local support = require "spec.support"

local found = annotations.read()

local roots = { "twilio.numbers", "twilio.numbers.campaign", "twilio.numbers.webhook", "twilio.numbers.core" }
local reached = annotations.reachable(found, roots)

--- Public classes; without the loop's own, which only waiters see.
local function public_classes()
  local classes = {}
  for name in pairs(reached) do
    local class = found.classes[name]
    if class and not annotations.is_inner(class) then classes[#classes + 1] = class end
  end
  return classes
end

local function empty(list, message)
  table.sort(list)
  assert(#list == 0, message .. ":\n  " .. table.concat(list, "\n  "))
end

local function names_of(list)
  local set = {}
  for _, item in ipairs(list) do set[item.name] = true end
  return set
end

--- Fails unless two sets are equal.
local function equal(annotated, actual, subject)
  local wrong = {}
  for name in pairs(actual) do
    if not annotated[name] then wrong[#wrong + 1] = subject .. " has no annotation of " .. name end
  end
  for name in pairs(annotated) do
    if not actual[name] then
      wrong[#wrong + 1] = ("%s annotates %s, which does not exist"):format(subject, name)
    end
  end
  empty(wrong, "annotations and code differ")
end

local function value_names(alias) return names_of(found.aliases["twilio.numbers." .. alias].values) end

describe("annotations of functions", function()
  it("are there for each public function and its parameters, with a comment", function()
    local wrong = {}
    for _, class in ipairs(public_classes()) do
      for _, func in ipairs(class.functions) do
        local where = ("%s:%d %s"):format(func.file, func.line, func.name)
        if not annotations.is_internal(func) then
          if func.doc == "" then wrong[#wrong + 1] = where .. " has no comment" end
          if #func.names > #func.params then
            wrong[#wrong + 1] = where .. " has a parameter without annotation"
          end
          if func.gives and #func.returns == 0 then
            wrong[#wrong + 1] = where .. " has a result without annotation"
          end
        end
        for i, param in ipairs(func.params) do
          if func.names[i] ~= param.name then
            wrong[#wrong + 1] = ("%s annotates %s, its parameter is %s"):format(where, param.name,
              tostring(func.names[i]))
          end
        end
      end
    end
    empty(wrong, "functions")
  end)

  it("are there for each function and value of the public objects at run time", function()
    local wrong = {}
    for class_name, object in pairs(public.tables()) do
      for name in pairs(object) do
        local is_known = type(name) ~= "string" or name:find "^__"
          or annotations.member(found, class_name, name)
        if not is_known then wrong[#wrong + 1] = class_name .. " has no annotation of " .. name end
      end
    end
    empty(wrong, "without annotation")
  end)

  it("name only what is there at run time", function()
    local wrong = {}
    for class_name, object in pairs(public.tables()) do
      local class = assert(found.classes[class_name], class_name)
      for _, func in ipairs(class.functions) do
        if object[func.name] == nil then wrong[#wrong + 1] = class_name .. "." .. func.name end
      end
      for _, field in ipairs(class.fields) do
        if field.type:find "^fun%(" and object[field.name] == nil then
          wrong[#wrong + 1] = class_name .. "." .. field.name
        end
      end
    end
    empty(wrong, "annotated, and not there")
  end)
end)

describe("annotations of the client", function()
  it("have each file of resources/", function()
    local files = {}
    for name in support.run("ls lua/twilio/numbers/resources"):gmatch "([%w_]+)%.lua" do
      files[name] = true
      local field = annotations.member(found, "twilio.numbers.Client", name)
      assert(field and annotations.names_in(field.type)(), "Client has no annotation of " .. name)
    end
    assert.are.same(code.keys(public.RESOURCES), files)
  end)
end)

describe("annotations of types", function()
  it("name only classes and aliases that there are", function()
    local wrong = {}
    local function check(class, item)
      for name in annotations.names_in(item.type) do
        if not found.classes[name] and not found.aliases[name] then
          wrong[#wrong + 1] = ("%s: %s"):format(class.file, name)
        end
      end
    end
    for _, class in pairs(found.classes) do
      for _, field in ipairs(class.fields) do check(class, field) end
      for _, func in ipairs(class.functions) do
        for _, param in ipairs(func.params) do check(class, param) end
        for _, result in ipairs(func.returns) do check(class, result) end
      end
    end
    empty(wrong, "unknown types")
  end)

  it("tell the meaning of each field that a user meets", function()
    local wrong = {}
    for _, class in ipairs(public_classes()) do
      for _, field in ipairs(class.fields) do
        if field.text == "" then wrong[#wrong + 1] = class.name .. "." .. field.name end
      end
    end
    empty(wrong, "fields without a text")
  end)

  it("have no class twice, and none that only the reference would need", function()
    for _, name in ipairs(roots) do assert(found.classes[name], name) end
  end)
end)

describe("annotations of errors", function()
  it("list each kind that the code makes, and no other", function()
    equal(value_names "ErrorKind", code.error_kinds(), "ErrorKind")
  end)

  it("list each reason for which a request is not tried again", function()
    equal(value_names "Stopped", code.stop_reasons(), "Stopped")
  end)
end)

describe("annotations of records", function()
  local contract = require "twilio.numbers.api.contract"

  --- By class: the contract's resource, and fields that it does not list there.
  local records = {
    PortIn = { "numbers.v1.porting_port_in" },
    PortInPhoneNumber = { "numbers.v1.porting_port_in_phone_number", "port_in_phone_number_sid" },
    Portability = { "numbers.v1.porting_portability" },
    BulkEligibility = { "numbers.v1.bulk_eligibility" },
    PortInSummary = { "numbers.v1.port_in_request_list" },
    Eligibility = { "numbers.v1.eligibility" },
    SigningRequestConfiguration = { "numbers.v1.signing_request_configuration" },
    WebhookConfiguration = { "numbers.v1.porting_webhook_configuration_fetch" },
  }

  for class, record in pairs(records) do
    it("list each field of the contract: " .. class, function()
      local actual = code.keys(contract.resources[record[1]])
      for i = 2, #record do actual[record[i]] = true end
      equal(names_of(found.classes["twilio.numbers." .. class].fields), actual, class)
    end)
  end
end)

describe("annotations of the fields that creates take", function()
  local schemas = require "twilio.numbers.api.contract.bodies"

  --- By class: its body, and the way to its fields within it.
  local bodies = {
    PortInFields = { "numbers.v1.porting_port_in_create" },
    PortedNumberFields = { "numbers.v1.porting_port_in_create", "phone_numbers" },
    LosingCarrierFields = { "numbers.v1.porting_port_in_create", "losing_carrier_information" },
    AddressFields = { "numbers.v1.porting_port_in_create", "losing_carrier_information", "address" },
    DocumentFields = { "document" },
    EligibilityFields = { "CreateBulkEligibilityRequest" },
    HostedNumberFields = { "CreateEligibilityRequest", "phone_numbers" },
    WebhookConfigurationFields = { "CreatePortingWebhookConfigurationRequest" },
    SigningRequestConfigurationFields = { "CreateSigningRequestConfigurationRequest" },
  }

  local function fields_of(way)
    local schema = schemas[way[1]]
    for i = 2, #way do
      for _, field in ipairs(schema.fields) do
        if field.name == way[i] then schema = field.items or field break end
      end
    end
    return schema.fields
  end

  for class_name, way in pairs(bodies) do
    it("list each, and say which are required: " .. class_name, function()
      local class, fields = found.classes["twilio.numbers." .. class_name], fields_of(way)
      equal(names_of(class.fields), names_of(fields), class_name)
      for _, field in ipairs(fields) do
        local item = annotations.member(found, class.name, field.name)
        assert.are.equal(field.required or false, item.text:find "required$" ~= nil, field.name)
        assert.are.equal(field.required or false, item.type:find "%?$" == nil and not item.type:find "|nil$",
          field.name)
      end
    end)
  end

  it("are all compared", function()
    for name in pairs(found.classes) do
      local own = name:match "^twilio%.numbers%.(%w+Fields)$"
      if own then assert.is_table(bodies[own], own) end
    end
  end)
end)

describe("annotations of values", function()
  it("list each class of a plan's target", function()
    local classes = require "twilio.numbers.campaign.plan.classify"
    equal(value_names "PlanClass", names_of(classes.all), "PlanClass")
  end)

  it("list each state of a ledger's target", function()
    local schema = require "twilio.numbers.campaign.ledger.schema"
    equal(value_names "TargetState", code.elements(schema.STATES), "TargetState")
  end)

  it("list each reason for which a number is not portable", function()
    local portability = require "twilio.numbers.resources.portability"
    local names = {}
    for _, name in pairs(code.upvalue(portability.class.methods.reason, "reasons")) do names[name] = true end
    equal(value_names "PortabilityReason", names, "PortabilityReason")
  end)
end)
