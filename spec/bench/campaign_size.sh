#!/bin/sh
# What a campaign costs for each target, as a user runs it: time, CPU and memory of each command of the script.
#
#   [COUNTS="2000 10000"] [LATENCIES="0 0.05"] [CHECKOUT=FOLDER] sh spec/bench/campaign_size.sh [LUA...]
#
# lua5.4 and luajit if not said. The ledger is an SQLite file in FOLDER (/var/tmp if not said). The first row of each
# table is a loop that looks at each port-in and cancels it, without a plan and a ledger: `apply` is compared with
# its CPU time. CHECKOUT measures the code of another folder by this script, against the same server.
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh
[ $# -gt 0 ] || set -- lua5.4 luajit
counts=${COUNTS:-2000 10000}
latencies=${LATENCIES:-0 0.05}
checkout=$(cd "${CHECKOUT:-.}" && pwd)
given_cpath=${LUA_CPATH:-;}

# build LUA: makes the core for it.
build() {
  case $1 in luajit) include=/usr/include/luajit-2.1 ;; *) include=/usr/include/$1 ;; esac
  cmake -S "$checkout" -B "$checkout/.build/bench-$1" -DLUA_INCDIR="$include" >/dev/null
  cmake --build "$checkout/.build/bench-$1" >/dev/null
}

control() {
  printf '%s' "$3" | curl -fsS --cacert "$SANDBOX_CA" -X "$1" -d @- -o /dev/null "$SANDBOX_URL/_sandbox$2"
}

# prepare COUNT LATENCY: port-ins of one number each, and the file that names them.
prepare() {
  control POST /reset '{}'
  control POST /port-ins "{\"count\": $1}"
  control PUT /limit "{\"concurrency\": 1000, \"seconds\": $2}"
  awk -v count="$1" 'BEGIN { print "port_in_sid"; for (i = 1; i <= count; i++) printf "KW%032x\n", 65536 + i }' \
    >"$dir/port_ins.csv"
}

# row NAME COMMAND...: runs it, and shows what it took. An exit code of 3 says that not all is confirmed yet.
row() {
  name=$1 code=0
  shift
  LUA_PATH="$checkout/lua/?.lua;$checkout/lua/?/init.lua;;" LUA_CPATH="$checkout/.build/bench-$lua/?.so;$given_cpath" \
    /usr/bin/time -q -o "$dir/time" -f '%e %U %S %M' "$@" >"$dir/output" 2>&1 || code=$?
  case $code in 0 | 3) ;; *) tail -n 5 "$dir/output" && return 1 ;; esac
  read -r seconds user system peak <"$dir/time"
  awk -v name="$name" -v count="$count" -v seconds="$seconds" -v cpu="$user $system" -v peak="$peak" \
    'BEGIN { split(cpu, part, " ")
      printf "| %-14s | %8.1f | %6.0f | %8.1f |\n", name, seconds, (part[1] + part[2]) / count * 1e6, peak / 1024 }'
}

# measure COUNT LATENCY: all commands, one after the other, on a campaign of so many targets.
measure() {
  count=$1
  script=$checkout/examples/cancel_port_ins.lua plan=$dir/bench.plan.json ledger=$dir/bench.ledger
  printf '\n%s, %s targets, answers after %s s\n\n' "$lua" "$count" "$2"
  echo '| command        |  seconds | CPU µs a target | peak MB |'
  echo '|----------------|----------|--------|----------|'
  prepare "$count" "$2"
  row 'look and cancel' "$lua" spec/bench/look_and_cancel.lua "$dir/port_ins.csv" 16
  prepare "$count" "$2"
  row plan "$lua" "$script" plan "$dir/port_ins.csv" --output "$plan" --concurrency 16
  row apply "$lua" "$script" apply "$plan" --ledger "$ledger" --confirm "$count" --wait 0 --concurrency 16
  row resume "$lua" "$script" resume "$ledger" --wait 3000 --concurrency 16
  row report "$lua" "$script" report "$ledger"
  row 'report --csv' "$lua" "$script" report "$ledger" --csv
  row 'report --json' "$lua" "$script" report "$ledger" --json --all
  row verify "$lua" "$script" verify "$ledger" --offline
  row export "$lua" "$script" export "$ledger" --output "$dir/undo.json"
  printf 'The plan has %s bytes, the ledger %s.\n' "$(wc -c <"$plan")" "$(wc -c <"$ledger")"
  row purge "$lua" "$script" purge "$ledger" --older-than 0
  rm -f "$dir"/bench.* "$dir/undo.json"
}

start_sandbox --lifetime 36000 >/dev/null
dir=$(mktemp -d "${FOLDER:-/var/tmp}/bench.XXXXXX")
trap 'rm -rf "$dir"; stop_sandbox' EXIT
export TWILIO_NUMBERS_BASE_URL="$SANDBOX_URL" SSL_CERT_FILE="$SANDBOX_CA"
for lua in "$@"; do
  build "$lua"
  for latency in $latencies; do
    for count in $counts; do measure "$count" "$latency"; done
  done
done
