#!/bin/sh
# Starts the porting desk, an nginx on this machine alone, and stays until it is interrupted.
#
#   sh examples/openresty/desk.sh [--port N]          against the sandbox, started unless it is there
#   sh examples/openresty/desk.sh --live [--port N]   against Twilio, with TWILIO_* as they are set
#
# The port is 8480 if not said. DESK_SIDS, a list of port-ins, says what is watched from the start
# (with --live; more can be added on the page), DESK_INTERVAL how many seconds lie between two
# looks, DESK_WEBHOOK_URL where Twilio was told to send its webhooks.
set -eu
CDPATH='' # with it, cd may go elsewhere
cd "$(dirname "$0")/../.."
. examples/support/packages.sh
. examples/support/nginx.sh
. examples/support/sandbox.sh

lines() { sed -n "$1s/^# \{0,3\}//p" examples/openresty/desk.sh; }

usage() {
  lines 4,5 >&2
  exit 2
}

live='' port=8480
while [ $# -gt 0 ]; do
  case $1 in
  --live) live=yes ;;
  --port)
    [ $# -gt 1 ] || usage
    port=$2
    shift
    ;;
  -h | --help)
    lines 2,9
    exit 0
    ;;
  *) usage ;;
  esac
  shift
done
case $port in '' | *[!0-9]*) usage ;; esac

# The core for nginx's Lua, which is LuaJIT: DESK_CORE names a folder that has it already.
build() {
  core=${DESK_CORE:-}
  [ -z "$core" ] || return 0
  know_packages
  set -- "$(first_known libluajit2-5.1-dev libluajit-5.1-dev)"
  nginx_has_built_in_lua || set -- "$@" nginx-light libnginx-mod-http-lua
  ensure_packages gcc libc6-dev cmake make pkg-config libcurl4-openssl-dev libssl-dev \
    ca-certificates curl openssl lua-cjson "$@"
  core=$PWD/.rocks/desk
  mkdir -p "$core"
  if ! { cmake -S . -B "$core" -DLUA_INCDIR=/usr/include/luajit-2.1 &&
    cmake --build "$core"; } >"$core/build.log" 2>&1; then
    cat "$core/build.log" >&2
    exit 1
  fi
}

choose_api() {
  dir=$(mktemp -d)
  DESK_SANDBOX=
  [ -z "$live" ] || return 0
  [ -n "${SANDBOX_URL:-}" ] || start_sandbox
  DESK_SANDBOX=yes
  TWILIO_NUMBERS_BASE_URL=$SANDBOX_URL
  SSL_CERT_FILE=$SANDBOX_CA
  DESK_INTERVAL=${DESK_INTERVAL:-2}
  DESK_WEBHOOK_URL=${DESK_WEBHOOK_URL:-http://127.0.0.1:$port/webhooks/porting}
  DESK_SIDS=${DESK_SIDS:-$(for digit in 1 2 3 4 5 6 7 8 9 a; do
    printf 'KW%031d%s ' 0 $digit
  done)}
}

configure() {
  mkdir -p "$dir/tmp"
  user=''
  [ "$(id -u)" -ne 0 ] || user='user root;' # its folder is for nobody else
  nginx_placeholders >"$dir/placeholders"
  sed -f "$dir/placeholders" -e "s|@DIR@|$dir|g" -e "s|@HERE@|$PWD/examples/openresty|g" -e "s|@LUA@|$PWD/lua|g" \
    -e "s|@CORE@|$core|g" -e "s|@PORT@|$port|g" \
    -e "s|@USER@|$user|g" examples/openresty/nginx.conf.in >"$dir/nginx.conf"
}

desk='' dir=''
stop() {
  if [ -n "$desk" ] && kill -s QUIT "$desk" 2>/dev/null; then
    echo "Ending when what is in flight has ended. (Ctrl-C again: at once.)" >&2
    trap 'kill -s TERM "$desk" 2>/dev/null' INT TERM
    while kill -0 "$desk" 2>/dev/null; do wait "$desk" 2>/dev/null || true; done
  fi
  trap '' INT TERM
  stop_sandbox
  [ -z "$dir" ] || rm -rf "$dir"
}

build
choose_api
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
export TWILIO_NUMBERS_BASE_URL="${TWILIO_NUMBERS_BASE_URL:-}" \
  SSL_CERT_FILE="${SSL_CERT_FILE:-}" DESK_INTERVAL="${DESK_INTERVAL:-10}" \
  DESK_WEBHOOK_URL="${DESK_WEBHOOK_URL:-}" DESK_SIDS="${DESK_SIDS:-}" DESK_SANDBOX
for name in TWILIO_NUMBERS_BASE_URL SSL_CERT_FILE DESK_WEBHOOK_URL DESK_SIDS; do
  eval "[ -n \"\$$name\" ] || unset $name"
done
configure
# Not in this terminal's group: Ctrl-C would end it in the middle, rather than by `stop`.
setsid "$NGINX_PROGRAM" -p "$dir" -c "$dir/nginx.conf" &
desk=$!
tries=0
# The file is there when nginx has the port: before, somebody else may answer on it.
until [ -s "$dir/nginx.pid" ] && curl -fsS -o /dev/null --noproxy '*' "http://127.0.0.1:$port/health" 2>/dev/null; do
  tries=$((tries + 1))
  if ! kill -0 "$desk" 2>/dev/null || [ "$tries" -gt 100 ]; then
    echo "The desk did not start." >&2
    exit 1
  fi
  sleep 0.1
done
echo "The desk is open at http://127.0.0.1:$port/ (end it with Ctrl-C)."
wait "$desk"
