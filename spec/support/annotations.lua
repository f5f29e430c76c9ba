--- Reads the LuaCATS annotations of the library's source: classes with their fields and functions, and
--- aliases with their values.

local annotations = {}

--- A function's parameter or result, or a field of a class.
---@class spec.Item
---@field name string?
---@field type string
---@field text string

local function files_of(folder)
  local pipe, files = assert(io.popen("find " .. folder .. " -name '*.lua' | LC_ALL=C sort")), {}
  for path in pipe:lines() do files[#files + 1] = path end
  pipe:close()
  return files
end

--- The lines of a file. A comment's continuation, indented by two blanks, is joined to its first line.
local function lines_of(path)
  local lines, number = {}, 0
  for line in io.lines(path) do
    number = number + 1
    local rest = line:match "^%-%-%-  +(%S.*)$"
    local last = lines[#lines]
    if rest and last and (last.text:find "^%-%-%-@" or last.text:find "^%-%-%-|") then
      last.text = last.text .. " " .. rest
    else
      lines[#lines + 1] = { text = line, number = number }
    end
  end
  return lines
end

local closing = { ["("] = ")", ["{"] = "}", ["<"] = ">", ["["] = "]" }

--- Splits what follows a tag into a type and a text. A type has blanks only within brackets, after a comma
--- or a colon, and around a bar.
local function split_type(rest)
  local depth, i, in_text = 0, 1, false
  while i <= #rest do
    local c = rest:sub(i, i)
    if c == '"' then
      in_text = not in_text
    elseif not in_text and closing[c] then
      depth = depth + 1
    elseif not in_text and (c == ")" or c == "}" or c == "]" or c == ">") then
      depth = depth - 1
    elseif c == " " and not in_text and depth == 0 then
      local goes_on = rest:sub(i - 1, i - 1):find "[:,|]" or rest:find("^ ?|", i)
      if not goes_on then break end
    end
    i = i + 1
  end
  return rest:sub(1, i - 1), (rest:sub(i):gsub("^%s+#?%s*", ""))
end

local function item_of(name, rest)
  local type_, text = split_type(rest)
  return { name = name, type = type_, text = text }
end

--- The words of a comment's lines.
local function joined(lines)
  return (table.concat(lines, " "):gsub("%s+$", ""))
end

local function new_block()
  return { doc = {}, params = {}, returns = {}, fields = {}, values = {} }
end

local tags = {}

function tags.class(block, rest)
  local name, parents = rest:match "^([%w_.]+):?%s*(.*)$"
  block.class, block.parents = name, {}
  for parent in parents:gmatch "[%w_.]+" do table.insert(block.parents, parent) end
end

function tags.alias(block, rest)
  block.alias, block.aliased = rest:match "^([%w_.]+)%s*(.*)$"
end

function tags.field(block, rest)
  local name, more = rest:match "^(%S+)%s+(.*)$"
  block.fields[#block.fields + 1] = item_of(name, more)
end

function tags.param(block, rest)
  local name, more = rest:match "^(%S+)%s+(.*)$"
  block.params[#block.params + 1] = item_of(name, more)
end

tags["return"] = function(block, rest)
  block.returns[#block.returns + 1] = item_of(nil, rest)
end

--- One line of a comment block.
local function read_comment(block, text)
  local tag, rest = text:match "^%-%-%-@(%w+)%s*(.*)$"
  if tag then
    if tags[tag] then tags[tag](block, rest) end
    return
  end
  local value, meaning = text:match '^%-%-%-|%s*"([^"]*)"%s*#?%s*(.*)$'
  if value then
    block.values[#block.values + 1] = { name = value, text = meaning }
  elseif not text:find "^%-%-%-     " then -- no line of an example
    block.doc[#block.doc + 1] = text:gsub("^%-%-%-%s?", "")
  end
end

local function parameters_of(list)
  local names = {}
  for name in list:gmatch "[%w_.]+" do
    if name ~= "_" then names[#names + 1] = name end
  end
  return names
end

--- What the code after a comment block defines: a function of a table, or a table.
local function add_code(found, file, block, line)
  local owner, mark, name, list = line.text:match "^function ([%w_]+)([.:])([%w_]+)%(([^)]*)%)"
  if owner then
    local class = file.classes[owner]
    if not class then return end
    file.last = {
      name = name, is_method = mark == ":", names = parameters_of(list), doc = joined(block.doc),
      params = block.params, returns = block.returns, file = file.path, line = line.number,
    }
    class.functions[#class.functions + 1] = file.last
    return
  end
  local variable = line.text:match "^local ([%w_]+) = "
  if variable and block.class then file.classes[variable] = found.classes[block.class] end
end

local function add_block(found, file, block)
  if block.class then
    assert(not found.classes[block.class], "two classes are named " .. block.class)
    found.classes[block.class] = {
      name = block.class, parents = block.parents, fields = block.fields,
      functions = {}, doc = joined(block.doc), file = file.path,
    }
  elseif block.alias then
    found.aliases[block.alias] = {
      name = block.alias, type = block.aliased, values = block.values, file = file.path,
      doc = joined(block.doc),
    }
  end
end

local function read_file(found, path)
  local file, block = { path = path, classes = {} }, nil
  for _, line in ipairs(lines_of(path)) do
    if line.text:find "^%-%-%-" then
      block = block or new_block()
      -- A class ends at the next class or alias.
      if line.text:find "^%-%-%-@[ca]l[ai]a?s" and (block.class or block.alias) then
        add_block(found, file, block)
        block = new_block()
      end
      read_comment(block, line.text)
    else
      if block then add_block(found, file, block) end
      if line.text:find "^end" then file.last = nil end
      if file.last and line.text:find "^  return%s+%S" then file.last.gives = true end
      add_code(found, file, block or new_block(), line)
      block = nil
    end
  end
  if block then add_block(found, file, block) end
end

local everything = {} -- by folder: several specs read it

--- Everything that is annotated. What it gives is not to be changed.
---@param folder string? "lua" if missing
---@return { classes: table<string, table>, aliases: table<string, table> }
function annotations.read(folder)
  folder = folder or "lua"
  if not everything[folder] then
    local found = { classes = {}, aliases = {} }
    for _, path in ipairs(files_of(folder)) do read_file(found, path) end
    everything[folder] = found
  end
  return everything[folder]
end

--- The type names of the library that stand in a text.
---@param type_ string
---@return fun(): string?
function annotations.names_in(type_)
  return type_:gmatch "twilio%.numbers[%w_.]*"
end

--- Whether a function or a field is for the library itself: a metamethod, or its comment or text says so.
---@param item table
---@return boolean
function annotations.is_internal(item)
  return item.name:find "^__" ~= nil or (item.doc or item.text):find "^[Ii]nternal%f[%A]" ~= nil
end

--- Whether a class is the loop's own. Of what runtime/ has, a user meets only the interface of waiters.
---@param class table
---@return boolean
function annotations.is_inner(class)
  return class.file:find("/runtime/", 1, true) ~= nil and class.name ~= "twilio.numbers.Waiter"
end

--- All types of a class that a user meets: of its fields and of its functions that are not internal.
local function types_of(class)
  local types = { (table.unpack or unpack)(class.parents) }
  for _, field in ipairs(class.fields) do
    if not annotations.is_internal(field) then types[#types + 1] = field.type end
  end
  for _, func in ipairs(class.functions) do
    if not annotations.is_internal(func) then
      for _, item in ipairs(func.params) do types[#types + 1] = item.type end
      for _, item in ipairs(func.returns) do types[#types + 1] = item.type end
    end
  end
  return types
end

--- The classes and aliases that can be reached from some classes. Classes of the loop's own are reached,
--- but nothing by them.
---@param found table
---@param roots string[]
---@return table<string, boolean>
function annotations.reachable(found, roots)
  local reached, open = {}, {}
  local function reach(name)
    if reached[name] then return end
    reached[name] = true
    open[#open + 1] = name
  end
  for _, name in ipairs(roots) do reach(name) end
  while #open > 0 do
    local name = table.remove(open)
    local class, alias = found.classes[name], found.aliases[name]
    local is_shown = class and not annotations.is_inner(class)
    for _, type_ in ipairs(is_shown and types_of(class) or alias and { alias.type } or {}) do
      for other in annotations.names_in(type_) do reach(other) end
    end
  end
  return reached
end

--- A member of a class or of those that it inherits from: a function or a field.
---@return table?
function annotations.member(found, class_name, name)
  local class = found.classes[class_name]
  if not class then return nil end
  for _, list in ipairs { class.functions, class.fields } do
    for _, item in ipairs(list) do
      if item.name == name then return item end
    end
  end
  for _, parent in ipairs(class.parents) do
    local item = annotations.member(found, parent, name)
    if item then return item end
  end
end

--- The default that a field's text tells after "Default:", if any.
---@param field spec.Item
---@return string?
function annotations.default(field)
  return field.text:match "Default: (.-)%.%s" or field.text:match "Default: (.-)%.?$"
end

return annotations
