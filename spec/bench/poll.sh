#!/bin/sh
# What one look at 1,000 port-ins costs: by fetching each, and by lists of 100, which have no numbers. The second
# time the server takes 50 ms for each request.
#
#   sh spec/bench/poll.sh [LUA]       lua5.4 if not said
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh
lua=${1:-lua5.4}
case $lua in luajit) include=/usr/include/luajit-2.1 ;; *) include=/usr/include/$lua ;; esac
build=.build/bench-$lua

cmake -S . -B "$build" -DLUA_INCDIR="$include" >/dev/null
cmake --build "$build" >/dev/null
start_sandbox >/dev/null
export LUA_PATH="./lua/?.lua;;" LUA_CPATH="./$build/?.so;;"

control() {
  curl -fsS --cacert "$SANDBOX_CA" -d "$2" "$SANDBOX_URL/_sandbox/$1" >/dev/null
}

control port-ins '{"count": 1000}'
"$lua" spec/bench/poll.lua 1000
echo "each takes 50 ms:"
control faults '{"fault": "latency", "seconds": 0.05, "times": 1000000000}'
"$lua" spec/bench/poll.lua 1000
