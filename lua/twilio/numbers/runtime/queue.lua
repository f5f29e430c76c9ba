--- A first-in, first-out queue of finished calls, and of the tasks that are ready to run.

---@class twilio.numbers.Queue
---@field listeners any[]? functions to be called at the next `put`, each followed by its argument
---@field waiting integer how many callers wait for an item
---@field single boolean? whether only one caller ever waits for it
local queue = {}
queue.__index = queue

---@param single boolean?
---@return twilio.numbers.Queue
function queue.new(single)
  return setmetatable({ first = 1, last = 0, waiting = 0, single = single }, queue)
end

---@return boolean
function queue:has_items()
  return self.last >= self.first
end

--- The oldest item, or nil.
function queue:take()
  local first = self.first
  local item = self[first]
  if item == nil then return nil end
  self[first] = nil
  if first == self.last then
    self.first, self.last = 1, 0
  else
    self.first = first + 1
  end
  return item
end

--- Calls the function at the next `put`, once. There may be several such functions.
---@param listener fun(argument: any)
---@param argument any
function queue:on_put(listener, argument)
  local listeners = self.listeners
  if listeners then
    listeners[#listeners + 1], listeners[#listeners + 2] = listener, argument
  else
    self.listeners = { listener, argument }
  end
end

function queue:put(item)
  local last = self.last + 1
  self.last, self[last] = last, item
  local listeners = self.listeners
  if not listeners then return end
  self.listeners = nil
  for i = 1, #listeners, 2 do listeners[i](listeners[i + 1]) end
end

--- The names that the interface of waiters has always had; users' waiters call them.
queue.has_mail, queue.on_mail = queue.has_items, queue.on_put

return queue
