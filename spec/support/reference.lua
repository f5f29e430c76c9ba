--- Makes the reference's tables of functions, options, fields and values from the annotations, and that of
--- operations from the contract. They stand in lua/README.md between markers:
---
---     <!-- functions twilio.numbers.PortIns as client.port_ins: -->
---     <!-- end -->
---
--- To bring them up to date, in the checkout's folder: lua spec/support/reference.lua

local name = ...
if name ~= "spec.support.reference" then package.path = "./?.lua;./lua/?.lua;" .. package.path end

local annotations = require "spec.support.annotations"
local ascii = require "twilio.numbers.util.ascii"
local contract = require "twilio.numbers.api.contract"

local reference = { PATH = "lua/README.md" }

local function short(type_)
  return (type_:gsub("twilio%.numbers%.core%.", "core."):gsub("twilio%.numbers%.", ""))
end

local function cell(text) return (text:gsub("|", "\\|")) end

local function code(text) return "`" .. cell(text) .. "`" end

local function row(...) return "| " .. table.concat({ ... }, " | ") .. " |" end

local function heads(...)
  return row(...) .. "\n|" .. ("---|"):rep(select("#", ...))
end

--- A text with a capital and a full stop. An ellipsis (which ends with the byte 166) needs none.
local function sentence(text)
  if text == "" then return text end
  return text:gsub("^[a-z]", ascii.upper) .. (text:find "[.:\166]$" and "" or ".")
end

--- A text without its default, which has a column of its own.
local function without_default(text)
  return sentence((text:gsub("%s*Default: .*$", "")))
end

--- A class's fields and those that it inherits.
local function all_fields(found, class)
  local fields = {}
  for _, field in ipairs(class.fields) do fields[#fields + 1] = field end
  for _, parent in ipairs(class.parents) do
    local inherited = parent ~= "twilio.numbers.Record" and all_fields(found, found.classes[parent]) or {}
    for _, field in ipairs(inherited) do fields[#fields + 1] = field end
  end
  return fields
end

local function is_shown(field)
  return not annotations.is_internal(field) and not field.type:find "^fun%("
end

local function keys_of(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  return keys
end

local makers = {}

--- Every field of a class but its functions, with the default where any field has one.
function makers.fields(found, class_name)
  local class = assert(found.classes[class_name], class_name)
  local lines, has_defaults = {}, false
  local fields = all_fields(found, class)
  for _, field in ipairs(fields) do has_defaults = has_defaults or annotations.default(field) ~= nil end
  lines[1] = has_defaults and heads("Option", "Type", "Default", "Meaning")
    or heads(class_name:find "Options$" and "Option" or "Field", "Type", "Meaning")
  for _, field in ipairs(fields) do
    if has_defaults then
      lines[#lines + 1] = row(code(field.name), code(short(field.type)), annotations.default(field) or "",
        cell(without_default(field.text)))
    elseif is_shown(field) then
      lines[#lines + 1] = row(code(field.name), code(short(field.type)), cell(sentence(field.text)))
    end
  end
  return lines
end

--- Every value of an alias.
function makers.values(found, alias_name)
  local alias = assert(found.aliases[alias_name], alias_name)
  local lines = { heads("Value", "Meaning") }
  for _, value in ipairs(alias.values) do
    lines[#lines + 1] = row(code('"' .. value.name .. '"'), cell(sentence(value.text)))
  end
  return lines
end

local function is_optional(type_) return type_:find "%?$" or type_:find "|nil$" end

local function parameters(func)
  local names, texts = {}, {}
  for i, param in ipairs(func.params) do
    names[i] = param.name .. (is_optional(param.type) and "?" or "")
    local has_class = param.type:find "^twilio%.numbers%.%u%w*%??$"
    if param.text ~= "" or has_class then
      local class_name = short((param.type:gsub("%?$", "")))
      local type_ = has_class and " (" .. code(class_name) .. ")" or ""
      texts[#texts + 1] = code(param.name) .. type_ .. (param.text ~= "" and ": " .. cell(param.text) or "")
    end
  end
  return table.concat(names, ", "), texts
end

local function results(func)
  local parts = {}
  for i, item in ipairs(func.returns) do
    parts[i] = code(short(item.type)) .. (item.text ~= "" and " (" .. cell(item.text) .. ")" or "")
  end
  return table.concat(parts, ", ")
end

local function function_row(prefix, func)
  local names, texts = parameters(func)
  local meaning = cell(func.doc)
  if #texts > 0 then meaning = meaning .. " " .. table.concat(texts, "; ") .. "." end
  return row(code(prefix .. func.name .. "(" .. names .. ")"), results(func), meaning)
end

--- A field that is a function, by its type.
local function field_row(prefix, field)
  local list, result = field.type:match "^fun%((.-)%):? ?(.*)$"
  local names = {}
  for parameter, mark in list:gmatch "([%w_]+)%s*:%s*[%w_.]*(%??)" do
    if parameter ~= "self" then names[#names + 1] = parameter .. mark end
  end
  return row(code(prefix .. field.name .. "(" .. table.concat(names, ", ") .. ")"),
    result ~= "" and code(short(result)) or "", cell(sentence(field.text)))
end

--- Every function of a class that is not internal. A marker may give what stands before the names.
function makers.functions(found, class_name, prefix)
  local class = assert(found.classes[class_name], class_name)
  local lines = { heads("Function", "Gives", "Meaning") }
  for _, func in ipairs(class.functions) do
    if not annotations.is_internal(func) then lines[#lines + 1] = function_row(prefix, func) end
  end
  for _, field in ipairs(class.fields) do
    if field.type:find "^fun%(" then lines[#lines + 1] = field_row(prefix, field) end
  end
  return lines
end

--- What a success has to be, in a double's words.
local function answer_of(operation, resource)
  local parts = { code(tostring(operation.success[1])) }
  for _, field in ipairs(ascii.sort(keys_of(resource or {}))) do
    local is_list = resource[field].type == "array" and operation.returns:find "^List"
    if is_list then parts[#parts + 1] = "a list in " .. code(field) end
  end
  for _, role in ipairs { "sid", "proof" } do
    local field = operation.creates and operation.creates[role]
    if field then parts[#parts + 1] = "with " .. code(field) end
  end
  return table.concat(parts, ", ")
end

--- Every operation of the contract, with the key of its answers in a double.
function makers.operations()
  local lines = { heads("Operation", "Key", "A success") }
  for _, id in ipairs(ascii.sort(keys_of(contract.operations))) do
    local operation = contract.operations[id]
    lines[#lines + 1] = row(id, code(operation.method .. " " .. operation.path:gsub("{%w+}", "*")),
      answer_of(operation, contract.resources[operation.returns]))
  end
  return lines
end

--- What each marker of a text stands for.
---@return fun(): string?, string?, string?
function reference.markers(text)
  return text:gmatch "<!%-%- (%l+) (%S+) ?a?s? ?(%S*) %-%->"
end

--- The text with all its tables made anew.
---@param text string
---@param found table what `annotations.read` gives
---@return string
function reference.render(text, found)
  local pattern = "(<!%-%- (%l+) (%S+) ?a?s? ?(%S*) %-%->\n)(.-)(<!%-%- end %-%->)"
  return (text:gsub(pattern, function(head, kind, subject, prefix, _, tail)
    local make = assert(makers[kind], "no such table: " .. kind)
    return head .. table.concat(make(found, subject, prefix), "\n") .. "\n" .. tail
  end))
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "*a"
  file:close()
  return text
end

--- Whether the tables are those that the annotations make.
---@return boolean
function reference.is_current()
  local text = read(reference.PATH)
  return reference.render(text, annotations.read()) == text
end

local function write()
  local text = reference.render(read(reference.PATH), annotations.read())
  local file = assert(io.open(reference.PATH, "wb"))
  file:write(text)
  file:close()
end

if name == "spec.support.reference" then return reference end
write()
