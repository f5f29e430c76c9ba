--- What one caller waits for: whether its caller is in the wait.

describe("a wakeup", function()
  local wakeups, wakeup

  --- As nginx's, for one waiter: a waiter that is posted stays in the wait until nginx comes to it.
  local function semaphore_of(posts)
    local semaphore = { posts = posts, waiters = 0 }
    function semaphore:post(count) self.posts = self.posts + count end
    function semaphore:count() return self.posts - self.waiters end
    function semaphore:wait()
      if self.posts == 0 then
        self.waiters = 1
        local why = coroutine.yield()
        self.waiters = 0
        if why then return nil, why end
      end
      self.posts = self.posts - 1
      return true
    end
    return semaphore
  end

  setup(function()
    package.loaded["ngx.semaphore"] = { new = semaphore_of }
    package.loaded["twilio.numbers.nginx.wakeup"] = nil
    wakeups = require "twilio.numbers.nginx.wakeup"
  end)

  teardown(function()
    package.loaded["ngx.semaphore"], package.loaded["twilio.numbers.nginx.wakeup"] = nil, nil
  end)

  before_each(function() wakeup = wakeups.new() end)

  local function caller()
    local thread = coroutine.create(function() return wakeup:wait(1) end)
    return thread, select(2, assert(coroutine.resume(thread)))
  end

  it("has a waiter until nginx runs it, though it was posted long before", function()
    assert.is_false(wakeup:has_waiter())
    local thread = caller()
    assert.is_true(wakeup:has_waiter())
    wakeup:post()
    assert.is_true(wakeup:has_waiter())
    assert.are.same({ true, true }, { coroutine.resume(thread) })
    assert.is_false(wakeup:has_waiter())
  end)

  it("has none when the caller is gone, whether it is posted or not", function()
    caller()
    wakeup.semaphore.waiters = 0
    assert.is_false(wakeup:has_waiter())
    wakeup:post()
    assert.is_false(wakeup:has_waiter())
  end)

  it("has none when the caller left after the post", function()
    caller()
    wakeup:post()
    wakeup.semaphore.waiters = 0
    assert.is_false(wakeup:has_waiter())
  end)

  it("keeps a post that comes at the end of the time for the next wait", function()
    local thread = caller()
    wakeup:post()
    assert.are.same({ true, false }, { coroutine.resume(thread, "timeout") })
    assert.is_false(wakeup:has_waiter())
    local _, is_posted = caller()
    assert.is_true(is_posted)
    caller()
    assert.is_true(wakeup:has_waiter())
  end)

  it("raises any failure but the end of the time", function()
    local thread = caller()
    assert.are.same({ false, "no" }, { coroutine.resume(thread, "no") })
  end)
end)
