--- Whether a value is of the type that an annotation says.

local annotations = require "spec.support.annotations"

local found = annotations.read()
local huge = math.huge

local types = { found = found }

local fits

--- The parts of a type between bars that are in no brackets.
local function alternatives(type_)
  local parts, depth, from = {}, 0, 1
  for i = 1, #type_ do
    local c = type_:sub(i, i)
    if c:find "[({<%[]" then depth = depth + 1 elseif c:find "[)}>%]]" then depth = depth - 1 end
    if c == "|" and depth == 0 then
      parts[#parts + 1] = type_:sub(from, i - 1)
      from = i + 1
    end
  end
  parts[#parts + 1] = type_:sub(from)
  return parts
end

local plain = {
  any = function() return true end,
  integer = function(value)
    return type(value) == "number" and value % 1 == 0 and value < huge and value > -huge
  end,
  ["true"] = function(value) return value == true end,
  ["false"] = function(value) return value == false end,
}
for _, name in ipairs { "string", "number", "boolean", "table", "nil", "function", "userdata" } do
  plain[name] = function(value) return type(value) == name end
end

local function is_array_of(type_, value)
  if type(value) ~= "table" then return false end
  for _, item in ipairs(value) do
    if not fits(type_, item) then return false end
  end
  return true
end

local function is_class(name, value)
  local class, alias = found.classes[name], found.aliases[name]
  if alias then
    for _, item in ipairs(alias.values) do
      if item.name == value then return true end
    end
    return alias.type ~= "" and fits(alias.type, value)
  end
  if not class then error("a type that is not known: " .. name) end
  return type(value) == "table" or type(value) == "userdata"
end

local function fits_one(type_, value)
  type_ = type_:match "^%s*(.-)%s*$"
  if type_:find "%?$" then return value == nil or fits(type_:sub(1, -2), value) end
  if type_:find '^".*"$' then return value == type_:sub(2, -2) end
  if type_:find "%[%]$" then return is_array_of(type_:sub(1, -3), value) end
  if type_:find "^fun%(" then return type(value) == "function" end
  if type_:find "^table<" or type_:find "^{" then return type(value) == "table" end
  if type_:find "^%(" then return fits(type_:sub(2, -2), value) end
  if plain[type_] then return plain[type_](value) end
  return is_class(type_, value)
end

---@param type_ string
---@param value any
---@return boolean
function fits(type_, value)
  for _, part in ipairs(alternatives(type_)) do
    if fits_one(part, value) then return true end
  end
  return false
end

types.fits = fits

--- What is wrong with the results of a function, or nil.
---@param func table an annotated function
function types.problem(func, ...)
  for i, item in ipairs(func.returns) do
    local value = select(i, ...)
    if not fits(item.type, value) then
      return ("%s gives %s as result %d, not %s"):format(func.name, tostring(value), i, item.type)
    end
  end
end

--- The functions of a class that users call, sorted.
---@param name string
function types.methods(name)
  local list = {}
  for _, func in ipairs(found.classes[name].functions) do
    if not annotations.is_internal(func) then list[#list + 1] = func end
  end
  for _, parent in ipairs(found.classes[name].parents) do
    for _, func in ipairs(types.methods(parent)) do list[#list + 1] = func end
  end
  return list
end

return types
