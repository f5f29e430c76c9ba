---@meta twilio.numbers.fields
-- Describes the fields that creates take to editors. The code has them in `api/contract/bodies.lua`. Lua never
-- loads this file.

assert(not ..., "this file is for editors")

---@class twilio.numbers.PortInFields
---@field account_sid string the account or subaccount that the numbers are ported to, AC…; required
---@field documents string[] SIDs of documents, RD…; one of them a utility bill; required
---@field phone_numbers twilio.numbers.PortedNumberFields[]? 1 to 1,000 numbers, each once
---@field losing_carrier_information twilio.numbers.LosingCarrierFields as the losing carrier has it; required
---@field notification_emails string[]? at most 10 more addresses that get a copy of the signed letter
---@field target_port_in_date string? such as "2026-05-04": at least 7 days ahead, 10 for Japan
---@field target_port_in_time_range_start string? a time with its offset, such as "10:15:00-08:00"
---@field target_port_in_time_range_end string? the same, and later
---@field bundle_sid string? regulatory documents
---@field portability_advance_carrier string? the losing carrier's service; required for numbers of Japan (+81)
---@field auto_cancel_approval_numbers string? for Japan

---@class twilio.numbers.PortedNumberFields
---@field phone_number string in E.164 format; required
---@field pin string? what the losing carrier wants to be told, such as "0123"; a text, for its zeros count

---@class twilio.numbers.LosingCarrierFields
---@field customer_type "Business"|"Individual"|nil the kind of customer
---@field customer_name string a person's or a company's name; required
---@field account_number string? the customer's account
---@field account_telephone_number string? the account's telephone number
---@field address_sid string? the address by its SID, AD…
---@field address twilio.numbers.AddressFields? or the address itself
---@field authorized_representative string first and last name of the person who signs; required
---@field authorized_representative_email string where that person gets the letter; required
---@field authorized_representative_katakana string? for Japan
---@field katakana_name string? for Japan
---@field building string? for Japan
---@field sub_municipality string? for Japan

---@class twilio.numbers.AddressFields
---@field street string such as "101 Spear St"; required
---@field street_2 string? such as "5th floor"
---@field city string its name; required
---@field state string spelled as the losing carrier has it, "CA" or "California"; required
---@field zip string a text, for its zeros count; required
---@field country string such as "USA"; required

---@class twilio.numbers.DocumentFields
---@field document_type "utility_bill" what it is; required
---@field friendly_name string? a name for it
---@field file string? the path of a PDF or an image of at most 10 MB, without a password; required, unless `content` is given
---@field content string? the same as a text
---@field file_name string? the name by which the API gets to know it, at most 255 characters. Default: that of `file`.
---@field mime_type string? "application/pdf", or one that begins with "image/". Default: by the first bytes.

---@class twilio.numbers.EligibilityFields
---@field phone_numbers twilio.numbers.HostedNumberFields[] the numbers, each once; required
---@field friendly_name string? a name for the check

---@class twilio.numbers.HostedNumberFields
---@field phone_number string in E.164 format; required
---@field hosting_account_sid string? the account that would host it, AC…

---@class twilio.numbers.WebhookConfigurationFields
---@field port_in_target_url string? where events of port-ins are to be sent
---@field port_out_target_url string? where events of port-outs are to be sent
---@field notifications_of string[]? the events that are to be sent, such as "PortInCompleted"; empty means all

---@class twilio.numbers.SigningRequestConfigurationFields
---@field country string? the country that it is for, two capital letters
---@field product string? such as "Porting" or "Hosting"
---@field friendly_name string? a name for it
---@field logo_sid string? the document with the logo, RD…
---@field email_subject string? at most 255 characters
---@field email_message string? at most 5,000 characters
---@field url_redirection string? where one is to be sent after signing
