#!/bin/sh
# What calls cost inside an nginx worker, and what they do to its other requests. One worker calls
# another nginx over TLS, wrk asks it with 50 connections.
#
#   sh spec/bench/nginx.sh
#
# Beside it: the same handler on lua-resty-http where RESTY_HTTP names the folder that holds
# resty/http.lua, a blocking call, and a handler that only sleeps as long as the upstream takes.
# Needs wrk. DELAYS (0.05 0) are the seconds that the upstream takes; SECONDS_EACH (5).
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh
build=.build/luajit
export PATH="$PATH:/usr/sbin"

modules=/usr/lib/nginx/modules
[ -d $modules ] || modules=/usr/lib64/nginx/modules

# configure FILE PLACEHOLDER VALUE...
configure() {
  cp "$1" "$2"
  target=$2
  shift 2
  while [ $# -gt 0 ]; do
    sed -i "s|@$1@|$2|g" "$target"
    shift 2
  done
}

prepare() {
  cmake -S . -B "$build" -DLUA_INCDIR=/usr/include/luajit-2.1 >/dev/null
  cmake --build "$build" >/dev/null
  start_sandbox >/dev/null
  dir=$sandbox # ends with it
  port=$((10000 + $$ % 5000 * 2))
  mkdir -p "$dir/upstream" "$dir/worker"
  configure spec/bench/nginx_upstream.conf.in "$dir/upstream/nginx.conf" DIR "$dir" \
    MODULES $modules PORT $port
  configure spec/bench/nginx_worker.conf.in "$dir/worker/nginx.conf" DIR "$dir" \
    MODULES $modules UPSTREAM $port PORT $((port + 1)) HERE "$PWD" BUILD "$build" \
    RESTY_HTTP "${RESTY_HTTP:-}" SID "$TWILIO_ACCOUNT_SID"
  nginx -p "$dir/upstream" -c "$dir/upstream/nginx.conf" 2>"$dir/upstream.out" &
  upstream=$!
  nginx -p "$dir/worker" -c "$dir/worker/nginx.conf" 2>"$dir/worker.out" &
  worker=$!
  trap 'kill $upstream $worker 2>/dev/null || true; stop_sandbox' EXIT
  base=http://127.0.0.1:$((port + 1))
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 $upstream && curl -fsS "$base/ping" >/dev/null 2>&1 && return
    sleep 0.2
  done
  cat "$dir/worker.out" "$dir/worker/error.log" "$dir/upstream.out" >&2
  exit 1
}

cpu_ticks() {
  awk '{ print $14 + $15 }' "/proc/$worker/stat"
}

# measure NAME PATH: one line.
measure() {
  wrk -c50 -t1 -d1 "$base$2" >/dev/null # warm
  wrk -c1 -t1 -d"${SECONDS_EACH:-5}" -s spec/bench/every_2_ms.lua --latency "$base/ping" >"$dir/ping" &
  pinger=$!
  before=$(cpu_ticks)
  wrk -c50 -t1 -d"${SECONDS_EACH:-5}" --latency "$base$2" >"$dir/wrk"
  after=$(cpu_ticks)
  wait $pinger
  requests=$(sed -n 's/ *\([0-9]*\) requests in.*/\1/p' "$dir/wrk")
  awk -v name="$1" -v requests="$requests" -v ticks="$((after - before))" \
    -v seconds="${SECONDS_EACH:-5}" \
    -v p50="$(awk '$1 == "50%" { print $2 }' "$dir/wrk")" \
    -v p99="$(awk '$1 == "99%" { print $2 }' "$dir/wrk")" \
    -v ping50="$(awk '$1 == "50%" { print $2 }' "$dir/ping")" \
    -v ping99="$(awk '$1 == "99%" { print $2 }' "$dir/ping")" \
    -v pingmax="$(awk '$1 == "Latency" { print $4 }' "$dir/ping")" \
    -v bad="$(sed -n 's/ *Non-2xx or 3xx responses: //p' "$dir/wrk")" 'BEGIN {
      printf "  %-24s %6.0f/s  p50 %s p99 %s  CPU %4.0f us/request  /ping p50 %s p99 %s max %s%s\n",
        name, requests / seconds, p50, p99, ticks * 10000 / (requests + 1), ping50, ping99, pingmax,
        bad ? "  NOT ANSWERED WELL: " bad : "" }'
}

prepare
for delay in ${DELAYS:-0.05 0}; do
  echo "Upstream answering after $delay s, 50 clients (CPU includes the pings):"
  measure "only that pause" "/sleep?delay=$delay"
  measure "twilio.numbers, HTTP/1.1" "/ours?delay=$delay&version=1.1"
  measure "twilio.numbers, HTTP/2" "/ours?delay=$delay&version=2"
  [ -z "${RESTY_HTTP:-}" ] || measure "lua-resty-http" "/resty?delay=$delay"
  [ -n "${NO_BLOCKING:-}" ] || measure "blocking" "/blocking?delay=$delay"
done
