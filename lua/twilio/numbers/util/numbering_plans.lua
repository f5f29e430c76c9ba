--- How telephone numbers are written within some countries: those in which Twilio ports numbers, and others that
--- lists often have. The data is of the national numbering plans as ITU-T publishes them, and coarse on purpose: which
--- first digits there are, and how many digits follow.

---@class twilio.numbers.NumberingPlan
---@field code string the country code
---@field trunk string what is dialled before a number within the country; "" for nothing
---@field international string what is dialled before a country code
---@field varies boolean whether a number may be longer or shorter without being wrong
---@field shapes { [1]: string, [2]: integer, [3]: integer }[] a pattern of the first digits; least and most digits

local function plan(code, trunk, international, shapes, varies)
  return { code = code, trunk = trunk, international = international, shapes = shapes,
    varies = varies or false }
end

local north_america = plan("1", "1", "011", { { "^[2-9]%d%d[2-9]", 10, 10 } })

---@type table<string, twilio.numbers.NumberingPlan>
return {
  AT = plan("43", "0", "00", { { "^[1-9]", 5, 13 } }, true),
  AU = plan("61", "0", "0011", { { "^[2-478]", 9, 9 }, { "^1[38]00", 10, 10 } }),
  BE = plan("32", "0", "00", { { "^[1-9]", 8, 8 }, { "^4", 9, 9 } }),
  BR = plan("55", "0", "00", { { "^[1-9][1-9][2-5]", 10, 10 }, { "^[1-9][1-9]9", 11, 11 } }),
  CA = north_america,
  CH = plan("41", "0", "00", { { "^[1-9]", 9, 9 } }),
  CZ = plan("420", "", "00", { { "^[2-9]", 9, 9 } }),
  DE = plan("49", "0", "00", { { "^[1-9]", 6, 13 } }, true),
  DK = plan("45", "", "00", { { "^[2-9]", 8, 8 } }),
  ES = plan("34", "", "00", { { "^[5-9]", 9, 9 } }),
  FI = plan("358", "0", "00", { { "^[1-9]", 5, 12 } }, true),
  FR = plan("33", "0", "00", { { "^[1-9]", 9, 9 } }),
  GB = plan("44", "0", "00", { { "^[1-35-9]", 10, 10 }, { "^[18]", 9, 9 } }),
  HK = plan("852", "", "001", { { "^[2-9]", 8, 8 } }),
  IE = plan("353", "0", "00", { { "^[1-9]", 7, 9 } }, true),
  IL = plan("972", "0", "00", { { "^[2-489]", 8, 8 }, { "^[57]", 9, 9 } }),
  IT = plan("39", "", "00", { { "^0", 6, 11 }, { "^3", 9, 10 }, { "^8", 6, 10 } }, true),
  JP = plan("81", "0", "010", { { "^[1-9]", 9, 9 }, { "^[5789]0", 10, 10 } }),
  MX = plan("52", "", "00", { { "^[2-9]", 10, 10 } }),
  NL = plan("31", "0", "00", { { "^[1-9]", 9, 9 }, { "^97", 11, 11 } }),
  NO = plan("47", "", "00", { { "^[2-9]", 8, 8 } }),
  NZ = plan("64", "0", "00", { { "^[2-9]", 8, 10 } }, true),
  PL = plan("48", "", "00", { { "^[1-9]", 9, 9 } }),
  PR = north_america,
  PT = plan("351", "", "00", { { "^[2-9]", 9, 9 } }),
  SE = plan("46", "0", "00", { { "^[1-9]", 7, 9 } }, true),
  SG = plan("65", "", "001", { { "^[3689]", 8, 8 } }),
  US = north_america,
  ZA = plan("27", "0", "00", { { "^[1-9]", 9, 9 } }),
}
