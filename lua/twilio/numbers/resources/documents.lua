--- Documents: files that a port-in needs, such as a utility bill. They have a host of their own.

local contract = require "twilio.numbers.api.contract"
local record = require "twilio.numbers.api.record"

---@class twilio.numbers.Document: twilio.numbers.Record
---@field sid string? the document's SID, RD…: what `documents` of a port-in takes
---@field account_sid string? the account that it belongs to
---@field document_type string? such as "utility_bill"
---@field friendly_name string? the name that it was given
---@field mime_type string? the file's type as the API sees it, such as "application/pdf"
---@field status string? as the API spells it
---@field version integer? the document's version
---@field date_created string? when it was created
---@field date_updated string? when it was changed last
local document = {}

--- Internal. For `tostring`.
---@return string
function document:describe()
  return ("%s (%s, %s)"):format(record.text(self.sid, "no SID"),
    record.text(self.document_type, "no type"), record.text(self.status, "no status"))
end

local class = record.class("Document", contract.resources.document, document)

---@class twilio.numbers.UploadOptions: twilio.numbers.CallOptions
---@field progress (fun(sent: integer, total: integer))? called with bytes of the file: at the beginning, at the end, and at most ten times a second between. If it raises, the upload goes on, and the client's next call raises that. Default: none.

---@class twilio.numbers.Documents
local documents = {}
documents.__index = documents

--- Uploads a document: one POST, repeated only if the first certainly had no effect. The file is read while it is
--- sent. See `client.port_ins:create` for how the fields are checked. An answer without `mime_type` means that nothing
--- was uploaded, and is an error. After an error with `outcome` "uncertain" it may have been uploaded: uploading it
--- again makes another document. Operation CreateDocument, which is in no version of the API's description.
---@param fields twilio.numbers.DocumentFields
---@param options twilio.numbers.UploadOptions|number|nil
---@return twilio.numbers.Document?
---@return twilio.numbers.Error? # of kind "invalid" with what is wrong with the fields or the file in `problems`, of kind
---  "file" if the file changed while it was sent, or why it failed
function documents:create(fields, options)
  local raw, err, _, came = self.client:create("CreateDocument", fields, options)
  if not raw then return nil, err end
  return record.new(class, raw, nil, nil, came)
end

return {
  class = class,
  methods = documents,
}
