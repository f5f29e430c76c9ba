--- The two lists: port-ins by tokens, signing request configurations by the URLs of pages.

local cjson = require "cjson.safe"

local null = cjson.null
local lists = {}

local function normal(status)
  return (status:lower():gsub("[%s%-]+", "_"):gsub("cancelled", "canceled"))
end

--- A date, or a date and a time in UTC, so that text order is time order; nil if it is neither.
local function moment(text)
  if text:match "^%d%d%d%d%-%d%d%-%d%d$" then return text .. "T00:00:00Z" end
  local second = text:match "^(%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d)%.?%d*Z$"
  return second and second .. "Z"
end

local function set_of(text)
  local set = {}
  for sid in text:gmatch "[^,%s]+" do set[sid] = true end
  return set
end

local suggestions = {
  waiting_for_signature = "Sign the letter of authorization",
  action_required = "Correct what the losing carrier rejects",
}

--- An item of the list: no numbers, no account.
local function summary(port_in)
  local ported = 0
  for _, number in ipairs(port_in.phone_numbers) do
    if number.port_in_phone_number_status:lower() == "completed" then ported = ported + 1 end
  end
  return {
    port_in_request_sid = port_in.port_in_request_sid,
    port_in_request_status = port_in.port_in_request_status,
    status_last_updated_timestamp = port_in.date_created,
    phone_numbers_requested = #port_in.phone_numbers,
    phone_numbers_ported = ported,
    suggested_action = suggestions[normal(port_in.port_in_request_status)] or null,
  }
end

--- Those that fit, in the order of their making; nil and a parameter's name if that is malformed.
local function filtered(all, query)
  local after = query.CreatedAfter and moment(query.CreatedAfter)
  local before = query.CreatedBefore and moment(query.CreatedBefore)
  if query.CreatedAfter and not after then return nil, "CreatedAfter" end
  if query.CreatedBefore and not before then return nil, "CreatedBefore" end
  local sids = query.PortInRequestSid and set_of(query.PortInRequestSid)
  local status = query.PortInRequestStatus and normal(query.PortInRequestStatus)
  local found = {}
  for _, port_in in ipairs(all) do
    if (not sids or sids[port_in.port_in_request_sid])
      and (not status or normal(port_in.port_in_request_status) == status)
      and (not after or port_in.date_created >= after)
      and (not before or port_in.date_created < before) then
      found[#found + 1] = port_in
    end
  end
  return found
end

local function position(found, token)
  if not token then return 1 end
  for i, port_in in ipairs(found) do
    if port_in.port_in_request_sid == token then return i end
  end
end

--- A page of port-ins; or nil and the parameter that is malformed. A token is the SID with which
--- its page begins.
function lists.port_ins(all, query)
  local found, misfit = filtered(all, query)
  if not found then return nil, misfit end
  local size, first = tonumber(query.Size) or 20, position(found, query.Token)
  if not first then return nil, "Token" end
  local items = {}
  for i = first, math.min(first + size - 1, #found) do
    items[#items + 1] = summary(found[i])
  end
  local function token_at(i) return found[i] and found[i].port_in_request_sid or null end
  return {
    port_in_requests = items,
    meta = {
      next_token = token_at(first + size),
      previous_token = first > 1 and token_at(math.max(first - size, 1)) or null,
    },
  }
end

local PATH = "/v1/SigningRequest/Configuration"

--- A page of signing request configurations. `origin` is the scheme and host that were asked.
function lists.configurations(all, query, origin)
  local found = {}
  for _, one in ipairs(all) do
    if (not query.Country or query.Country == one.country)
      and (not query.Product or query.Product == one.product) then
      found[#found + 1] = one
    end
  end
  local size, page = tonumber(query.PageSize) or 50, tonumber(query.Page) or 0
  local items = {}
  for i = page * size + 1, math.min((page + 1) * size, #found) do items[#items + 1] = found[i] end
  local function url_of(number, token)
    local arguments = { Product = query.Product, Country = query.Country, PageSize = size,
      Page = number, PageToken = token }
    return origin .. PATH .. "?" .. ngx.encode_args(arguments)
  end
  return {
    configurations = items,
    meta = {
      key = "configurations", page = page, page_size = size,
      first_page_url = url_of(0), url = url_of(page, query.PageToken),
      previous_page_url = page > 0 and url_of(page - 1, "PT" .. page - 1) or null,
      next_page_url = (page + 1) * size < #found and url_of(page + 1, "PT" .. page + 1) or null,
    },
  }
end

return lists
