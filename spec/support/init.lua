--- What the specs share.

local support = {}

function support.read_file(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "*a"
  file:close()
  return text
end

function support.write_file(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

--- Text as one word of a shell command.
function support.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Runs a shell command; gives all that it printed, and its exit code. (Lua 5.1 does not tell the
--- code of what popen ran.)
function support.run(command)
  local pipe = assert(io.popen("{ " .. command .. "\n} 2>&1; echo \"|$?\""))
  local text = pipe:read "*a"
  pipe:close()
  local output, code = text:match "^(.*)|(%d+)\n$"
  return output, tonumber(code)
end

--- The Lua that runs the specs.
support.lua = os.getenv "LUA" or "lua5.4"

--- Runs a Lua chunk in a process of its own. `environment` is words like NAME=value, in which
--- nothing else stands but what Lua needs to find its modules.
function support.run_lua(chunk, environment)
  local words = { "env", "-i" }
  for _, name in ipairs { "PATH", "LUA_PATH", "LUA_CPATH" } do
    words[#words + 1] = name .. "=" .. support.quote(os.getenv(name) or "")
  end
  words[#words + 1] = environment or ""
  words[#words + 1] = support.lua .. " -e " .. support.quote(chunk)
  return support.run(table.concat(words, " "))
end

return support
