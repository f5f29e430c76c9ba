--- Loads the C module for the first time. A C module fits one version of Lua, and the loader's own message about one that
--- does not fit names a symbol, not the Lua. Each module that users require loads this one first.

local function name_of_lua()
  local jit = rawget(_G, "jit")
  return type(jit) == "table" and jit.version and jit.version .. ", which takes a rock of Lua 5.1"
    or _VERSION
end

--- What the loader's message means; nil for one that is not about loading, such as a lack of memory.
local function meaning_of(why)
  if why:find "^module 'twilio%.numbers%.core' not found" then
    return "is not where package.cpath points"
  elseif why:find "undefined symbol: _?lua" or why:find "[Ss]ymbol not found[^\n]*_lua"
    or why:find "version mismatch" then
    return "was built for another Lua"
  end
  return why:find "^error loading module" and "cannot be loaded"
end

local is_loaded, why = pcall(require, "twilio.numbers.core")
local meaning = not is_loaded and meaning_of(tostring(why))
if meaning then
  error(("twilio.numbers: its C module %s. This is %s. Run the program with the Lua that the rock "
    .. "was built for, or build the rock for this one: luarocks --lua-version %s make. "
    .. "The loader says: %s")
    :format(meaning, name_of_lua(), _VERSION:match "%d.*", why), 0)
elseif not is_loaded then
  error(why, 0)
end

return true
