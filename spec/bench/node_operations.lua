--- This library's side of node_operations.sh: calls the fifteen operations as node_operations.js does, and
--- compares what both put on the wire. Prints a table; exits with 1 on a difference that is not meant to be.
---
--- usage: lua node_operations.lua FILE   with what node_operations.js printed

local cjson = require "cjson"
local sandbox = require "spec.support.sandbox"
local support = require "spec.support"
local wire = require "spec.support.wire"

local sid = sandbox.sid
local client = sandbox.client()
local account_sid = client.account_sid
local port_in, number = sid("KW", 1), sid("PU", 0x11)
local numbers = { { phone_number = "+14155550199" } }

local fields = {
  account_sid = account_sid,
  documents = { sid("RD", 1) },
  phone_numbers = { { phone_number = "+14155550199", pin = "04321" } },
  losing_carrier_information = {
    customer_type = "Business", customer_name = "Example Ltd", account_number = "987654321",
    authorized_representative = "Robin Doe", authorized_representative_email = "robin@example.com",
    address = {
      street = "101 Spear St", city = "San Francisco", state = "CA", zip = "94105", country = "US",
    },
  },
  target_port_in_date = os.date("!%Y-%m-%d", os.time() + 30 * 86400),
  target_port_in_time_range_start = "10:15:00-08:00", target_port_in_time_range_end = "12:15:00-08:00",
}

local operations = {
  { "CreatePortingPortIn", function() return client.port_ins:create(fields) end },
  { "ListPortInRequests", function()
    return client.port_ins:list_pages {
      page_size = 2, status = "In Review", created_after = "2025-01-05", sids = { port_in },
    }:next()
  end },
  { "FetchPortingPortIn", function() return client.port_ins:fetch(port_in) end },
  { "FetchPortingPortInPhoneNumber", function()
    return client.port_in_phone_numbers:fetch(port_in, number)
  end },
  { "DeletePortingPortInPhoneNumber", function()
    return client.port_in_phone_numbers:cancel(port_in, number)
  end },
  { "DeletePortingPortIn", function() return client.port_ins:cancel(port_in) end },
  { "FetchPortingPortability", function()
    return client.portability:check("+14155550123", {
      target_account_sid = account_sid, address_sid = sid("AD", 1),
    })
  end },
  { "CreateEligibility", function()
    return client.eligibilities:create { friendly_name = "One", phone_numbers = numbers }
  end },
  { "CreateBulkEligibility", function()
    return client.bulk_eligibilities:create { friendly_name = "Many", phone_numbers = numbers }
  end },
  { "FetchBulkEligibility", function() return client.bulk_eligibilities:fetch(sid("EC", 1)) end },
  { "CreatePortingWebhookConfiguration", function()
    return client.webhook_configuration:create {
      port_in_target_url = "https://example.com/in", notifications_of = { "PortInExpired" },
    }
  end },
  { "FetchPortingWebhookConfigurationFetch", function() return client.webhook_configuration:fetch() end },
  { "DeletePortingWebhookConfigurationDelete", function()
    return client.webhook_configuration:delete "PORT_IN"
  end },
  { "CreateSigningRequestConfiguration", function()
    return client.signing_request_configurations:create {
      product = "Porting", country = "JP", email_subject = "Sign",
    }
  end },
  { "ListSigningRequestConfiguration", function()
    return client.signing_request_configurations:list_pages { product = "Porting", page_size = 2 }:next()
  end },
}

--- What differs, and is meant to.
local meant = {
  { id = "FetchPortingPortability", part = "path", theirs = "/+1415", ours = "/%2B1415",
    reason = "the plus sign is percent-encoded: a server that reads it as in a form takes it for a blank" },
  { id = "ListPortInRequests", part = "query", theirs = "Status=In Review", ours = "Status=In review",
    reason = "the filter is spelled as in the API's documentation, whatever spelling was given" },
}

--- What node_operations.js printed, by operation.
local function read_theirs(path)
  local theirs = {}
  for line in support.read_file(path):gmatch "[^\n]+" do
    local seen = cjson.decode(line)
    seen.uri = seen.path .. (seen.query and "?" .. seen.query or "")
    theirs[seen.id] = theirs[seen.id] or {}
    table.insert(theirs[seen.id], seen)
  end
  return theirs
end

local function print_table(rows_by_id, before)
  for _, operation in ipairs(operations) do
    local id = operation[1]
    local rows = rows_by_id[id] or {}
    print(("%-40s %-7s %s"):format(id, before[id].method, #rows == 0 and "the same" or "differs"))
    for _, row in ipairs(rows) do
      print(("    %s: SDK %s"):format(row.part, row.theirs))
      print(("    %s: us  %s"):format((" "):rep(#row.part), row.ours))
      print("    " .. (row.reason and "meant: " .. row.reason or "NOT MEANT"))
    end
  end
end

local function main(path)
  local theirs, differences, ours, wrong = read_theirs(path), {}, {}, 0
  sandbox.reset()
  local seen = 0
  for _, operation in ipairs(operations) do
    local id = operation[1]
    local result, err = operation[2]()
    assert(result, tostring(err))
    local requests, new = sandbox.requests(), {}
    for i = seen + 1, #requests do new[#new + 1] = requests[i] end
    seen = #requests
    ours[id], differences[id] = new[1] or {}, wire.compare(theirs[id] or {}, new)
  end
  local rows_by_id = {}
  local rows, stale = wire.judge(differences, meant)
  for _, row in ipairs(rows) do
    rows_by_id[row.id] = rows_by_id[row.id] or {}
    table.insert(rows_by_id[row.id], row)
    wrong = wrong + (row.reason and 0 or 1)
  end
  print_table(rows_by_id, ours)
  for _, name in ipairs(stale) do print("not seen any more: " .. name) end
  print(("%d operations, %d differences that are meant, %d that are not, %d not seen any more"):format(
    #operations, #rows - wrong, wrong, #stale))
  os.exit(wrong == 0 and #stale == 0 and 0 or 1, true)
end

main(assert(arg[1], "usage: lua node_operations.lua FILE"))
