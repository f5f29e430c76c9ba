--- The bodies of requests that create something: the fields of each, in the order in which they are sent, and what
--- each has to be; see `api/body.lua`. A document's are sent as parts, see `api/upload.lua`. Only the port-in's is described by the contract. For the others it has a
--- title, and the fields are those of the API's documentation. `unsaid` marks a form that the contract states in prose
--- only.

local function field(name, kind, more)
  local all = { name = name, type = kind }
  for key, value in pairs(more or {}) do all[key] = value end
  return all
end

local function required(name, kind, more)
  local all = field(name, kind, more)
  all.required = true
  return all
end

local function object(fields)
  return { type = "object", fields = fields }
end

local address = object {
  required("street", "text"),
  field("street_2", "text"),
  required("city", "text"),
  required("state", "text"),
  required("zip", "text"),
  required("country", "text"),
}

local losing_carrier = object {
  field("customer_type", "enum", { values = { "Business", "Individual" } }),
  required("customer_name", "text"),
  field("account_number", "text"),
  field("account_telephone_number", "text"),
  field("address_sid", "sid", { prefix = "AD", unsaid = true }),
  field("address", "object", address),
  required("authorized_representative", "text"),
  required("authorized_representative_email", "email"),
  -- for Japan
  field("authorized_representative_katakana", "text"),
  field("katakana_name", "text"),
  field("building", "text"),
  field("sub_municipality", "text"),
}

local ported_number = object {
  required("phone_number", "e164"),
  field("pin", "text"),
}

local hosted_number = object {
  required("phone_number", "e164"),
  field("hosting_account_sid", "sid", { prefix = "AC" }),
}

--- A list of numbers in which none may be twice.
local function numbers(items, most)
  return { least = 1, most = most, items = items, distinct = "phone_number" }
end

local function eligibility(most)
  return object {
    field("friendly_name", "text"),
    required("phone_numbers", "array", numbers(hosted_number, most)),
  }
end

return {
  ["numbers.v1.porting_port_in_create"] = object {
    required("account_sid", "sid", { prefix = "AC" }),
    required("documents", "array", {
      least = 1, items = { type = "sid", prefix = "RD", unsaid = true },
    }),
    field("phone_numbers", "array", numbers(ported_number, 1000)),
    required("losing_carrier_information", "object", losing_carrier),
    field("notification_emails", "array", { most = 10, items = { type = "email" } }),
    field("target_port_in_date", "date"),
    field("target_port_in_time_range_start", "time"),
    field("target_port_in_time_range_end", "time"),
    field("bundle_sid", "text"),
    field("portability_advance_carrier", "text"),
    field("auto_cancel_approval_numbers", "text"),
  },
  CreateEligibilityRequest = eligibility(1),
  CreateBulkEligibilityRequest = eligibility(1000),
  CreatePortingWebhookConfigurationRequest = object {
    field("port_in_target_url", "url"),
    field("port_out_target_url", "url"),
    field("notifications_of", "array", { items = { type = "text" } }),
  },
  CreateSigningRequestConfigurationRequest = object {
    field("logo_sid", "sid", { prefix = "RD" }),
    field("friendly_name", "text"),
    field("product", "text"),
    field("country", "country"),
    field("email_subject", "text", { longest = 255 }),
    field("email_message", "text", { longest = 5000, has_lines = true }),
    field("url_redirection", "url"),
  },
  document = object {
    required("document_type", "enum", { values = { "utility_bill" } }),
    field("friendly_name", "text"),
    -- of the part that has the file
    field("file", "path"),
    field("content", "bytes"),
    field("file_name", "text", { longest = 255 }),
    field("mime_type", "mime_type"),
  },
}
