#!/bin/sh
# What many at once cost beside libcurl's multi interface alone, in one run against one server.
#
#   [PARTS="throughput slow memory"] sh spec/bench/many.sh [LUA]       lua5.4, and all parts, if not said
#
# 1. 20,000 portability checks with 50 in flight over TLS, over HTTP/1.1 and over HTTP/2, by the
#    binding and by bare_multi.c, in turn: CPU seconds, wall time, peak memory (medians of 5), and
#    instructions for each request, counted by valgrind as the difference of two runs.
# 2. 2,000 requests that the server takes 50 ms for, 100 in flight: wall time.
# 3. Peak memory with 10,000 and with 1,000,000 inputs.
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh
lua=${1:-lua5.4}
case $lua in luajit) include=/usr/include/luajit-2.1 ;; *) include=/usr/include/$lua ;; esac
build=.build/bench-$lua

prepare() {
  cmake -S . -B "$build" -DLUA_INCDIR="$include" >/dev/null
  cmake --build "$build" >/dev/null
  cc -std=c11 -O2 -Wall -Wextra -o "$build/bare_multi" spec/bench/bare_multi.c -lcurl
  start_sandbox >/dev/null
  dir=$sandbox # ends with it
  export LUA_PATH="./lua/?.lua;;" LUA_CPATH="./$build/?.so;;"
}


# run WHO REQUESTS IN_FLIGHT, after whatever WRAPPER says.
run() {
  who=$1 requests=$2 in_flight=$3
  shift 3
  case $who in
  bare) set -- "$@" "$build/bare_multi" ;;
  binding) set -- "$@" "$lua" spec/bench/checks.lua ;;
  esac
  "$@" "$requests" "$in_flight" "$SANDBOX_URL" "$SANDBOX_CA" "$TWILIO_ACCOUNT_SID" \
    "$TWILIO_AUTH_TOKEN" "$version" >/dev/null
}

# instructions WHO: for each request, 50 in flight.
instructions() {
  for count in 500 2500; do
    run "$1" $count 50 valgrind --tool=callgrind --callgrind-out-file=/dev/null 2>"$dir/valgrind"
    eval "counted_$count=$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$dir/valgrind")"
  done
  echo $(((counted_2500 - counted_500) / 2000))
}

# measure REQUESTS IN_FLIGHT: five times in turn; "wall cpu peak" lines in $dir/bare and binding.
measure() {
  : >"$dir/bare"
  : >"$dir/binding"
  for _ in 1 2 3 4 5; do
    for who in bare binding; do
      run $who "$1" "$2" /usr/bin/time -f '%e %U %S %M' -a -o "$dir/$who"
    done
  done
}

# median WHO EXPRESSION over the fields of its lines.
median() {
  awk "{ print $2 }" "$dir/$1" | sort -n | sed -n 3p
}

ratio() {
  awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

# compare WHAT EXPRESSION
compare() {
  a=$(median binding "$2") b=$(median bare "$2")
  echo "  $1: binding $a, libcurl alone $b, ratio $(ratio "$a" "$b")"
}

throughput() {
  for version in 1.1 2; do
    echo "20,000 portability checks, 50 in flight, TLS, HTTP/$version, $lua:"
    measure 20000 50
    compare "CPU seconds" '$2 + $3'
    compare "wall seconds" '$1'
    compare "peak KB" '$4'
    ours=$(instructions binding) theirs=$(instructions bare)
    echo "  instructions for each: binding $ours, libcurl alone $theirs, ratio" \
      "$(ratio "$ours" "$theirs")"
  done
}

slow() {
  curl -fsS --cacert "$SANDBOX_CA" -d '{"fault": "latency", "seconds": 0.05, "times": 1000000000}' \
    "$SANDBOX_URL/_sandbox/faults" >/dev/null
  for version in 1.1 2; do
    echo "2,000 requests of 50 ms, 100 in flight, HTTP/$version:"
    measure 2000 100
    compare "wall seconds" '$1'
  done
  curl -fsS --cacert "$SANDBOX_CA" -X DELETE "$SANDBOX_URL/_sandbox/faults" >/dev/null
}

memory() {
  version=1.1
  echo "Peak memory, 50 in flight:"
  for inputs in 10000 1000000; do
    run binding $inputs 50 /usr/bin/time -f '%M' -o "$dir/peak"
    echo "  $inputs inputs: $(cat "$dir/peak") KB"
  done
}

prepare
for part in ${PARTS:-throughput slow memory}; do "$part"; done
