--- The URLs that may have been signed.

local urls = require "twilio.numbers.webhook.urls"

local HASH = ("0a"):rep(32)

local function url(changes)
  local result = { scheme = "https", user = "", host = "mycompany.com", path = "/myapp.php",
    query = "foo=1&bar=2" }
  for name, value in pairs(changes or {}) do result[name] = value end
  return result
end

local function candidates(own, query)
  local set = {}
  for _, text in ipairs(urls.candidates(own, urls.read(query))) do set[text] = true end
  return set
end

describe("a requested query", function()
  it("has fields, also empty ones, and hashes of the body wherever they are", function()
    local query = urls.read("a=1&bodySHA256=" .. HASH .. "&&b=2&bodySHA256=" .. HASH:upper())
    assert.are.same({ "a=1", "", "b=2" }, query.fields)
    assert.are.same({ HASH, HASH }, { urls.hash_of(query.hashes[1]), urls.hash_of(query.hashes[2]) })
    for _, nothing in ipairs { "", false } do
      assert.are.same({ text = "", fields = {}, hashes = {} }, urls.read(nothing or nil))
    end
  end)

  it("has no hash that is spelled otherwise", function()
    for _, field in ipairs { "bodySHA256=", "bodySHA256", "bodySHA256=xy", "bodysha256=" .. HASH,
      "%62odySHA256=" .. HASH } do
      assert.are.same({ fields = { field }, hashes = {}, text = field }, urls.read(field))
    end
  end)

  it("is the URL's in any order and spelling", function()
    for told, came in pairs {
      ["foo=1&bar=2"] = "bar=2&foo=1", ["a=b+c"] = "a=b%20c", ["b=1&b=2&a=3"] = "a=3&b=1&b=2",
      ["b=2&b=1&a=3"] = "a=3&b=1&b=2", ["c&b=&a=1"] = "a=1&b=&c", [""] = "",
    } do
      assert.is_true(urls.is_query_of(url { query = told }, urls.read(came)), told)
    end
  end)

  it("is not the URL's if its fields are others, or say something else in their order", function()
    for _, case in ipairs {
      { "foo=1&bar=2", "foo=1&&bar=2" }, { "foo=1&bar=2", "&foo=1&bar=2" }, { "foo=1", "foo=1&" },
      { "foo=1&bar=2", "foo=1" }, { "foo=1", "foo=1&foo=1" }, { "foo", "foo=" }, { "", "foo" },
      { "a=1&a=2", "a=2&a=1" }, { "a=b%26c=d", "a=b&c=d" }, { "a=1&b=2", "a=2&b=1" },
    } do
      assert.is_false(urls.is_query_of(url { query = case[1] }, urls.read(case[2])), case[2])
    end
  end)
end)

describe("the URLs that may have been signed", function()
  it("are with the port and without it", function()
    local set = candidates(url(), "foo=1&bar=2")
    assert.is_true(set["https://mycompany.com/myapp.php?foo=1&bar=2"])
    assert.is_true(set["https://mycompany.com:443/myapp.php?foo=1&bar=2"])
    set = candidates(url { scheme = "http", host = "a", port = "8080", path = "", query = "" }, nil)
    assert.are.same({ ["http://a"] = true, ["http://a/"] = true, ["http://a:8080"] = true,
      ["http://a:8080/"] = true }, set)
  end)

  it("have their query as configured, as requested and sorted", function()
    local set = candidates(url { query = "c=1&a=2&b=3" }, "b=3&c=1&a=2")
    for _, query in ipairs { "c=1&a=2&b=3", "b=3&c=1&a=2", "a=2&b=3&c=1" } do
      assert.is_true(set["https://mycompany.com/myapp.php?" .. query], query)
    end
    assert.is_nil(set["https://mycompany.com/myapp.php?a=2&c=1&b=3"])
    assert.is_nil(set["https://mycompany.com/myapp.php"])
  end)

  it("have the body's hash behind the query, among its sorted fields, or where it was requested", function()
    local hash = "bodySHA256=" .. HASH
    local set = candidates(url(), hash .. "&foo=1&bar=2&" .. hash)
    for _, query in ipairs {
      "foo=1&bar=2&" .. hash, "foo=1&bar=2&" .. hash .. "&" .. hash, hash .. "&foo=1&bar=2&" .. hash,
      "bar=2&" .. hash .. "&foo=1", "bar=2&foo=1&" .. hash,
    } do
      assert.is_true(set["https://mycompany.com/myapp.php?" .. query], query)
    end
    for text in pairs(set) do assert.matches(hash, text, 1, true) end
  end)
end)
