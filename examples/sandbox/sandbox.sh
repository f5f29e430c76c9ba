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

here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin

fail() {
  echo "sandbox: $*" >&2
  exit 1
}

find_modules() {
  for folder in /usr/lib/nginx/modules /usr/lib64/nginx/modules /usr/share/nginx/modules; do
    [ -f "$folder/ngx_http_lua_module.so" ] && echo "$folder" && return
  done
  fail "nginx's Lua module is not there: install nginx-light and libnginx-mod-http-lua"
}

random_hex() {
  od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

# certificate NAME SUBJECT [CA]: NAME.pem and NAME.key, signed by itself or by CA.
certificate() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$dir/$1.key" 2>/dev/null
  if [ -z "${3:-}" ]; then
    openssl req -x509 -new -key "$dir/$1.key" -subj "/CN=$2" -days 30 -out "$dir/$1.pem" \
      -addext "subjectAltName=DNS:$2" 2>/dev/null
    return
  fi
  printf 'subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost\n' >"$dir/$1.ext"
  openssl req -new -key "$dir/$1.key" -subj "/CN=$2" -out "$dir/$1.csr" 2>/dev/null
  openssl x509 -req -in "$dir/$1.csr" -CA "$dir/$3.pem" -CAkey "$dir/$3.key" -CAcreateserial \
    -days 30 -extfile "$dir/$1.ext" -out "$dir/$1.pem" 2>/dev/null
}

write_configuration() {
  sed -e "s|@DIR@|$dir|g" -e "s|@HERE@|$here|g" -e "s|@MODULES@|$modules|g" \
    -e "s|@PORT@|$1|g" -e "s|@HTTP_PORT@|$(($1 + 1))|g" -e "s|@BAD_PORT@|$(($1 + 2))|g" \
    "$here/nginx.conf.in" >"$dir/nginx.conf"
}

write_env() {
  cat >"$dir/env" <<END
SANDBOX_URL=https://127.0.0.1:$1
SANDBOX_HTTP_URL=http://127.0.0.1:$(($1 + 1))
SANDBOX_BAD_TLS_URL=https://127.0.0.1:$(($1 + 2))
SANDBOX_CA=$dir/ca.pem
SANDBOX_PID=$2
TWILIO_ACCOUNT_SID=$TWILIO_ACCOUNT_SID
TWILIO_AUTH_TOKEN=$TWILIO_AUTH_TOKEN
TWILIO_API_KEY=$TWILIO_API_KEY
TWILIO_API_SECRET=$TWILIO_API_SECRET
END
}

# Whether that process is still the nginx that DIR/env speaks of.
alive() {
  kill -0 "$1" 2>/dev/null && grep -qa nginx "/proc/$1/cmdline" 2>/dev/null
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
  SANDBOX_URL=https://127.0.0.1:$1 nohup nginx -p "$dir" -c "$dir/nginx.conf" \
    </dev/null >"$dir/output" 2>&1 &
  pid=$!
  wait_until_up "$pid" "$1"
}

start() {
  mkdir -p "$dir/tmp"
  dir=$(cd "$dir" && pwd)
  [ ! -f "$dir/env" ] || stop
  modules=$(find_modules)
  command -v curl >/dev/null || fail "curl is needed to see whether it is up"
  SANDBOX_CONTRACT=${SANDBOX_CONTRACT:-$here/../../spec/contract.json}
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

  attempt=0
  while :; do
    first=${port:-$((20000 + 0x$(random_hex 2) % 12000))}
    launch "$first" && break
    attempt=$((attempt + 1))
    # Only a taken port is worth another try.
    if [ -n "$port" ] || [ "$attempt" -ge 20 ] || ! grep -q 'Address already in use' \
      "$dir/output" "$dir/error.log" 2>/dev/null; then
      cat "$dir/output" "$dir/error.log" >&2
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
  pid=$(sed -n 's/^SANDBOX_PID=//p' "$dir/env")
  if alive "$pid"; then
    kill "$pid" 2>/dev/null || true
    while alive "$pid"; do sleep 0.05; done
  fi
  rm -f "$dir/env"
}

usage() {
  sed -n '4,6s/^#   //p' "$0" >&2
  exit 2
}

[ $# -ge 2 ] || usage
verb=$1
dir=$2
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
