--- Signing request configurations: how the e-mail looks in which the API asks for a signature, by country and
--- product.

local lazily = require "twilio.numbers.util.lazily"
local ascii = require "twilio.numbers.util.ascii"
local call_options = require "twilio.numbers.client.call_options"
local contract = require "twilio.numbers.api.contract"
local list = lazily.require "twilio.numbers.bulk.list"
local null = require("twilio.numbers.core").null
local options_of = require "twilio.numbers.util.options"
local record = require "twilio.numbers.api.record"
local request = require "twilio.numbers.api.request"
local url_query = require "twilio.numbers.util.url_query"

---@class twilio.numbers.SigningRequestConfiguration: twilio.numbers.Record
---@field logo_sid string? the document with the logo, RD…
---@field friendly_name string? the name that it was given
---@field product string? such as "Porting" or "Hosting"
---@field country string? two letters
---@field email_subject string? the e-mail's subject
---@field email_message string? the e-mail's text
---@field url_redirection string? where one is sent after signing
---@field url string? its URL
local configuration = {}

--- Internal. For `tostring`.
---@return string
function configuration:describe()
  return ("(%s, %s)"):format(record.text(self.product, "any product"),
    record.text(self.country, "any country"))
end

local class = record.class("SigningRequestConfiguration",
  contract.resources["numbers.v1.signing_request_configuration"], configuration)

--- The options of a call go to each request.
---@class twilio.numbers.SigningPagesOptions: twilio.numbers.CallOptions
---@field country string? only those for that country. Default: all.
---@field product string? only those for that product. Default: all.
---@field page_size integer? how many the API gives at once, at most 1000. Default: the API's.
---@field token string? the page to begin with: the `next_token` of an earlier page. Default: the first.

---@class twilio.numbers.SigningListOptions: twilio.numbers.SigningPagesOptions
---@field limit integer? how many are given in all. Default: all.

local pages_options = options_of.schema(call_options.fields):extended {
  country = { kind = "text" }, product = { kind = "text" }, page_size = { kind = "count" },
  token = { kind = "text" },
}
local list_options = pages_options:extended { limit = { kind = "count" } }

local LIST = "ListSigningRequestConfiguration"

--- The page's parameters in a query, which tell one page from the others. All other parameters are the list's own.
local function place(token)
  local values = url_query.read(token)
  local page = { page = ascii.whole(values.Page), page_token = values.PageToken }
  if not page.page and not page.page_token then
    return nil, "it has neither Page nor PageToken"
  end
  local checked, problem = request.query(LIST, page)
  if not checked then return nil, problem end
  return page, nil, checked.text:sub(2)
end

--- Of the next page's URL only the query is used: the request goes to the client's own host, so that the credentials
--- go nowhere else. A URL with another path is none of this list.
local function next_token(meta)
  local url = meta.next_page_url
  if url == nil or url == null or url == "" then return nil end
  local path = request.path(LIST)
  local before, query = tostring(url):match "^([^?#]*)%??([^#]*)"
  if type(url) ~= "string" or before:sub(-#path) ~= path then
    return nil, "its next_page_url is none of this list"
  end
  local _, problem, token = place(query)
  return token, problem
end

local listing = {
  id = LIST, items = "configurations", next_token = next_token, place = place,
  record = function(_, item, came) return record.new(class, item, nil, nil, came) end,
}

local function open(client, options, by_page)
  return list.new(client, listing, {
    country = options.country, product = options.product, page_size = options.page_size,
  }, options, by_page)
end

---@class twilio.numbers.SigningRequestConfigurations
local configurations = {}
configurations.__index = configurations

--- Makes or changes the configuration of a country and a product: one POST. See `client.port_ins:create` for how the
--- fields are checked. Doing it again does no harm. Operation CreateSigningRequestConfiguration, newer
--- than 1.56.0.
---@param fields twilio.numbers.SigningRequestConfigurationFields
---@param options twilio.numbers.CallOptions|number|nil
---@return twilio.numbers.SigningRequestConfiguration?
---@return twilio.numbers.Error?
function configurations:create(fields, options)
  local raw, err, _, came = self.client:create("CreateSigningRequestConfiguration", fields, options)
  if not raw then return nil, err end
  return record.new(class, raw, nil, nil, came)
end

--- Lists them; see `client.port_ins:list`. Operation ListSigningRequestConfiguration, newer than 1.56.0.
---@param options twilio.numbers.SigningListOptions?
---@return twilio.numbers.List
function configurations:list(options)
  return open(self.client, list_options:check(options or {}), false)
end

--- Lists them page by page; see `client.port_ins:list_pages`. Operation ListSigningRequestConfiguration,
--- newer than 1.56.0.
---@param options twilio.numbers.SigningPagesOptions?
---@return twilio.numbers.List
function configurations:list_pages(options)
  return open(self.client, pages_options:check(options or {}), true)
end

return {
  class = class,
  pages_options = pages_options, list_options = list_options,
  methods = configurations,
}
