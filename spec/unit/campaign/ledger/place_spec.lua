--- Where a ledger is. No address of a database is taken for a file's name, and no message shows a password.

local place = require "twilio.numbers.campaign.ledger.place"

describe("the place of a ledger", function()
  it("is a file's path", function()
    for _, path in ipairs { "spring.ledger", "/var/lib/a b.ledger", "./a:b", "a@b.ledger", "C:\\x.ledger" } do
      assert.are.same({ kind = "sqlite", name = path, path = path }, place.read(path))
    end
  end)

  --- What libpq gets, without the defaults.
  local function connection(url)
    local found = place.read(url)
    assert.are.equal("postgresql", found.kind)
    return (found.connection:gsub("%s?%f[%w]keepalives_%l+='%d+'", ""):gsub("%s?connect_timeout='10'", "")
      :gsub("%s?tcp_user_timeout='30000'", ""):gsub("^ ", "")), found.name
  end

  it("is a database, by each form of its URL", function()
    for url, expected in pairs {
      ["postgresql://robin:secret@db.example.com:5433/spring"] =
        { "dbname='spring' host='db.example.com' password='secret' port='5433' user='robin'",
          "spring at db.example.com" },
      ["postgres://db/spring"] = { "dbname='spring' host='db'", "spring at db" },
      ["POSTGRESQL://db/spring"] = { "dbname='spring' host='db'", "spring at db" },
      ["  postgresql://db/spring "] = { "dbname='spring' host='db'", "spring at db" },
      ["postgresql:///spring"] = { "dbname='spring'", "spring at this machine" },
      ["postgresql://[::1]/spring"] = { "dbname='spring' host='::1'", "spring at ::1" },
      ["postgresql://[::1]:5433/spring"] = { "dbname='spring' host='::1' port='5433'", "spring at ::1" },
      ["postgresql://u:p%40%2F'\\x@db/s%20p"] =
        { "dbname='s p' host='db' password='p@/\\'\\\\x' user='u'", "s p at db" },
      ["postgresql://u:p@ss@db/s"] = { "dbname='s' host='db' password='p@ss' user='u'", "s at db" },
      ["postgresql://u@db/s?sslmode=require&options=-c%20statement_timeout%3D5s"] =
        { "dbname='s' host='db' options='-c statement_timeout=5s' sslmode='require' user='u'", "s at db" },
      ["postgresql://a:1,b:2/s?target_session_attrs=read-write"] =
        { "dbname='s' host='a,b' port='1,2' target_session_attrs='read-write'", "s at a,b" },
      ["postgresql://?dbname=s&host=/run/postgresql"] = { "dbname='s' host='/run/postgresql'",
        "s at /run/postgresql" },
    } do
      assert.are.same(expected, { connection(url) }, url)
    end
  end)

  it("has waits that end, unless the URL has others", function()
    assert.matches("tcp_user_timeout='30000'", place.read("postgresql://db/s").connection, 1, true)
    local own = place.read("postgresql://db/s?connect_timeout=3").connection
    assert.matches("connect_timeout='3'", own, 1, true)
    assert.not_matches("connect_timeout='10'", own, 1, true)
  end)

  it("is refused where it may be a mistyped address, without showing it", function()
    for _, text in ipairs {
      "postgresq://u:hidden@db/s", "postgresql+psycopg2://u:hidden@db/s", "mysql://u:hidden@db/s",
      "postgresql:/u:hidden@db/s", "postgresql//u:hidden@db/s", "postgres:u:hidden@db/s",
      "jdbc:postgresql://db/s?user=u&password=hidden", "u:hidden@db/s", "host=db dbname=s password=hidden",
      "postgresql://u:hidden@db", "postgresql://u:hidden@[::1/s", "postgresql://u:hidden@db/s?sslmode",
      "postgresql://", "sqlite://u:hidden@x", "postgresql://u:hidden@db/s?pgbouncer=true",
    } do
      local ok, why = pcall(place.read, text)
      assert.is_false(ok, text)
      assert.matches("ledger: ", why, 1, true)
      assert.not_matches("hidden", why, 1, true)
    end
  end)

  it("is a text", function()
    for _, value in ipairs { "", 5, false } do assert.is_false((pcall(place.read, value))) end
  end)
end)
