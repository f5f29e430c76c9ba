--- Modules that are loaded when something of them is first used. A script compiles no more than its first answer needs.
---
--- It is for what an operation needs before it sends anything: then a module that cannot be loaded stops nothing that
--- is under way.

local waiting = {} -- names of modules that were not used yet

--- Loads it once, and has what stands for it lead there.
local function load(stand_in, name)
  local module = require(name)
  waiting[name] = nil
  local meta = getmetatable(stand_in)
  meta.__index, meta.__call = module, nil
  if type(module) == "function" then
    meta.__index, meta.__call = nil, function(_, ...) return module(...) end
  end
  return module
end

local lazily = {}

--- What stands for a module: it can be indexed, or called where the module is a function.
---@param name string as `require` takes it
---@return any
function lazily.require(name)
  waiting[name] = true
  return setmetatable({}, {
    __index = function(self, key) return load(self, name)[key] end,
    __call = function(self, ...) return load(self, name)(...) end,
  })
end

--- Loads all that was not used yet.
function lazily.load_all()
  local name = next(waiting)
  while name do
    require(name)
    waiting[name] = nil
    name = next(waiting)
  end
end

return lazily
