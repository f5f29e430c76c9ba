--- Inside an nginx worker: answers that come one after the other, to many callers.

local nginx = require "spec.support.nginx"

local UPSTREAM = [[
  location / { content_by_lua_block {
    local number = ngx.var.uri:match "%+%d+$"
    ngx.sleep(tonumber(number:sub(-3)) / 1000)
    ngx.print('{"phone_number":"', number, '","portable":true,"account_sid":null}')
  } }
]]

local SERVER = [[
  location = /at_once { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local client = app.client { base_url = "http://127.0.0.1:" .. ngx.var.arg_port, concurrency = 200 }
    client.loop.portion = 2 -- so that a turn has more
    local function call() return client.portability:check "+16175551300" end
    local tasks, answers = {}, 0
    for i = 1, 100 do tasks[i] = call end
    client:gather(tasks) -- opens the connections
    local first = ngx.now()
    for _, answer in pairs((client:gather(tasks))) do
      if answer.portable then answers = answers + 1 end
    end
    ngx.update_time()
    local took = ngx.now() - first
    client:close()
    ngx.say(answers, took < 3 and " answers" or took)
  } }
  location = /calls { content_by_lua_block {
    local app = require "spec.integration.nginx.app"
    local driver = require "twilio.numbers.nginx.driver"
    local client = app.client { base_url = "http://127.0.0.1:" .. ngx.var.arg_port, concurrency = 200 }
    local callers, answers, naps = tonumber(ngx.var.arg_callers), 0, 0

    local function count_naps()
      local sleeper = driver.sleeper
      if not sleeper or not sleeper.nap or rawget(sleeper, "nap") then return end
      local nap = sleeper.nap
      sleeper.nap = function(...)
        naps = naps + 1
        return nap(...)
      end
    end

    local function call(i)
      for k = 1, 3 do
        local number = ("+16175551%03d"):format(100 + (i * 3 + k * 41) % 200)
        local answer = assert(client.portability:check(number))
        if answer.phone_number == number then answers = answers + 1 end
        count_naps()
      end
    end

    local threads = {}
    for i = 1, callers do threads[i] = ngx.thread.spawn(call, i) end
    for _, thread in ipairs(threads) do assert(ngx.thread.wait(thread)) end
    client:close()
    ngx.say(answers, naps > 0 and " answers, some awaited together" or " answers")
  } }
]]

describe("in nginx, the answers to many callers", function()
  local server, upstream

  setup(function()
    upstream, server = nginx.start { server = UPSTREAM }, nginx.start { server = SERVER }
  end)
  teardown(function()
    server:stop()
    upstream:stop()
  end)

  local function ask(callers)
    return { server:get(("/calls?callers=%d&port=%d"):format(callers, upstream.port)) }
  end

  it("are awaited together, and each caller has its own", function()
    assert.are.same({ 200, "450 answers, some awaited together\n" }, ask(150))
    assert.are.equal("", server:log())
  end)

  it("all come, also where they come at once and nothing else is under way", function()
    assert.are.same({ 200, "100 answers\n" }, { server:get("/at_once?port=" .. upstream.port) })
  end)

  it("are awaited one by one where there are few", function()
    assert.are.same({ 200, "9 answers\n" }, ask(3))
  end)
end)
