--- Reads which module of the C libraries, csrc/http and csrc/json, calls which.

local c_calls = {}

local names_of = {} -- by the text: the same files are read again and again

--- The C libraries' modules: a header, and the files whose first include it is.
local function module_of(text, path)
  return path:match "^(csrc/%l+/)" .. (path:find "%.h$" and path:match "([%w_]+)%.h$"
    or text:match '#%s*include%s+"([%w_]+)%.h"')
end

--- The names in a C file that are followed by a parenthesis, each once.
local function called_names(text)
  if names_of[text] then return names_of[text] end
  local names = {}
  for name in text:gsub("/%*.-%*/", ""):gmatch "([%l][%w_]*)%(" do names[name] = true end
  names_of[text] = names
  return names
end

local function is_of_library(path) return path:find "^csrc/http/" or path:find "^csrc/json/" end

--- Which module calls which, by the functions that its header declares.
---@param files table<string, string> texts by their paths
---@return table<string, string[]>
function c_calls.graph(files)
  local owners, graph = {}, {}
  for path, text in pairs(files) do
    if is_of_library(path) and path:find "%.h$" then
      for name in pairs(called_names(text)) do owners[name] = module_of(text, path) end
    end
  end
  for path, text in pairs(files) do
    if is_of_library(path) and path:find "%.c$" then
      local own = module_of(text, path)
      graph[own] = graph[own] or {}
      for name in pairs(called_names(text)) do
        local owner = owners[name]
        if owner and owner ~= own then table.insert(graph[own], owner) end
      end
    end
  end
  return graph
end

return c_calls
