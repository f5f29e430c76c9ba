--- Faults within an answer: the API's own, with its effect, but changed on the way out. Each takes
--- the answer's object, a copy, with the rule and the request.

local cjson = require "cjson.safe"

local changes, module = {}, {}

local function surprise(object)
  object.surprise = "a field of a later version"
  object.surprise_number = 4711
  object.surprise_object = { inside = { deeper = true }, list = { 1, 2, 3 } }
end

function changes.unknown_fields(object)
  surprise(object)
  local items = object.phone_numbers or object.results or object.port_in_requests or {}
  for _, item in ipairs(items) do surprise(item) end
end

local new_values = {
  port_in_request_status = "Frozen", port_in_phone_number_status = "frozen",
  number_type = "SATELLITE", status = "PAUSED",
  eligibility_status = "perhaps", not_portable_reason_code = 22199,
}

local function renew(object)
  for name, value in pairs(new_values) do
    if object[name] ~= nil then object[name] = value end
  end
end

--- Statuses, kinds and codes of a later version.
function changes.unknown_values(object)
  renew(object)
  local items = object.phone_numbers or object.results or object.port_in_requests or {}
  for _, item in ipairs(items) do renew(item) end
end

local styles = {
  snake = function(status) return (status:lower():gsub("[%s%-]+", "_")) end,
  title = function(status)
    return (status:gsub("_", " "):gsub("(%a)(%a*)", function(first, rest)
      return first:upper() .. rest:lower()
    end))
  end,
  british = function(status) return (status:gsub("anceled", "ancelled")) end,
}

local function respell(value, style)
  if type(value) ~= "table" then return end
  for name, inner in pairs(value) do
    if type(inner) == "string" and tostring(name):find "status$" then
      value[name] = style(inner)
    else
      respell(inner, style)
    end
  end
end

function changes.spelling(object, rule)
  respell(object, styles[rule.style or "snake"])
end

function changes.nulls(object)
  for name in pairs(object) do object[name] = cjson.null end
end

--- Other values in some fields.
function changes.fields(object, rule)
  for name, value in pairs(rule.fields) do object[name] = value end
end

--- A list's page that leads to itself: its token is the one that was asked for, or its own first.
function changes.repeated_page(object, _, request)
  local meta, items = object.meta, object.port_in_requests
  if items and items[1] then
    meta.next_token = request.query.Token or items[1].port_in_request_sid
  elseif meta and meta.url then
    meta.next_page_url = meta.url
  end
end

--- A list's next page at another host.
function changes.foreign_page(object, rule)
  if object.meta and object.meta.url then
    object.meta.next_page_url = object.meta.url:gsub("^%w+://[^/]+", rule.host)
  end
end

--- A document whose file was not stored, though the status says success: `as` is "absent", or its
--- MIME type is empty.
function changes.no_mime_type(object, rule)
  if object.mime_type then object.mime_type = rule.as ~= "absent" and "" or nil end
end

--- Results of eligibilities with the names of the contract's example instead of its prose.
function changes.example_names(object)
  for _, item in ipairs(object.results or {}) do
    item.account_sid, item.hosting_account_sid = item.hosting_account_sid, nil
    item.iso_country_code, item.country = item.country, nil
    item.phone_number_type = "TOLL_FREE"
    item.eligibility_status = item.eligibility_status:upper():gsub("-", "_")
    item.eligibility_sub_status = item.eligibility_sub_status:upper():gsub("-", "_")
  end
end

--- Why a rule for such a change is none; nil if it is one.
function module.misfit(rule)
  if rule.fault == "spelling" and not styles[rule.style or "snake"] then
    return "no such style: " .. tostring(rule.style)
  end
  if rule.fault == "fields" and type(rule.fields) ~= "table" then
    return "fields goes by a rule only, and needs `fields`, an object"
  end
  if rule.fault == "foreign_page" and type(rule.host) ~= "string" then
    return "foreign_page needs `host`, such as https://example.com"
  end
end

--- The changes by their names.
module.by_name = changes

return module
