--- Modules that are compiled when something of them is first used: a script's first answer needs few of them.
---
--- Their files are read at once. So nothing is looked for later, when a program may have another folder, other rights
--- or no free file descriptor.

local files = package.loaded.io -- a program may not have it
local compile = loadstring or load

local unused = {} -- by module: its text, and the path of its file

--- The file that `require` would take.
local function read(name)
  for template in (package.path or ""):gmatch "[^;]+" do
    local path = template:gsub("%?", (name:gsub("%.", "/")))
    local file = files.open(path, "rb")
    local text = file and file:read "*a"
    if file then file:close() end
    if text then return { text = text, path = path } end
  end
end

--- Loads a module, from its text if that is kept.
local function load_module(name)
  local source = unused[name]
  if source and package.loaded[name] == nil then
    package.loaded[name] = assert(compile(source.text, "@" .. source.path))(name, source.path)
  end
  unused[name] = nil
  return require(name)
end

--- The same, and has what stands for it lead there.
local function load(stand_in, name)
  local module, meta = load_module(name), getmetatable(stand_in)
  meta.__index, meta.__call = module, nil
  if type(module) == "function" then
    meta.__index, meta.__call = nil, function(_, ...) return module(...) end
  end
  return module
end

local lazily = {}

--- A module, or what stands for it: it can be indexed, or called where the module is a function.
---@param name string as `require` takes it
---@return any
function lazily.require(name)
  local is_found = package.loaded[name] ~= nil or package.preload[name] ~= nil
  local can_wait = files and compile and not is_found
  unused[name] = can_wait and (unused[name] or read(name)) or nil
  if not unused[name] then return require(name) end
  return setmetatable({}, {
    __index = function(self, key) return load(self, name)[key] end,
    __call = function(self, ...) return load(self, name)(...) end,
  })
end

--- Loads all that was not used yet.
function lazily.load_all()
  local name = next(unused)
  while name do
    load_module(name)
    name = next(unused)
  end
end

return lazily
