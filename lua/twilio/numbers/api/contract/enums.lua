--- The values that a field or a parameter may have, as the contract spells them.

return {
  bulk_eligibility_enum_eligibility_status = { "ineligible", "eligible" },
  bulk_eligibility_enum_eligibility_sub_status = {
    "country-ineligible", "number-format-ineligible", "number-type-ineligible",
    "carrier-ineligible", "already-in-twilio", "internal-processing-error",
    "invalid-phone-number", "invalid-hosting-account-sid", "eligible",
    "eligible-by-manual-process",
  },
  eligibility_enum_eligibility_status = { "ineligible", "eligible" },
  eligibility_enum_eligibility_sub_status = {
    "country-ineligible", "number-format-ineligible", "number-type-ineligible",
    "carrier-ineligible", "already-in-twilio", "internal-processing-error",
    "invalid-phone-number", "invalid-hosting-account-sid", "eligible",
  },
  porting_portability_enum_number_type = { "LOCAL", "UNKNOWN", "MOBILE", "TOLL-FREE" },
  porting_webhook_configuration_delete_enum_webhook_type = { "PORT_IN", "PORT_OUT" },
}
