--- Counts what the client does, for all workers together, and shows it to Prometheus.

local counts = ngx.shared.metrics

local metrics = {}

local BUCKETS = { 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30 } -- seconds

local function add(name, amount)
  counts:incr(name, amount or 1, 0)
end

local function labelled(name, label, value)
  return ('%s{%s="%s"}'):format(name, label, tostring(value):gsub('[\\"\n]', "_"))
end

function metrics.began(event)
  add(labelled("porting_requests_total", "operation", event.operation))
end

function metrics.ended(event)
  local seconds = event.timings.total
  add("porting_request_seconds_sum", seconds)
  add "porting_request_seconds_count"
  for _, most in ipairs(BUCKETS) do
    if seconds <= most then add(labelled("porting_request_seconds_bucket", "le", most)) end
  end
  local kind = event.kind or event.status >= 400 and "http_" .. event.status
  if kind then add(labelled("porting_errors_total", "kind", kind)) end
end

--- Has each worker tell what it has in flight.
function metrics.watch(client)
  local name = ("in_flight %d"):format(ngx.worker.id())
  counts:set(name, 0)
  assert(ngx.timer.every(1, function(is_over)
    counts:set(name, is_over and 0 or client:pace().in_flight)
  end))
end

local function in_flight()
  local sum = 0
  for i = 0, ngx.worker.count() - 1 do sum = sum + (counts:get(("in_flight %d"):format(i)) or 0) end
  return ("porting_requests_in_flight %d\n"):format(sum)
end

function metrics.retried()
  add "porting_retries_total"
end

--- A webhook that came, by what became of it.
function metrics.delivered(reply)
  add(labelled("porting_webhooks_total", "result", reply.delivery or reply.status))
end

--- A number's every series, without those that are not there yet.
local function series_of(name)
  local lines = {}
  for _, key in ipairs(counts:get_keys(0)) do
    if key:match "^[^{]*" == name then
      lines[#lines + 1] = ("%s %.14g\n"):format(key, counts:get(key))
    end
  end
  table.sort(lines)
  return table.concat(lines)
end

local function histogram(name)
  local parts = {}
  local count = counts:get(name .. "_count") or 0
  for _, most in ipairs(BUCKETS) do
    local key = labelled(name .. "_bucket", "le", most)
    parts[#parts + 1] = ("%s %d\n"):format(key, counts:get(key) or 0)
  end
  parts[#parts + 1] = ('%s_bucket{le="+Inf"} %d\n'):format(name, count)
  parts[#parts + 1] = ("%s_sum %.14g\n"):format(name, counts:get(name .. "_sum") or 0)
  parts[#parts + 1] = ("%s_count %d\n"):format(name, count)
  return table.concat(parts)
end

local families = {
  { "porting_requests_total", "counter", "Requests to the API, each attempt counted." },
  { "porting_errors_total", "counter", "Attempts that did not bring what was asked for, by kind." },
  { "porting_retries_total", "counter", "Attempts that another one followed." },
  { "porting_requests_in_flight", "gauge", "Requests sent and not answered, a second ago at most.",
    in_flight },
  { "porting_request_seconds", "histogram", "How long an attempt took.", histogram },
  { "porting_webhooks_total", "counter", "Webhooks received." },
}

function metrics.serve()
  for _, family in ipairs(families) do
    local name, kind, help = family[1], family[2], family[3]
    local lines = (family[4] or series_of)(name)
    if lines == "" then lines = name .. " 0\n" end
    ngx.print("# HELP ", name, " ", help, "\n# TYPE ", name, " ", kind, "\n", lines)
  end
end

return metrics
