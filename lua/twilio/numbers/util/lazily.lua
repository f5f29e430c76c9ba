--- Modules that are compiled when something of them is first used: a script's first answer needs few of them.
---
--- Their files are read at once, with those that they require. So nothing is looked for later, when a program may have
--- another folder, other rights or no free file descriptor.

--- A global function; nil where a program has taken it away, and may have its globals raise for that.
local function global(name)
  local ok, value = pcall(function() return _G[name] end)
  return ok and value or nil
end

local open = package.loaded.io and package.loaded.io.open -- a program may not have it
local compile = global "loadstring" or _VERSION ~= "Lua 5.1" and global "load" -- which takes no text there

local unused = {} -- names of modules that are to be compiled later

local function is_known(name)
  return package.loaded[name] ~= nil or package.preload[name] ~= nil
end

--- The text that `require` would compile, and the path of its file.
local function read(name)
  for template in (package.path or ""):gmatch "[^;]+" do
    local path = template:gsub("%?", (name:gsub("%.", "/")))
    local ok, file = pcall(open, path, "rb") -- a program's own one may raise
    local text = ok and file and file:read "*a"
    if ok and file then file:close() end
    if text then return text, path end
  end
end

--- The library's modules that a text requires, one after the other.
local function required(text)
  local position = 1
  return function()
    local name
    while position and not name do
      position = select(2, text:find("require", position, true))
      name = position and text:match('^[ \n(]*"(twilio%.numbers%.[A-Za-z0-9_.]+)"', position + 1)
    end
    return name
  end
end

--- Has `require` take the text of a module that it has not loaded, and of those that this one requires.
local function keep(name)
  if is_known(name) then return end
  local text, path = read(name)
  if not text then return end
  package.preload[name] = function()
    local ok, module = pcall(function() return assert(compile(text, "@" .. path))(name, path) end)
    package.loaded[name] = nil -- where it failed, Lua 5.1 would not try it again
    if not ok then error(module, 0) end
    package.preload[name] = nil
    return module
  end
  for other in required(text) do keep(other) end
end

--- Loads a module, and has what stands for it lead there.
local function load(stand_in, name)
  local module, meta = require(name), getmetatable(stand_in)
  unused[name] = nil
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
  if open and compile then keep(name) end
  if package.loaded[name] ~= nil or not package.preload[name] then return require(name) end
  unused[name] = true
  return setmetatable({}, {
    __index = function(self, key) return load(self, name)[key] end,
    __call = function(self, ...) return load(self, name)(...) end,
  })
end

--- Loads all that was not used yet.
function lazily.load_all()
  local name = next(unused)
  while name do
    require(name)
    unused[name] = nil
    name = next(unused)
  end
end

return lazily
