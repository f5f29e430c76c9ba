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
  add "porting_requests_in_flight"
end

function metrics.ended(event)
  add("porting_requests_in_flight", -1)
  local seconds = event.timings.total
  add("porting_request_seconds_sum", seconds)
  add "porting_request_seconds_count"
  for _, most in ipairs(BUCKETS) do
    if seconds <= most then add(labelled("porting_request_seconds_bucket", "le", most)) end
  end
  local kind = event.kind or event.status >= 400 and "http_" .. event.status
  if kind then add(labelled("porting_errors_total", "kind", kind)) end
end

function metrics.retried()
  add "porting_retries_total"
end

--- A webhook that came, by what became of it.
function metrics.delivered(reply)
  add(labelled("porting_webhooks_total", "result", reply.delivery or reply.status))
end

local families = {
  { "porting_requests_total", "counter", "Requests to the API, each attempt counted." },
  { "porting_errors_total", "counter", "Attempts that did not bring what was asked for, by kind." },
  { "porting_retries_total", "counter", "Attempts that another one followed." },
  { "porting_requests_in_flight", "gauge", "Requests sent and not answered." },
  { "porting_request_seconds", "histogram", "How long an attempt took." },
  { "porting_webhooks_total", "counter", "Webhooks received." },
}

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

function metrics.serve()
  for _, family in ipairs(families) do
    local name, kind, help = family[1], family[2], family[3]
    local lines = kind == "histogram" and histogram(name) or series_of(name)
    if lines == "" and kind ~= "histogram" then lines = name .. " 0\n" end
    ngx.print("# HELP ", name, " ", help, "\n# TYPE ", name, " ", kind, "\n", lines)
  end
end

return metrics
