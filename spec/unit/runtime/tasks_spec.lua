--- Tasks: coroutines that wait side by side.

local queues = require "twilio.numbers.runtime.queue"
local task_sets = require "twilio.numbers.runtime.tasks"

describe("tasks", function()
  local tasks, trace

  before_each(function() tasks, trace = task_sets.new(), {} end)

  local function note(text) trace[#trace + 1] = text end

  local function begun(name, body)
    local task = tasks:create(body, function(_, ok, why, traceback)
      note(name .. (ok and " ended" or " raised " .. tostring(why)))
      if not ok then assert.is_string(traceback) end
    end)
    tasks:run(task)
    return task
  end

  it("wait for a queue, and go on when it has an item", function()
    local mail = queues.new()
    local task = begun("one", function()
      note "before"
      assert.is_true(tasks:wait(mail))
      note(mail:take())
    end)
    assert.are.same({ "before" }, trace)
    assert.are.equal(task, tasks.threads[task.thread])
    mail:put "mail"
    tasks:run_ready()
    assert.are.same({ "before", "mail", "one ended" }, trace)
    assert.is_nil(next(tasks.threads))
  end)

  it("wait on when another one took the item", function()
    local mail = queues.new()
    local held = {} -- a task without a holder is collected
    for _, name in ipairs { "one", "two" } do
      held[name] = begun(name, function()
        tasks:wait(mail)
        note(name .. " takes " .. mail:take())
      end)
    end
    mail:put "1"
    tasks:run_ready()
    assert.are.same({ "one takes 1", "one ended" }, trace)
    assert.are.equal(held.two, tasks.threads[held.two.thread])
    mail:put "2"
    tasks:run_ready()
    assert.are.equal("two takes 2", trace[3])
  end)

  it("that yield let the others go first, and do not run twice in a turn", function()
    local held = begun("one", function()
      for i = 1, 2 do
        note(i)
        coroutine.yield()
      end
    end)
    assert.are.same({ 1 }, trace)
    tasks:run_ready()
    assert.are.same({ 1, 2 }, trace)
    tasks:run_ready()
    assert.are.same({ 1, 2, "one ended" }, trace)
    assert.is_table(held)
  end)

  it("end with what they raise", function()
    begun("one", function() error("broken", 0) end)
    assert.are.same({ "one raised broken" }, trace)
    task_sets.run_alone {
      body = function() error("broken", 0) end,
      ended = function(_, ok, why, traceback) note { ok, why, type(traceback) } end,
    }
    assert.are.same({ false, "broken", "string" }, trace[2])
  end)

  it("are not what waits outside of them", function()
    assert.is_false(tasks:wait(queues.new()))
    coroutine.wrap(function() assert.is_false(tasks:wait(queues.new())) end)()
  end)
end)
