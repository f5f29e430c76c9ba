--- The account's port-ins at a status, to choose those to watch.

local cjson = require "cjson"
local client = require "desk.client"
local respond = require "desk.respond"
local watched = require "desk.watched"

local listing = {}

local SHOWN = 50

local statuses = {}
for status in ([[action_required in_progress in_review waiting_for_signature pending canceling
  completed canceled expired]]):gmatch "%S+" do statuses[status] = true end

local function item_of(port_in)
  local requested = port_in.phone_numbers_requested
  return {
    sid = port_in:sid(), status = port_in:status(), is_watched = watched.has(port_in:sid()),
    number_count = type(requested) == "number" and requested or nil,
  }
end

function listing.serve()
  if not respond.is_get() then return end
  if respond.is_foreign() then return respond.foreign() end
  local status = ngx.var.arg_status
  if not statuses[status] then return respond.refusal(400, "There is no such status.") end
  local items, count, wanted = {}, 0, SHOWN + 1 -- one more tells that there are more
  local list = client.port_ins:list { status = status, limit = wanted, page_size = wanted }
  for port_in, err in list do
    if not port_in then return respond.api_error(err) end
    count = count + 1
    if count <= SHOWN and port_in:sid() then items[#items + 1] = item_of(port_in) end
  end
  -- Without items for none: an empty table could be an object as well.
  ngx.print(cjson.encode { items = items[1] and items, is_more = count > SHOWN })
end

return listing
