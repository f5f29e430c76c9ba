--- The comparison of what two clients send, which spec/bench/node_operations.sh makes.

local wire = require "spec.support.wire"

local function request(fields)
  local all = {
    method = "POST", uri = "/v1/a?b=1&c=x%20y", content_type = "application/json",
    body = '{"a":1,"b":[{"c":"d"}]}',
  }
  for name, value in pairs(fields) do all[name] = value end
  return all
end

describe("two requests", function()
  it("are one but for the order of names and the spelling of blanks", function()
    assert.are.same({}, wire.compare({ request {} }, { request {
      uri = "/v1/a?c=x+y&b=1", body = '{ "b": [{"c": "d"}], "a": 1 }',
    } }))
  end)

  for part, fields in pairs {
    method = { method = "PUT" },
    path = { uri = "/v1/A?b=1&c=x%20y" },
    query = { uri = "/v1/a?b=1&c=x%20y&d=1" },
    body = { body = '{"a":"1","b":[{"c":"d"}]}' },
    content_type = { content_type = "application/x-www-form-urlencoded" },
  } do
    it("differ in their " .. part, function()
      local found = wire.compare({ request {} }, { request(fields) })
      assert.are.equal(1, #found)
      assert.are.equal(part, found[1].part)
    end)
  end

  for name, fields in pairs {
    ["a body that is missing"] = { body = "" },
    ["another value within"] = { body = '{"a":1,"b":[{"c":"e"}]}' },
    ["a body that is no JSON"] = { body = "a=1" },
  } do
    it("differ by " .. name, function()
      assert.are.equal("body", wire.compare({ request {} }, { request(fields) })[1].part)
    end)
  end

  it("differ from none and from two", function()
    assert.are.equal("requests", wire.compare({ request {} }, {})[1].part)
    assert.are.equal("requests", wire.compare({ request {} }, { request {}, request {} })[1].part)
  end)
end)

describe("a difference", function()
  local difference = { A = { { part = "path", theirs = "/+1", ours = "/%2B1" } } }

  it("has a reason if it is meant to be", function()
    local rows, stale = wire.judge(difference,
      { { id = "A", part = "path", theirs = "+", ours = "%2B", reason = "encoded" } })
    assert.are.same({ { id = "A", part = "path", theirs = "/+1", ours = "/%2B1", reason = "encoded" } }, rows)
    assert.are.same({}, stale)
  end)

  for name, entry in pairs {
    ["of another operation"] = { id = "B", part = "path", theirs = "+", ours = "%2B" },
    ["of another part"] = { id = "A", part = "query", theirs = "+", ours = "%2B" },
    ["of another value"] = { id = "A", part = "path", theirs = "+1", ours = "%2B2" },
  } do
    it("has no reason by an entry " .. name .. ", which is stale then", function()
      entry.reason = "some"
      local rows, stale = wire.judge(difference, { entry })
      assert.is_nil(rows[1].reason)
      assert.are.equal(1, #stale)
    end)
  end
end)
