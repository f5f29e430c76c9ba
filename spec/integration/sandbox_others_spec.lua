--- The sandbox answers eligibilities, configurations and documents as the newest contract says.

local bare = require "spec.support.bare"
local cjson = require "cjson"
local sandbox = require "spec.support.sandbox"

local ask, assert_has_fields_of = bare.ask, bare.assert_has_fields_of

describe("the sandbox", function()
  before_each(sandbox.reset)

  describe("eligibility", function()
    local one = { phone_numbers = { { phone_number = "+14155561234" } } }

    it("of one number answers 200", function()
      local status, answer = ask("POST", "/HostedNumber/Eligibility", one)
      assert.are.equal(200, status)
      assert.are.equal("already-in-twilio", answer.results[1].eligibility_sub_status)
    end)

    it("takes the names of the contract's example", function()
      sandbox.fault { fault = "example_names" }
      local _, answer = ask("POST", "/HostedNumber/Eligibility", one)
      local result = answer.results[1]
      assert.are.same({ sandbox.account_sid, "US", "TOLL_FREE", "ALREADY_IN_TWILIO" },
        { result.account_sid, result.iso_country_code, result.phone_number_type,
          result.eligibility_sub_status })
      assert.is_nil(result.hosting_account_sid)
      assert.is_nil(result.country)
    end)

    it("refuses another count of numbers", function()
      local many = {}
      for i = 1, 1001 do many[i] = { phone_number = "+1415666" .. 1000 + i } end
      for path, counts in pairs { ["/HostedNumber/Eligibility"] = { 0, 2 },
        ["/HostedNumber/Eligibility/Bulk"] = { 0, 1001 } } do
        for _, count in ipairs(counts) do
          local some = {}
          for i = 1, count do some[i] = many[i] end
          assert.are.equal(400, (ask("POST", path, { phone_numbers = some })))
        end
      end
    end)

    it("of many answers 202, and is completed after some fetches", function()
      local status, bulk = ask("POST", "/HostedNumber/Eligibility/Bulk", {
        friendly_name = "Autumn", phone_numbers = { { phone_number = "+14155561234" },
          { phone_number = "+14155550301", hosting_account_sid = sandbox.sid("AC", 7) } },
      })
      assert.are.equal(202, status)
      assert_has_fields_of("numbers.v1.bulk_eligibility", bulk)
      assert.are.same({ "IN_PROGRESS", {} }, { bulk.status, bulk.results })
      local statuses = {}
      for i = 1, 3 do
        bulk = select(2, ask("GET", "/HostedNumber/Eligibility/Bulk/" .. bulk.request_id))
        statuses[i] = bulk.status
      end
      assert.are.same({ "IN_PROGRESS", "IN_PROGRESS", "COMPLETED" }, statuses)
      assert.are.equal(2, #bulk.results)
      assert.are.equal(sandbox.sid("AC", 7), bulk.results[2].hosting_account_sid)
      assert.are.equal("Autumn", bulk.friendly_name)
    end)
  end)

  describe("configurations", function()
    local WEBHOOK, SIGNING = "/Porting/Configuration/Webhook", "/SigningRequest/Configuration"

    it("of webhooks are created with 201, and fetched", function()
      local status, made = ask("POST", WEBHOOK,
        { port_in_target_url = "https://example.com/in", notifications_of = { "PortInExpired" } })
      assert.are.equal(201, status)
      assert_has_fields_of("numbers.v1.porting_webhook_configuration", made)
      local _, fetched = ask("GET", WEBHOOK)
      assert.are.equal("https://example.com/in", fetched.port_in_target_url)
      assert.are.same({ "PortInExpired" }, fetched.notifications_of)
      assert.are.equal(400, (ask("POST", WEBHOOK, { port_in_target_url = "example.com" })))
      assert.are.equal(400, (ask("POST", WEBHOOK, { notifications_of = { "PortInExpired" } })))
    end)

    it("of signing requests are created with 201, and listed by pages and filters", function()
      local status, made = ask("POST", SIGNING,
        { product = "Porting", country = "JP", email_subject = "Sign" })
      assert.are.equal(201, status)
      assert_has_fields_of("numbers.v1.signing_request_configuration", made)
      local countries, url = {}, sandbox.url .. "/v1" .. SIGNING .. "?Product=Porting&PageSize=2"
      repeat
        local _, page = ask("GET", url)
        assert.are.equal("configurations", page.meta.key)
        for _, one in ipairs(page.configurations) do countries[#countries + 1] = one.country end
        url = page.meta.next_page_url
      until url == cjson.null
      assert.are.same({ "US", "MX", "JP" }, countries)
      ask("POST", SIGNING, { product = "Porting", country = "JP", email_subject = "Sign here" })
      local _, page = ask("GET", SIGNING .. "?Country=JP")
      assert.are.same({ 1, "Sign here" }, { #page.configurations, page.configurations[1].email_subject })
      assert.are.equal(400, (ask("POST", SIGNING, { country = "Japan" })))
      assert.are.equal(400, (ask("GET", SIGNING .. "?PageSize=1001")))
    end)

    it("can name a next page at another host, or the same page again", function()
      sandbox.fault { fault = "foreign_page", host = sandbox.http_url }
      local _, foreign = ask("GET", SIGNING .. "?PageSize=1")
      assert.are.equal(sandbox.http_url, foreign.meta.next_page_url:sub(1, #sandbox.http_url))
      sandbox.fault { fault = "repeated_page" }
      local _, repeated = ask("GET", SIGNING .. "?PageSize=1")
      assert.are.equal(repeated.meta.url, repeated.meta.next_page_url)
    end)
  end)

  it("takes an AddressSid for portability", function()
    local path = "/Porting/Portability/PhoneNumber/+14155550123?AddressSid="
    assert.are.equal(200, (ask("GET", path .. sandbox.sid("AD", 1))))
    assert.are.equal(400, (ask("GET", path .. sandbox.sid("AC", 1))))
  end)

  it("shows the PIN of a ported number on its resource only", function()
    local path = "/Porting/PortIn/" .. sandbox.sid("KW", 5)
    local _, number = ask("GET", path .. "/PhoneNumber/" .. sandbox.sid("PU", 0x51))
    assert.are.equal(4711, number.port_out_pin)
    local _, port_in = ask("GET", path)
    assert.is_nil(port_in.phone_numbers[1].port_out_pin)
  end)

  describe("documents", function()
    local function part(head, data)
      return "--limit\r\nContent-Disposition: form-data; " .. head .. "\r\n\r\n" .. data .. "\r\n"
    end

    local function upload(data, kind)
      local body = part('name="document_type"', kind or "utility_bill")
        .. part('name="friendly_name"', "Bill")
        .. part('name="File"; filename="bill.pdf"\r\nContent-Type: application/pdf', data) .. "--limit--\r\n"
      return ask("POST", "/Documents", body, "multipart/form-data; boundary=limit")
    end

    it("are taken up to 10 MB, with their MIME type", function()
      local status, document = upload("%PDF-1.4\r\n" .. ("x"):rep(9 * 1024 * 1024))
      assert.are.equal(201, status)
      assert.are.same({ "utility_bill", "Bill", "application/pdf", sandbox.account_sid },
        { document.document_type, document.friendly_name, document.mime_type, document.account_sid })
      assert.is_truthy(document.sid:find "^RD%x+$")
      local _, answer = upload("%PDF-1.4" .. ("x"):rep(10 * 1024 * 1024))
      assert.are.equal("Invalid parameter: File", answer.message)
    end)

    it("are refused if they are no PDF or image, of another type, or no multipart", function()
      assert.are.equal(400, (upload "text"))
      assert.are.equal(400, (upload("%PDF-1.4", "passport")))
      assert.are.equal(400, (ask("POST", "/Documents", {})))
    end)

    it("can come back with an empty MIME type, or none", function()
      sandbox.fault { fault = "no_mime_type" }
      assert.are.equal("", select(2, upload "%PDF-1.4").mime_type)
      sandbox.fault { fault = "no_mime_type", as = "absent" }
      assert.is_nil(select(2, upload "%PDF-1.4").mime_type)
    end)
  end)

  it("writes bodies into its log, but of a document only the length", function()
    ask("POST", "/HostedNumber/Eligibility", { phone_numbers = { { phone_number = "+14155550301" } } })
    ask("POST", "/Documents", "--a--", "multipart/form-data; boundary=a")
    local requests = sandbox.requests()
    assert.are.same({ phone_numbers = { { phone_number = "+14155550301" } } },
      cjson.decode(requests[1].body))
    assert.are.equal("5 bytes", requests[2].body)
    assert.are.equal(sandbox.url:match "//(.*)$", requests[2].host)
  end)
end)
