#!/bin/sh
# Twilio's official SDK for Node through the fifteen operations, against the sandbox, and this library through the
# same ones: what both put on the wire is compared in method, path, query, body and content type. Needs node and
# npm, and the network for `npm install twilio` into a folder of its own. Fails if the sandbox refuses one, the
# SDK cannot read an answer, or there is a difference that is not listed with its reason.
#
#   sh spec/bench/node_operations.sh [LUA]       lua5.4 if not said
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh
lua=${1:-lua5.4}
case $lua in luajit) include=/usr/include/luajit-2.1 ;; *) include=/usr/include/$lua ;; esac
build=.build/bench-$lua

cmake -S . -B "$build" -DLUA_INCDIR="$include" >/dev/null
cmake --build "$build" >/dev/null
mkdir -p .build/node
npm install --silent --prefix .build/node twilio >/dev/null
start_sandbox >/dev/null
export LUA_PATH="./lua/?.lua;./?.lua;./?/init.lua;;" LUA_CPATH="./$build/?.so;;"
export NODE_PATH=.build/node/node_modules NODE_EXTRA_CA_CERTS="$SANDBOX_CA"

echo "twilio $(sed -n 's/.*"version": "\(.*\)".*/\1/p' .build/node/node_modules/twilio/package.json)" \
  "on node $(node --version), $lua"
node spec/bench/node_operations.js "$SANDBOX_URL" "$TWILIO_ACCOUNT_SID" "$TWILIO_AUTH_TOKEN" >"$sandbox/theirs"
"$lua" spec/bench/node_operations.lua "$sandbox/theirs"
