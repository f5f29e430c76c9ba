--- What does not show at the ends of a text is named.

local edges = require "twilio.numbers.util.edges"
local numbers = require "twilio.numbers"
local port_in_fields = require "spec.support.port_in_fields"

describe("edges.note", function()
  it("names what does not show", function()
    for text, note in pairs {
      ["a\r"] = " (it ends in a line break)", ["a\n"] = " (it ends in a line break)",
      ["\na"] = " (it begins with a line break)", ["a "] = " (it ends in a blank)",
      ["\ta"] = " (it begins with a blank)", ["a\194\160"] = " (it ends in a no-break space)",
      ["\239\187\191a"] = " (it begins with a byte order mark)",
      ["a\226\128\139"] = " (it ends in a character without width)",
      ["a\0"] = " (it ends in a control character)", ["a b"] = "", [""] = "", ["\195\160"] = "",
    } do
      assert.are.equal(note, edges.note(text))
    end
  end)
end)

describe("a message about a value from a file of another system", function()
  local KW, client = "KW" .. ("0"):rep(32)

  setup(function()
    client = numbers.new { base_url = "https://127.0.0.1:1", account_sid = "AC" .. ("0"):rep(32),
      auth_token = "x" }
  end)
  teardown(function() client:close() end)

  it("says what is wrong with a value that seems to be right", function()
    for _, call in ipairs {
      function() client.port_ins:fetch(KW .. "\r") end,
      function() client.port_ins:cancel(KW .. "\r") end,
      function() client.portability:check "+14155550100\r" end,
      function() client.port_ins:watch { KW .. "\r" } end,
      function() client.port_ins:list { sids = { KW .. "\r" } } end,
      function() client.port_ins:list { status = "in_review\r" } end,
      function() client.port_ins:list { created_after = "2026-05-04\r" } end,
      function() numbers.new { base_url = "https://127.0.0.1:1\r" } end,
    } do
      assert.error_matches(call, "%(it ends in a line break%)")
    end
    for _, _, err in client.port_ins:fetch_each { KW .. "\r" } do
      assert.matches("%(it ends in a line break%)", tostring(err))
    end
  end)

  it("says it of the fields of a create", function()
    local fields = port_in_fields.sound()
    fields.account_sid, fields.notification_emails = fields.account_sid .. " ", { " robin@example.com" }
    fields.phone_numbers[1].phone_number = "+14155550199 "
    fields.target_port_in_date = fields.target_port_in_date .. " "
    local _, err = client.port_ins:create(fields)
    assert.are.equal(4, #err.problems)
    for _, problem in ipairs(err.problems) do
      assert.matches("%(it [a-z]+ [a-z]+ a blank%)$", problem.message)
    end
  end)
end)
