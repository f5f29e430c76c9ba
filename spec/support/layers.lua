--- Reads which file of the library uses which, and finds what breaks the order of its layers.

local c_calls = require "spec.support.c_calls"
local support = require "spec.support"

local ascii = require "twilio.numbers.util.ascii"

local layers = {}

--- Folders and entries, and what each may use besides itself. From util to campaign, a layer may use those
--- before it; nginx and webhook are beside them.
local MAY_USE = {
  util = "core",
  api = "core util",
  runtime = "core util api",
  client = "core util api runtime version",
  bulk = "core util api runtime client",
  resources = "core util api runtime client bulk",
  campaign = "util api runtime client bulk resources",
  doctor = "core util api runtime client",
  nginx = "core util api runtime",
  waiters = "util", -- each is required by the user
  webhook = "core util api",
  testing = "core util api runtime client",
  meta = "", -- annotations of the core, for editors
  ["command.lua"] = "", -- runs what is installed beside it
  ["version.lua"] = "",
  ["host.lua"] = "runtime nginx",
  ["resources.lua"] = "util resources",
  ["webhook.lua"] = "core util api webhook host",
  ["campaign.lua"] = "core util api runtime client bulk resources campaign host",
  ["doctor.lua"] = "core util api runtime client host version doctor",
  ["testing.lua"] = "core util api runtime client resources numbers testing",
  ["numbers.lua"] = "core util api runtime client bulk resources host version",
}

--- Fields that only their owners' folders may use of another object.
local OWNERS = { loop = { "client", "runtime" }, db = { "campaign/ledger" } }

--- What the lower layers must not know of.
local FOREIGN_TO_RUNTIME = { "ngx", "nginx", "detached", "liveness", "shared_limit" }

local ROOT = "lua/twilio/numbers"

local function words(text)
  local set = {}
  for word in text:gmatch "%S+" do set[word] = true end
  return set
end

--- All Lua files of the library and all C files, their texts by their paths.
---@return table<string, string>
function layers.read()
  local files = {}
  local list = assert(support.run "find lua csrc -name '*.lua' -o -name '*.[ch]'")
  for path in list:gmatch "[^\n]+" do files[path] = support.read_file(path) end
  return files
end

--- A function that gives the same for the same text: the same files are judged again and again.
---@param f fun(text: string, path: string): any
local function remembering(f)
  local texts, results = {}, {} -- by path
  return function(text, path)
    if texts[path] ~= text then texts[path], results[path] = text, f(text, path) end
    return results[path]
  end
end

local without_comments = remembering(function(text)
  return (text:gsub("%-%-[^\n]*", ""))
end)

--- The name below the library's folder: "client/base.lua", or "numbers.lua".
local function short(path)
  return path:sub(1, #ROOT + 1) == ROOT .. "/" and path:sub(#ROOT + 2) or path:match "[^/]+$"
end

--- The layer of a file: its first folder, or itself.
local function layer_of(path)
  return short(path):match "^([^/]+)/" or short(path)
end

--- The path of a module of the library; "core" for the C module.
local function path_of(module)
  if module == "twilio.numbers" then return ROOT .. ".lua" end
  local name = module:match "^twilio%.numbers%.(.+)$"
  if name == nil or name == "core" then return name end
  return ROOT .. "/" .. name:gsub("%.", "/") .. ".lua"
end

--- The library's modules that a Lua file requires, at once or lazily, as paths.
local required = remembering(function(text, path)
  local paths = {}
  for module in without_comments(text, path):gmatch "require%s*%(?%s*[\"']([%w_%.]+)[\"']" do
    paths[#paths + 1] = path_of(module)
  end
  return paths
end)

local function included(files, path)
  local paths = {}
  for name in files[path]:gmatch '#%s*include%s+"([^"]+)"' do
    for _, folder in ipairs { path:match "^(.*)/", "csrc/json", "csrc/http", "csrc/lua" } do
      if files[folder .. "/" .. name] then
        paths[#paths + 1] = folder .. "/" .. name
        break
      end
    end
  end
  return paths
end

--- Which file uses which.
local function graph_of(files)
  local graph = {}
  for path, text in pairs(files) do
    graph[path] = path:find "%.lua$" and required(text, path) or included(files, path)
  end
  return graph
end

local function add_arrows(found, graph)
  for path, used in pairs(graph) do
    if path:find "%.lua$" then
      local layer = layer_of(path)
      local allowed = MAY_USE[layer] and words(MAY_USE[layer])
      if not allowed then found[#found + 1] = short(path) .. " is in no layer" end
      for _, other in ipairs(used) do
        local its_layer = layer_of(other)
        if allowed and its_layer ~= layer and not allowed[(its_layer:gsub("%.lua$", ""))] then
          found[#found + 1] = ("%s requires %s"):format(short(path), short(other))
        end
      end
    end
  end
end

local function add_c_arrows(found, files, graph)
  for path, used in pairs(graph) do
    local folder = path:match "^csrc/(%l+)/"
    if folder == "http" or folder == "json" then
      for _, other in ipairs(used) do
        if not other:find("^csrc/" .. folder .. "/") then
          found[#found + 1] = ("%s includes %s"):format(path, other)
        end
      end
      for header in files[path]:gmatch '#%s*include%s+[<"](l[ua][^>"]*)[>"]' do
        if header:find "^lua" or header:find "^lauxlib" then
          found[#found + 1] = ("%s includes %s"):format(path, header)
        end
      end
    end
  end
end

--- Adds the first cycle that is found from each node that is on one.
local function add_cycles(found, graph)
  local state, trail = {}, {}
  local function visit(node)
    if state[node] == "left" then return end
    trail[#trail + 1] = node
    if state[node] == "entered" then
      found[#found + 1] = "a cycle: " .. table.concat(trail, " > ")
    else
      state[node] = "entered"
      for _, other in ipairs(graph[node] or {}) do visit(other) end
      state[node] = "left"
    end
    trail[#trail] = nil
  end
  local nodes = {}
  for node in pairs(graph) do nodes[#nodes + 1] = node end
  ascii.sort(nodes)
  for _, node in ipairs(nodes) do visit(node) end
end

--- A file's folder; an entry's is itself, and the core's.
local function folder_of(path)
  local name = path:find "%.lua$" and short(path) or path
  return name:match "^(.*)/" or name
end

--- The same graph between folders.
local function graph_of_folders(graph)
  local folders = {}
  for path, used in pairs(graph) do
    local own = folder_of(path)
    folders[own] = folders[own] or {}
    for _, other in ipairs(used) do
      if folder_of(other) ~= own then table.insert(folders[own], folder_of(other)) end
    end
  end
  return folders
end

local function is_owner(path, owners)
  for _, folder in ipairs(owners) do
    if short(path):sub(1, #folder + 1) == folder .. "/" then return true end
  end
  return false
end

--- Fields of other objects that belong to another folder.
local function add_reaches(found, path, text)
  text = text:gsub('"[^"\n]*"', '""') -- the names of modules
  for field, owners in pairs(OWNERS) do
    if text:find("." .. field, 1, true) and not is_owner(path, owners) then
      for owner in text:gmatch("([%w_]*[%w_%)%]])%." .. field .. "%f[^%w_]") do
        if owner ~= "self" then
          found[#found + 1] = ("%s reaches for %s.%s"):format(short(path), owner, field)
        end
      end
    end
  end
end

--- Modules of the library are required at the top of a file, by name; only host.lua chooses while it runs.
local function add_late_requires(found, path, text)
  if short(path) == "host.lua" or short(path) == "util/lazily.lua" then return end
  for line in text:gmatch "[^\n]+" do
    local has_any = line:find("require", 1, true)
    local is_late = has_any and line:find "require[%s%(\"']+twilio%.numbers" and line:find "^%s"
      and not line:find "^%s+[%w_]+ = [%w_.]*require [\"']"
    if is_late or has_any and line:find "require%s*%(%s*[^\"'%s]" then
      found[#found + 1] = short(path) .. " requires within a function: " .. line:match "^%s*(.*)"
    end
  end
end

local function add_foreign_words(found, path, text)
  if layer_of(path) ~= "runtime" then return end
  for _, word in ipairs(FOREIGN_TO_RUNTIME) do
    if text:find("%f[%w]" .. word .. "%f[^%w]") then
      found[#found + 1] = ("%s names %s"):format(short(path), word)
    end
  end
end

--- What breaks the order within a Lua file.
local found_within = remembering(function(text, path)
  local found, code = {}, without_comments(text, path)
  add_reaches(found, path, code)
  add_late_requires(found, path, code)
  add_foreign_words(found, path, code)
  return found
end)

--- All that breaks the order, sorted, each once.
---@param files table<string, string> as `layers.read` gives them
---@return string[]
function layers.violations(files)
  local found, graph = {}, graph_of(files)
  add_arrows(found, graph)
  add_c_arrows(found, files, graph)
  add_cycles(found, graph)
  add_cycles(found, graph_of_folders(graph))
  add_cycles(found, c_calls.graph(files))
  for path, text in pairs(files) do
    for _, problem in ipairs(path:find "%.lua$" and found_within(text, path) or {}) do
      found[#found + 1] = problem
    end
  end
  ascii.sort(found)
  local unique = {}
  for _, words_of_one in ipairs(found) do
    if unique[#unique] ~= words_of_one then unique[#unique + 1] = words_of_one end
  end
  return unique
end

return layers
