#!/bin/sh
# The binding beside Twilio's official SDK for Node, in one run against one server. Needs node and
# npm, and the network for `npm install twilio` into a folder of its own.
#
#   sh spec/bench/node.sh [LUA]       lua5.4 if not said
#
# 20,000 portability checks with 50 in flight over HTTP/1.1 (the SDK has no HTTP/2), then 2,000 that
# the server takes 50 ms for with 100 in flight: CPU seconds, wall time and peak memory, medians of
# 3 in turn. The SDK as it comes, and told to keep connections alive.
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh
lua=${1:-lua5.4}
case $lua in luajit) include=/usr/include/luajit-2.1 ;; *) include=/usr/include/$lua ;; esac
build=.build/bench-$lua
version=1.1

cmake -S . -B "$build" -DLUA_INCDIR="$include" >/dev/null
cmake --build "$build" >/dev/null
mkdir -p .build/node
npm install --silent --prefix .build/node twilio >/dev/null
start_sandbox >/dev/null
dir=$sandbox # ends with it
export LUA_PATH="./lua/?.lua;;" LUA_CPATH="./$build/?.so;;"
export NODE_PATH=.build/node/node_modules NODE_EXTRA_CA_CERTS="$SANDBOX_CA"

# measured WHO COMMAND...: adds "wall user system peak" to $dir/WHO.
measured() {
  who=$1
  shift
  /usr/bin/time -f '%e %U %S %M' -a -o "$dir/$who" "$@" >/dev/null
}

measure() {
  rm -f "$dir/sdk" "$dir/kept" "$dir/binding"
  for _ in 1 2 3; do
    for who in sdk kept; do
      keep=''
      [ $who = sdk ] || keep=keep-alive
      measured $who node spec/bench/node_sdk.js "$1" "$2" "$SANDBOX_URL" \
        "$TWILIO_ACCOUNT_SID" "$TWILIO_AUTH_TOKEN" $keep
    done
    measured binding "$lua" spec/bench/checks.lua "$1" "$2" "$SANDBOX_URL" "$SANDBOX_CA" \
      "$TWILIO_ACCOUNT_SID" "$TWILIO_AUTH_TOKEN" "$version"
  done
}

# compare WHAT EXPRESSION: medians.
compare() {
  for who in sdk kept binding; do
    eval "$who=$(awk "{ print $2 }" "$dir/$who" | sort -n | sed -n 2p)"
  done
  awk -v what="$1" -v a="$sdk" -v b="$kept" -v c="$binding" 'BEGIN {
    printf "  %s: SDK %s, kept alive %s, binding %s, ratios %.1f and %.1f\n", what, a, b, c, a / c, b / c
  }'
}

report() {
  compare "CPU seconds" '$2 + $3'
  compare "wall seconds" '$1'
  compare "peak KB" '$4'
}

echo "twilio $(sed -n 's/.*"version": "\(.*\)".*/\1/p' .build/node/node_modules/twilio/package.json)" \
  "on node $(node --version), $lua"
echo "20,000 portability checks, 50 in flight:"
measure 20000 50
report
curl -fsS --cacert "$SANDBOX_CA" -d '{"fault": "latency", "seconds": 0.05, "times": 1000000000}' \
  "$SANDBOX_URL/_sandbox/faults" >/dev/null
echo "2,000 that take 50 ms each, 100 in flight:"
measure 2000 100
report
