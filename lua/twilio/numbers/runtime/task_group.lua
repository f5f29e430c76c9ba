--- A group of tasks: functions that run side by side until the last one has ended.

local argument_error = require "twilio.numbers.util.argument_error"
local errors = require "twilio.numbers.api.error"
local options_of = require "twilio.numbers.util.options"
local queues = require "twilio.numbers.runtime.queue"

local task_group = {}

task_group.options = options_of.schema { concurrency = { kind = "count" } }

--- The keys, an array's in order before all others.
local function keys_of(functions)
  local keys = {}
  for i in ipairs(functions) do keys[i] = i end
  local count = #keys
  for key, body in pairs(functions) do
    if type(body) ~= "function" then
      argument_error.argument(("functions[%s]"):format(tostring(key)), "a function", body)
    end
    local in_array = type(key) == "number" and key >= 1 and key <= count and key % 1 == 0
    if not in_array then keys[#keys + 1] = key end
  end
  return keys
end

local function raised(why, traceback)
  return errors.new {
    kind = "raised", raised = why, traceback = traceback,
    message = errors.is(why) and tostring(why) or ("a task raised: %s"):format(tostring(why)),
  }
end

--- See `client:gather`.
---@param loop twilio.numbers.Loop
function task_group.run(loop, functions, options)
  if type(functions) ~= "table" then argument_error.argument("functions", "a table", functions) end
  options = task_group.options:check(options)
  local keys, results, errs = keys_of(functions), {}, {}
  local ended, running, begun, over = queues.new(), {}, 0, 0 -- running holds the tasks

  local function begin(key)
    local task = loop:task(function()
      local result, err = functions[key]()
      results[key] = result
      if not result then errs[key] = err end
    end, function(task, ok, why, traceback)
      if not ok then errs[key] = raised(why, traceback) end
      ended:put { task = task }
    end)
    running[task] = true
    loop:start(task)
  end

  local most = math.min(options.concurrency or #keys, #keys)
  while begun < #keys or next(running) do
    while begun < #keys and begun - over < most do
      begun = begun + 1
      begin(keys[begun])
    end
    loop:wait(ended)
    local item = ended:take()
    while item do
      over, running[item.task] = over + 1, nil
      loop:join(item.task)
      item = ended:take()
    end
  end
  return results, errs
end

return task_group
