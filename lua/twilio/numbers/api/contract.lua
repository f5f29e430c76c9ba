--- The contract: what each operation is, what it takes and what comes back, as data. It mirrors two versions of
--- the API's description, and a test holds it against both: 1.56.0, and the newest, of April 2026. What 1.56.0
--- lacks is marked `newer = true`; what neither has, `undescribed = true`. What requests take is in `contract/bodies.lua`,
--- which only operations with a body need.

return {
  version = "1.56.0",
  host = "numbers.twilio.com",
  upload_host = "numbers-upload.twilio.com",
  security = "basic",
  operations = require "twilio.numbers.api.contract.operations",
  resources = require "twilio.numbers.api.contract.resources",
  enums = require "twilio.numbers.api.contract.enums",
}
