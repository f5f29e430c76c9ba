--- The command that starts the sandbox, in odd folders and with what goes wrong.

local cjson = require "cjson"
local support = require "spec.support"

local folder = os.tmpname()
os.remove(folder)

describe("local_sandbox.lua", function()
  after_each(function()
    support.run(("%s examples/local_sandbox.lua stop %s"):format(support.lua, folder))
    support.run("rm -rf " .. folder)
  end)

  --- Words that run it, with variables of the environment before them.
  local function command(words, environment)
    return ("%s %s examples/local_sandbox.lua %s"):format(environment or "", support.lua, words)
  end

  it("fails in the shell too when it fails: what follows by && is not run, with the real API", function()
    for words, code in pairs {
      ["env " .. folder] = 3, ["start '" .. folder .. "\n'"] = 3, ["strat " .. folder] = 1,
    } do
      local output, result = support.run(command(words) .. " 2>/dev/null")
      assert.are.same({ "false\n", code }, { output, result }, words)
      output = support.run(('eval "$(%s 2>/dev/null)" && echo "the real API"'):format(command(words)))
      assert.are.equal("", output, words)
    end
    local json = command("env --json " .. folder)
    assert.are.equal("partial", cjson.decode((support.run(json .. " 2>/dev/null"))).kind)
    local output = support.run(('{ eval "$(%s)" && echo "the real API"; } 2>/dev/null'):format(json))
    assert.are.equal("", output)
  end)

  it("asks for a folder where there is no home", function()
    local output, code = support.run(command("env 2>&1", "env -u HOME -u XDG_CACHE_HOME"))
    assert.are.equal(1, code)
    assert.matches("HOME is not set: name a folder", output, 1, true)
  end)

  it("sets no variables but its own, and none of a sandbox that has ended", function()
    support.run("mkdir -p " .. folder)
    local own = "SANDBOX_URL=https://127.0.0.1:1\nSANDBOX_CA='/a b'\nTWILIO_API_KEY=x\n"
      .. "PATH='/y'\nLD_PRELOAD=z\n"
    local function env(text)
      support.write_file(folder .. "/env", text)
      return support.run(command("env " .. folder .. " 2>&1", "no_proxy=127.0.0.1"))
    end
    local alive = "SANDBOX_PID=" .. support.run("echo $PPID"):match "%d+" .. "\n"
    local names = {}
    for name in env(own .. alive .. "nonsense\n"):gmatch "export ([%w_]+)=" do names[#names + 1] = name end
    assert.are.same({ "SANDBOX_URL", "SANDBOX_CA", "TWILIO_API_KEY", "SANDBOX_PID", "TWILIO_NUMBERS_BASE_URL",
      "SSL_CERT_FILE" }, names)
    assert.matches("env is not whole: start the sandbox again", env(alive), 1, true)
    local ended = support.run("sh -c 'echo $$'"):match "%d+"
    assert.matches("no sandbox runs in " .. folder, env(own .. "SANDBOX_PID=" .. ended .. "\n"), 1, true)
  end)

  it("takes a folder that begins with a hyphen, whatever CDPATH is", function()
    local script = ("d=$PWD && mkdir -p %s && cd %s && CDPATH=$d:. && export CDPATH && "
      .. "%s $d/examples/local_sandbox.lua %%s -- -examples"):format(folder, folder, support.lua)
    local path = 'LUA_PATH="$PWD/lua/?.lua;$LUA_PATH"; '
      .. 'LUA_CPATH="$(printf %s "$LUA_CPATH" | sed "s|^[.]/|$PWD/|")"; '
      .. "export LUA_PATH LUA_CPATH; "
    local output, code = support.run(path .. script:format "start" .. " 2>&1")
    assert.are.equal(0, code, output)
    assert.matches("SSL_CERT_FILE='" .. folder .. "/-examples/ca.pem'", output, 1, true)
    assert.are.equal(0, select(2, support.run(path .. script:format "stop")))
  end)

  it("starts one at a time in a folder, and takes over from a start that was killed", function()
    support.run("mkdir -p " .. folder)
    support.write_file(folder .. "/starting", support.run("echo $PPID"))
    local output, code = support.run(command("start " .. folder .. " 2>&1"))
    assert.are.equal(3, code)
    assert.matches("another start is under way in " .. folder, output, 1, true)
    support.write_file(folder .. "/starting", support.run("sh -c 'echo $$'"))
    output, code = support.run(command("start " .. folder .. " 2>&1"))
    assert.are.equal(0, code, output)
    assert.are_not.equal(0, select(2, support.run("test -e " .. folder .. "/starting")))
  end)

  it("ends nginx when its start is interrupted", function()
    local bin = folder .. ".bin"
    support.run("mkdir -p " .. bin)
    support.write_file(bin .. "/curl", ([[#!/bin/sh
      tries=0
      while [ ! -s FOLDER/nginx.pid ] && [ $tries -lt 1200 ]; do sleep 0.05; tries=$((tries + 1)); done
      [ -s FOLDER/nginx.pid ] || exit 1 # it did not start: its port was taken
      cp FOLDER/nginx.pid BIN/pid
      kill -s INT $PPID
      exit 1]]):gsub("FOLDER", folder):gsub("BIN", bin))
    local script = "chmod +x %s/curl; PATH=%s:$PATH sh examples/sandbox/sandbox.sh start %s 2>&1"
    local output, code = support.run(script:format(bin, bin, folder))
    local pid = support.read_file(bin .. "/pid"):match "%d+"
    support.run("rm -rf " .. bin)
    assert.are.equal(130, code, output)
    local ends = os.time() + 60
    while support.run(("kill -0 %s 2>/dev/null && echo runs"):format(pid)) ~= "" do
      if os.time() > ends then
        support.run("kill " .. pid)
        error "nginx runs on"
      end
    end
  end)
end)
