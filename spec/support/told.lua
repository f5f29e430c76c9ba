--- For specs in which something fails: uses a client in a process of its own, and judges whether what it says
--- of its requests is true.

local sandbox = require "spec.support.sandbox"
local support = require "spec.support"

local told = {}

--- Compiles a library to preload, and gives its path.
function told.library(source)
  local library = os.tmpname()
  local output, code = support.run(("cc -Wall -Wextra -Werror -shared -fPIC -O1 -o %s %s -ldl"):format(
    library, source))
  assert(code == 0, output)
  return library
end

--- What spec/support/use_all.lua prints with that library and environment, and its exit code.
function told.use_all(base_url, version, library, setting)
  sandbox.reset()
  local command = "timeout 60 env SSL_CERT_FILE=%s LD_PRELOAD=%s %s %s spec/support/use_all.lua %s %s"
  return support.run(command:format(sandbox.ca_file, library, setting, support.lua, base_url, version))
end

--- How many DELETEs the server got, by SID.
local function deletions()
  local count = {}
  for _, request in ipairs(sandbox.requests()) do
    if request.method == "DELETE" then
      local sid = request.uri:match "KW%x+$"
      count[sid] = (count[sid] or 0) + 1
    end
  end
  return count
end

--- What is wrong with what was said of a DELETE that the server got so many times.
local function judge_outcome(outcome, count)
  if count > 1 then return "was sent " .. count .. " times" end
  if count == 0 and outcome == "done" then return "was not sent, and is called done" end
  if outcome == "not_sent" or outcome == "raised" then
    return count > 0 and "was sent, and is " .. outcome or nil
  end
  if outcome ~= "done" and outcome ~= "uncertain" then return "is " .. outcome end
end

--- What is wrong with a run: a list of sentences. `kinds` are those that errors may have; `seen` counts them.
function told.judge(output, code, kinds, seen)
  local wrong, got, said = {}, deletions(), {}
  local function complain(...) wrong[#wrong + 1] = table.concat({ ... }, " ") end
  if code ~= 0 or not output:find "\nworks\n$" then complain("it ended with", code, output) end
  if output:find "are left" then complain(output:match "%d+ descriptors are left") end
  for what, outcome, kind in output:gmatch "([^\t\n]+)\t(%S+)\t(%S+)\n" do
    if kind ~= "-" then
      seen[kind] = (seen[kind] or 0) + 1
      if not kinds[kind] then complain(what, "failed as", kind) end
    end
    local sid = what:match "DELETE (KW%x+)"
    if sid then
      said[#said + 1] = sid
      local why = judge_outcome(outcome, got[sid] or 0)
      if why then complain(what, why) end
    end
  end
  if #said ~= 4 then complain("it told of", #said, "DELETEs:", output) end
  return wrong
end

return told
