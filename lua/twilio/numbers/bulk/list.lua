--- A list of the API that comes in pages, each fetched when it is needed.

local answers = require "twilio.numbers.api.answer"
local argument_error = require "twilio.numbers.util.argument_error"
local call_options = require "twilio.numbers.client.call_options"
local errors = require "twilio.numbers.api.error"
local excerpt = require "twilio.numbers.util.excerpt"
local methods = require "twilio.numbers.util.methods"
local null = require("twilio.numbers.core").null
local queues = require "twilio.numbers.runtime.queue"
local request = require "twilio.numbers.api.request"

---@class twilio.numbers.Page
---@field items table[] its records
---@field token string? what it was fetched by; nil for the first page
---@field next_token string? what the next page is fetched by; nil at the end

--- How an operation lists.
---@class twilio.numbers.Listing
---@field id string the operation's id in the contract
---@field items string the field of an answer that has the items
---@field next_token fun(meta: table): string?, string? what the next page is fetched by; nil at the end, or nil and
---  what is wrong
---@field place fun(token: string): table?, string? the query parameters of a token; or nil and what is wrong
---@field record fun(client: table, item: table, transfer: table): table? nil for an item that does not fit the filters

---@class twilio.numbers.List
local list = {}
local meta = { __index = list, __name = "twilio.numbers.List" }

local running = coroutine.running

local SHOWN = 60 -- bytes of a token that a message shows

--- The query of a page: the filters are the same for each.
local function query_of(self)
  local query = {}
  for name, value in pairs(self.filters) do query[name] = value end
  for name, value in pairs(self.next_token and self.listing.place(self.next_token) or {}) do
    query[name] = value
  end
  return query
end

local function unreadable(self, why)
  local id = self.listing.id
  return errors.new {
    kind = "unreadable", message = "the answer cannot be read, " .. why,
    operation = id, method = request.method(id), path = request.path(id),
  }
end

--- The token of the page after an answer; or nil, and an error if there is one. A server that repeats a token would
--- have the list go on for ever.
local function token_after(self, raw)
  local page_meta = raw.meta
  if page_meta == nil or page_meta == null then return nil end
  if type(page_meta) ~= "table" then return nil, unreadable(self, "its meta is no object") end
  local token, problem = self.listing.next_token(page_meta)
  if problem then return nil, unreadable(self, problem) end
  if token and self.seen[token] then
    return nil, unreadable(self, ("its token for the next page was there before: %s"):format(
      excerpt(token, SHOWN)))
  end
  return token
end

local function records_of(self, raw, came)
  local items, records = raw[self.listing.items], {}
  if items == null then return records end
  if type(items) ~= "table" or items[1] == nil and next(items) ~= nil then
    return nil, unreadable(self, ("its %s are no array"):format(self.listing.items))
  end
  for _, item in ipairs(items) do
    if type(item) ~= "table" then return nil, unreadable(self, "an item is no object") end
    records[#records + 1] = self.listing.record(self.client, item, came)
  end
  return records
end

local function take_page(self, raw, came)
  local records, err = records_of(self, raw, came)
  if not records then
    self.failure = err
    return
  end
  local page = answers.note({ items = records, token = self.next_token }, came)
  self.seen[self.next_token or ""] = true
  page.next_token, self.failure = token_after(self, raw)
  self.next_token, self.more = page.next_token, page.next_token ~= nil
  self.page, self.given_of_page = page, 0
end

--- Waits while another task fetches. A hook that is called by the fetch itself would wait for ever.
local function wait(self, thread)
  if self.fetching == thread then
    argument_error.raise "the list is fetching a page, and a hook cannot take an item meanwhile"
  end
  self.client:wait(self.queue)
  self.queue:take()
end

--- Fetches the next page, or waits for the task that does.
local function fetch(self)
  local client, thread = self.client, running() or "main"
  if self.fetching then return wait(self, thread) end
  client:ready() -- what it raises must not leave the list fetching
  self.fetching = thread
  local raw, err, _, came = client:perform(self.listing.id, self.call_options, query_of(self))
  self.fetching = false
  if raw then take_page(self, raw, came) else self.failure = err end
end

--- The next item of the page at hand, or the whole page.
local function pick(self)
  local page = self.page
  if not page then return nil end
  if self.by_page then
    self.page = nil
    return page
  end
  self.given_of_page = self.given_of_page + 1
  return page.items[self.given_of_page]
end

local function next_one(self)
  while not self.ended do
    local one = pick(self)
    if one then
      self.given = self.given + 1
      if self.given == self.limit then self.ended = true end
      return one
    end
    local err = self.failure
    if err or not self.more then self.ended = true end
    if err then return false, err end
    if self.more then fetch(self) end
  end
end

--- The next item, or page; nil at the end. Where a page cannot be fetched, it is `false` and the error, and then the
--- end. Several tasks may use one list. Calling the list does the same.
---@return table|false|nil
---@return twilio.numbers.Error?
function list:next()
  local one, err = next_one(self)
  self.client:wake(self.queue) -- another task may have an item to take, or the end to see
  return one, err
end

--- What the next page is fetched by. After an error it is the token of the page that could not be fetched.
---@return string? # nil for the first page, and at the end
function list:token()
  return self.next_token
end

--- Ends the list: it gives nothing more. Closing twice is harmless.
function list:close()
  self.ended, self.page = true, nil
  self.client:wake(self.queue)
end

meta.__call = list.next
meta.__close = list.close

--- Internal. The four values that a `for` loop takes. Nothing is fetched yet.
---@param client table
---@param listing twilio.numbers.Listing
---@param filters table<string, string|integer> query parameters by their Lua names
---@param options table with `limit`, `token` and the options of a call
---@param by_page boolean
---@return twilio.numbers.List, nil, nil, twilio.numbers.List
function list.new(client, listing, filters, options, by_page)
  if client.closed then argument_error.raise("the client is closed") end
  local self = setmetatable({
    client = client, listing = listing, filters = filters, queue = queues.new(),
    next_token = options.token, limit = options.limit, by_page = by_page,
    call_options = call_options.prepare(call_options.pick(options), client.call_options),
    more = true, given = 0, seen = {},
  }, meta)
  if self.next_token then
    local _, problem = listing.place(self.next_token)
    if problem then argument_error.raise("token: " .. problem) end
  end
  local checked, problem = request.query(listing.id, query_of(self))
  if not checked then argument_error.raise(problem) end
  return self, nil, nil, self
end

methods.guard(list, meta, "list", "next token close")
methods.iterator(list, meta, "list")

return list
