#!/bin/sh
# What calls cost inside an nginx worker, and what they do to its other requests. One worker calls
# another nginx over TLS, wrk asks it.
#
#   sh spec/bench/nginx.sh
#
# Beside it: the same handler on lua-resty-http where RESTY_HTTP names the folder that holds
# resty/http.lua, and a handler that only sleeps as long as the upstream takes. The ways are measured
# in turn, ROUNDS (3) times, and medians are shown. Needs wrk. SECONDS_EACH (5).
set -eu
cd "$(dirname "$0")/../.."
. examples/support/nginx.sh
. examples/support/sandbox.sh
build=.build/luajit

# configure FILE PLACEHOLDER VALUE...
configure() {
  cp "$1" "$2"
  target=$2
  shift 2
  nginx_placeholders >"$dir/placeholders"
  sed -i -f "$dir/placeholders" "$target"
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
    PORT $port
  configure spec/bench/nginx_worker.conf.in "$dir/worker/nginx.conf" DIR "$dir" \
    UPSTREAM $port PORT $((port + 1)) HERE "$PWD" BUILD "$build" \
    RESTY_HTTP "${RESTY_HTTP:-}" SID "$TWILIO_ACCOUNT_SID"
  "$NGINX_PROGRAM" -p "$dir/upstream" -c "$dir/upstream/nginx.conf" 2>"$dir/upstream.out" &
  upstream=$!
  trap 'kill $upstream $worker 2>/dev/null || true; stop_sandbox' EXIT
  base=http://127.0.0.1:$((port + 1))
  start_worker
}

start_worker() {
  "$NGINX_PROGRAM" -p "$dir/worker" -c "$dir/worker/nginx.conf" 2>"$dir/worker.out" &
  worker=$!
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

# median FILE COLUMN
median() {
  awk -v column="$2" '{ print $column }' "$1" | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

# once FILE PATH CLIENTS: appends the rate, the CPU us a request, the worst milliseconds of /ping, and bad answers.
once() {
  wrk -c"$3" -t1 -d1 "$base$2" >/dev/null # warm
  wrk -c1 -t1 -d"${SECONDS_EACH:-5}" -s spec/bench/every_2_ms.lua --latency "$base/ping" >"$dir/ping" &
  pinger=$!
  before=$(cpu_ticks)
  wrk -c"$3" -t1 -d"${SECONDS_EACH:-5}" --latency "$base$2" >"$dir/wrk"
  after=$(cpu_ticks)
  wait $pinger
  awk -v ticks="$((after - before))" -v seconds="${SECONDS_EACH:-5}" '
    function ms(text) { return text ~ /us$/ ? text / 1000 : text ~ /ms$/ ? text + 0 : text * 1000 }
    FILENAME ~ /ping$/ && $1 == "99%" { p99 = ms($2) }
    FILENAME ~ /ping$/ && $1 == "Latency" && NF > 3 { worst = ms($4) }
    FILENAME ~ /wrk$/ && $2 == "requests" { requests = $1 }
    FILENAME ~ /wrk$/ && /Non-2xx/ { bad = $NF }
    END { print requests / seconds, ticks * 10000 / (requests + 1), p99, worst, bad + 0 }' \
    "$dir/ping" "$dir/wrk" >>"$1"
}

# compare DELAY CLIENTS: three lines, or two.
compare() {
  rm -f "$dir"/way.*
  for _ in $(seq "${ROUNDS:-3}"); do
    once "$dir/way.sleep" "/sleep?delay=$1" "$2"
    once "$dir/way.1.1" "/ours?delay=$1&version=1.1" "$2"
    once "$dir/way.2" "/ours?delay=$1&version=2" "$2"
    [ -z "${RESTY_HTTP:-}" ] || once "$dir/way.resty" "/resty?delay=$1" "$2"
  done
  echo "Upstream answering after $1 s, $2 clients (CPU includes the pings):"
  for way in sleep 1.1 2 resty; do
    [ -f "$dir/way.$way" ] || continue
    case $way in
    sleep) name="only that pause" ;;
    resty) name="lua-resty-http" ;;
    *) name="twilio.numbers, HTTP/$way" ;;
    esac
    rate=$(median "$dir/way.$way" 1)
    cpu=$(median "$dir/way.$way" 2)
    peer="" peer_cpu=""
    [ ! -f "$dir/way.resty" ] || peer=$(median "$dir/way.resty" 1) peer_cpu=$(median "$dir/way.resty" 2)
    awk -v name="$name" -v rate="$rate" -v cpu="$cpu" -v p99="$(median "$dir/way.$way" 3)" -v peer="$peer" \
      -v peer_cpu="$peer_cpu" -v worst="$(median "$dir/way.$way" 4)" -v bad="$(median "$dir/way.$way" 5)" 'BEGIN {
        printf "  %-24s %6.0f/s  CPU %4.0f us  /ping p99 %.2f ms, max %.1f ms", name, rate, cpu, p99, worst
        if (peer != "") printf "  rate x %.2f, CPU x %.2f", rate / peer, cpu / peer_cpu
        print (bad + 0 > 0 ? "  NOT ANSWERED WELL: " bad : "") }'
  done
}

# Sums of all threads: involuntary switches are left out.
wake_ups() {
  cat "/proc/$worker"/task/*/status | awk '/^voluntary_ctxt_switches/ { sum += $2 } END { print sum }'
}

# idle NAME PATH: calls that wait for an answer, and nothing else.
idle() {
  wrk -c100 -t1 -d9 "$base$2" >/dev/null &
  waiting=$!
  sleep 3
  ticks=$(cpu_ticks) switches=$(wake_ups)
  sleep 4
  awk -v name="$1" -v ticks="$(($(cpu_ticks) - ticks))" -v switches="$(($(wake_ups) - switches))" 'BEGIN {
    printf "  %-24s %5.1f wake-ups and %.1f ms of CPU a second\n", name, switches / 4, ticks * 10 / 4 }'
  wait $waiting || true
}

# cold NAME PATH: calls of a worker that has no connections.
cold() {
  kill "$worker"
  wait "$worker" 2>/dev/null || true
  start_worker
  wrk -c1 -t1 -d2 -s spec/bench/every_2_ms.lua --latency "$base/ping" >"$dir/ping" &
  pinger=$!
  sleep 0.5
  wrk -c200 -t1 -d1 "$base$2" >/dev/null
  wait $pinger
  echo "  $1: /ping max $(awk '$1 == "Latency" && NF > 3 { print $4 }' "$dir/ping")"
}

prepare
compare 0.05 50
compare 0 1
compare 0 50
compare 0.5 400
echo "100 clients, each with a call that is not answered:"
idle "twilio.numbers, HTTP/1.1" "/ours?delay=30&version=1.1"
idle "twilio.numbers, HTTP/2" "/ours?delay=30&version=2"
[ -z "${RESTY_HTTP:-}" ] || idle "lua-resty-http" "/resty?delay=30"
echo "200 calls at once in a worker without connections, answered after 0.5 s:"
cold "twilio.numbers, HTTP/1.1" "/ours?delay=0.5&version=1.1"
cold "twilio.numbers, HTTP/2" "/ours?delay=0.5&version=2"
[ -z "${RESTY_HTTP:-}" ] || cold "lua-resty-http" "/resty?delay=0.5"
