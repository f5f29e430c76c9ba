#!/bin/sh
# Starts and stops the sandbox, a local double of the API.
#
#   sh examples/sandbox/sandbox.sh start DIR [--port N] [--lifetime SECONDS] [--owner PID]
#   sh examples/sandbox/sandbox.sh env DIR
#   sh examples/sandbox/sandbox.sh stop DIR
#
# DIR is made, and holds all that the sandbox writes. DIR/env says where it is and which
# credentials it takes. It stops by itself after its lifetime (an hour), and when the process
# that it is told belongs to has gone.
set -eu

CDPATH='' # with it, cd prints, and may go elsewhere
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/nginx.sh"

fail() {
  echo "sandbox: $*" >&2
  exit 1
}

# Paths stand quoted in nginx.conf and DIR/env, and go there through sed.
check_path() {
  case $1 in
  *[\'\"\$\\\|\&\;\?]*) fail "quotes and any of \$ \\ | & ; ? cannot be in the path $1" ;;
  *[[:cntrl:]]*) fail "line breaks and control characters cannot be in the path" ;;
  esac
}

check_tools() {
  for tool in "$NGINX_PROGRAM" openssl curl; do
    command -v "$tool" >/dev/null || fail "$tool is not there: install nginx-light," \
      "libnginx-mod-http-lua, lua-cjson, openssl and curl"
  done
  nginx_load_modules >/dev/null ||
    fail "nginx's Lua module is not there: install libnginx-mod-http-lua"
}

# The earliest moment in a handshake at which this Lua module can run code.
handshake_directive() {
  if grep -q ssl_client_hello_by_lua_block "$(nginx_lua_code)"; then
    echo ssl_client_hello_by_lua_block
  else
    echo ssl_certificate_by_lua_block
  fi
}

random_hex() {
  od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

# openssl talks also when all went well: what it says is shown only when it fails.
quiet_openssl() {
  openssl "$@" >"$dir/output" 2>&1 || {
    cat "$dir/output" >&2
    fail "openssl could not make the certificates"
  }
}

# certificate NAME SUBJECT [CA]: NAME.pem and NAME.key, signed by itself or by CA.
certificate() {
  quiet_openssl ecparam -name prime256v1 -genkey -noout -out "$dir/$1.key"
  if [ -z "${3:-}" ]; then
    quiet_openssl req -x509 -new -key "$dir/$1.key" -subj "/CN=$2" -days 7 \
      -addext "subjectAltName=DNS:$2" -out "$dir/$1.pem"
    return
  fi
  echo subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost >"$dir/$1.ext"
  quiet_openssl req -new -key "$dir/$1.key" -subj "/CN=$2" -out "$dir/$1.csr"
  quiet_openssl x509 -req -in "$dir/$1.csr" -CA "$dir/$3.pem" -CAkey "$dir/$3.key" \
    -CAcreateserial -days 7 -extfile "$dir/$1.ext" -out "$dir/$1.pem"
}

write_configuration() {
  nginx_placeholders >"$dir/placeholders"
  sed -f "$dir/placeholders" -e "s|@DIR@|$dir|g" -e "s|@HERE@|$here|g" \
    -e "s|@AT_HANDSHAKE@|$at_handshake|g" \
    -e "s|@PORT@|$1|g" -e "s|@HTTP_PORT@|$(($1 + 1))|g" -e "s|@BAD_PORT@|$(($1 + 2))|g" \
    "$here/nginx.conf.in" >"$dir/nginx.conf"
}

write_env() {
  cat >"$dir/env.new" <<END
SANDBOX_URL=https://127.0.0.1:$1
SANDBOX_HTTP_URL=http://127.0.0.1:$(($1 + 1))
SANDBOX_BAD_TLS_URL=https://127.0.0.1:$(($1 + 2))
SANDBOX_CA='$dir/ca.pem'
SANDBOX_PID=$2
TWILIO_ACCOUNT_SID=$TWILIO_ACCOUNT_SID
TWILIO_AUTH_TOKEN=$TWILIO_AUTH_TOKEN
TWILIO_API_KEY=$TWILIO_API_KEY
TWILIO_API_SECRET=$TWILIO_API_SECRET
END
  mv "$dir/env.new" "$dir/env"
}

# Whether that process is still the nginx that was started for DIR. A zombie has no command line.
alive() {
  kill -0 "$1" 2>/dev/null && grep -qaF "$dir/nginx.conf" "/proc/$1/cmdline" 2>/dev/null
}

# Whether the nginx that was started answers; false as soon as it has gone.
wait_until_up() {
  tries=0
  while kill -0 "$1" 2>/dev/null; do
    if curl -fsS -o /dev/null --noproxy '*' --cacert "$dir/ca.pem" \
      "https://127.0.0.1:$2/_sandbox/health" 2>/dev/null; then
      return 0
    fi
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || return 1
    sleep 0.05
  done
  return 1
}

# Starts nginx on three ports from $1 on; sets pid.
launch() {
  write_configuration "$1"
  : >"$dir/error.log"
  SANDBOX_URL=https://127.0.0.1:$1 nohup "$NGINX_PROGRAM" -p "$dir" -c "$dir/nginx.conf" \
    </dev/null >"$dir/output" 2>&1 &
  pid=$!
  wait_until_up "$pid" "$1"
}

# nginx speaks to its output until it has read its configuration, then to its log.
show_errors() {
  if [ -s "$dir/error.log" ]; then
    tail -n 20 "$dir/error.log" >&2
  else
    cat "$dir/output" >&2
  fi
}

# One start at a time: two would mix their certificates, and one nginx would be lost. What a killed start has left is
# taken over.
claim() {
  [ -w "$dir" ] || fail "$dir cannot be written to"
  until (set -C && echo $$ >"$dir/starting") 2>/dev/null; do
    other=$(cat "$dir/starting" 2>/dev/null || true)
    ! kill -0 "${other:-$$}" 2>/dev/null || fail "another start is under way in $dir (process ${other:-?})"
    rm -f "$dir/starting"
  done
  trap 'rm -f "$dir/starting"' EXIT
}

# Ends nginx when the start is interrupted: nothing would tell where it is.
abandon() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  exit "$1"
}

start() {
  umask 077
  check_path "$dir"
  mkdir -p "$dir/tmp"
  dir=$(cd "$dir" && pwd -P)
  check_path "$dir"
  check_path "$here"
  claim
  stop
  check_tools
  at_handshake=$(handshake_directive)
  SANDBOX_CONTRACT=${SANDBOX_CONTRACT:-$here/../../spec/contract_2026_04_14.json}
  SANDBOX_LIFETIME=$lifetime
  SANDBOX_OWNER=$owner
  TWILIO_ACCOUNT_SID=AC$(random_hex 16)
  TWILIO_AUTH_TOKEN=$(random_hex 16)
  TWILIO_API_KEY=SK$(random_hex 16)
  TWILIO_API_SECRET=$(random_hex 16)
  export SANDBOX_CONTRACT SANDBOX_LIFETIME SANDBOX_OWNER \
    TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_API_KEY TWILIO_API_SECRET
  certificate ca authority.invalid
  certificate server localhost ca
  certificate untrusted nobody.invalid

  attempt=0 pid=''
  trap 'abandon 130' INT
  trap 'abandon 143' TERM
  while :; do
    first=${port:-$((20000 + 0x$(random_hex 2) % 12000))}
    if launch "$first"; then break; fi
    attempt=$((attempt + 1))
    # Only a taken port is worth another try.
    if [ -n "$port" ] || [ "$attempt" -ge 20 ] || ! grep -q 'Address already in use' \
      "$dir/output" "$dir/error.log" 2>/dev/null; then
      show_errors
      kill "$pid" 2>/dev/null || true
      fail "nginx did not start"
    fi
  done
  write_env "$first" "$pid"
  echo "The sandbox answers at https://127.0.0.1:$first (process $pid, for $lifetime s at most)."
  echo "Its authority is $dir/ca.pem, its credentials are in $dir/env."
}

stop() {
  [ -f "$dir/env" ] || return 0
  dir=$(cd "$dir" && pwd -P)
  pid=$(sed -n 's/^SANDBOX_PID=//p' "$dir/env")
  tries=0
  while alive "$pid"; do
    signal=TERM
    [ "$tries" -lt 100 ] || signal=KILL
    kill -s "$signal" "$pid" 2>/dev/null || true
    tries=$((tries + 1))
    sleep 0.05
  done
  rm -f "$dir/env"
}

usage() {
  sed -n '4,6s/^#   //p' "$0" >&2
  exit 2
}

case ${1:-} in
-h | --help)
  sed -n '2,10s/^# \{0,3\}//p' "$0"
  exit 0
  ;;
esac
[ $# -ge 2 ] || usage
verb=$1
dir=$2
case $dir in
/*) ;;
*) dir=./$dir ;; # it may begin with a hyphen
esac
shift 2
port='' lifetime=3600 owner=''
while [ $# -gt 1 ]; do
  case $1 in
  --port) port=$2 ;;
  --lifetime) lifetime=$2 ;;
  --owner) owner=$2 ;;
  *) usage ;;
  esac
  shift 2
done
[ $# -eq 0 ] || usage

case $verb in
start) start ;;
stop) stop ;;
env) cat "$dir/env" ;;
*) usage ;;
esac
