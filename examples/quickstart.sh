#!/bin/sh
# Builds the rock into a tree of its own (.rocks), starts the sandbox, and works through
# examples/port_ins.csv: first to see what would be cancelled, then cancelling.
#
#   sh examples/quickstart.sh
set -eu
CDPATH='' # with it, cd may go elsewhere
cd "$(dirname "$0")/.."
case ${1:-} in
'') ;;
-h | --help)
  sed -n '2,5s/^# \{0,1\}//p' examples/quickstart.sh
  exit 0
  ;;
*)
  sed -n '5s/^#   /usage: /p' examples/quickstart.sh >&2
  exit 2
  ;;
esac
. examples/support/packages.sh
. examples/support/sandbox.sh

tree=$PWD/.rocks
log=$tree/build.log

ensure_packages gcc libc6-dev cmake make pkg-config libcurl4-openssl-dev libssl-dev curl \
  ca-certificates openssl lua5.4 liblua5.4-dev luarocks lua-cjson lua-argparse lua-dbi-sqlite3 \
  nginx-light libnginx-mod-http-lua

# Debian's lua-cjson is no rock: LuaRocks is told that it is there.
mkdir -p "$tree"
cat >"$tree/config.lua" <<END
rocks_provided = { ["lua-cjson"] = "2.1.0-1" }
END

echo "== Building: luarocks make"
rm -rf build.luarocks # where LuaRocks has CMake work; of no use afterwards
if ! LUAROCKS_CONFIG=$tree/config.lua luarocks --lua-version 5.4 --tree "$tree" make \
  LUA_INCDIR=/usr/include/lua5.4 twilio-numbers-scm-1.rockspec >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
rm -rf build.luarocks
LUA_PATH="$tree/share/lua/5.4/?.lua;$tree/share/lua/5.4/?/init.lua;;"
LUA_CPATH="$tree/lib/lua/5.4/?.so;;"
export LUA_PATH LUA_CPATH

echo "== Starting the sandbox, a local double of the API, for as long as this script runs"
start_sandbox >/dev/null # it says where its files are, which are gone in the end
TWILIO_NUMBERS_BASE_URL=$SANDBOX_URL
SSL_CERT_FILE=$SANDBOX_CA
export TWILIO_NUMBERS_BASE_URL SSL_CERT_FILE

# show WANTED COMMAND...: runs it and insists on its exit code. What it prints is kept in $said.
said=$sandbox/said
show() {
  wanted=$1
  shift
  echo
  echo "\$ $*"
  code=0
  "$@" >"$said" 2>&1 || code=$?
  cat "$said"
  if [ "$code" -ne "$wanted" ]; then
    echo "It ended with $code where $wanted was expected." >&2
    exit 1
  fi
}

# One SID in the file is unknown to the API, on purpose: the scripts end with 3, "not all".
plan=$sandbox/plan.json
show 3 lua5.4 examples/cancel_port_ins.lua plan examples/port_ins.csv --output "$plan"
show 3 lua5.4 examples/cancel_port_ins.lua apply "$plan" --confirm 4 --confirm-numbers 7 --reason "moving house"
if ! grep -q '^4 confirmed, 6 skipped' "$said"; then
  echo "Four were to be cancelled, and confirmed." >&2
  exit 1
fi
show 3 lua5.4 examples/cancel_port_ins.lua status "$sandbox/plan.ledger"
show 0 lua5.4 examples/port_ins.lua fetch KW00000000000000000000000000000001
show 0 lua5.4 examples/check_portability.lua examples/phone_numbers.txt

cat <<END

Done: what the file lists and could be cancelled is canceled in the sandbox, seen by GET.

The rock is in .rocks, its commands in .rocks/bin. The sandbox has ended. This starts another one, which
has all that is started from this shell use it:

  eval "\$(.rocks/bin/twilio-numbers-sandbox start)"
  .rocks/bin/twilio-port-ins list

It ends with .rocks/bin/twilio-numbers-sandbox stop, or after an hour. A second start ends it and begins one
with another port and other credentials: in further shells use 'env' in place of 'start'.

In this shell, your own scripts find the rock after these lines. It is built for Lua 5.4: run them with
lua5.4, since 'lua' may be another version.

  export LUA_PATH='$LUA_PATH'
  export LUA_CPATH='$LUA_CPATH'
  lua5.4 SCRIPT.lua

In another shell, the commands talk to the real API, with your own credentials:

  export TWILIO_ACCOUNT_SID=AC... TWILIO_AUTH_TOKEN=...
  .rocks/bin/twilio-portability examples/phone_numbers.txt
END
