#!/bin/sh
# How much the binding costs beside libcurl alone, in one run against one server.
#
#   sh spec/bench/run.sh [LUA]       lua5.4 if not said
#
# 1. 5,000 fetches one after the other over TLS and HTTP/1.1, by the binding and by bare_loop.c:
#    instructions for each request, counted by valgrind as the difference of two runs, so that
#    start-up cancels out; CPU time and peak memory of the 5,000. The loop is counted twice: as the
#    least that gets an answer, and asking as the binding does (user agent, gzip, timeouts).
# 2. One fetch in a fresh process with the system's authorities, beside the curl command. For the
#    sandbox's certificate to be among them, /etc/ssl/certs is replaced by a copy with it, in a
#    mount namespace of its own: needs root, and is left out without.
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh
lua=${1:-lua5.4}
case $lua in luajit) include=/usr/include/luajit-2.1 ;; *) include=/usr/include/$lua ;; esac
build=.build/bench-$lua
sid=KW000000000000000000000000000000be
few=200 many=1200 all=5000 starts=20 same=''


prepare() {
  cmake -S . -B "$build" -DLUA_INCDIR="$include" >/dev/null
  cmake --build "$build" >/dev/null
  cc -std=c11 -O2 -Wall -Wextra -o "$build/bare_loop" spec/bench/bare_loop.c -lcurl
  start_sandbox >/dev/null
  dir=$sandbox # ends with it
  # Below the kilobyte from which on the sandbox compresses.
  curl -fsS --cacert "$SANDBOX_CA" -X PUT -d '{"phone_numbers": []}' \
    "$SANDBOX_URL/_sandbox/port-ins/$sid" >/dev/null
  bytes=$(curl -fsS --cacert "$SANDBOX_CA" -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" \
    "$SANDBOX_URL/v1/Porting/PortIn/$sid" | wc -c)
  export LUA_PATH="./lua/?.lua;;" LUA_CPATH="./$build/?.so;;"
}

bare() {
  "$@" "$build/bare_loop" "$count" "$SANDBOX_URL" $sid "$SANDBOX_CA" \
    "$TWILIO_ACCOUNT_SID" "$TWILIO_AUTH_TOKEN" $same
}

binding() {
  "$@" "$lua" spec/bench/fetches.lua "$count" "$SANDBOX_URL" $sid "$SANDBOX_CA" \
    "$TWILIO_ACCOUNT_SID" "$TWILIO_AUTH_TOKEN"
}

# instructions bare|binding: for each request.
instructions() {
  for count in $few $many; do
    $1 valgrind --tool=callgrind --callgrind-out-file=/dev/null >/dev/null 2>"$dir/valgrind"
    eval "counted_$count=$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$dir/valgrind")"
  done
  eval "echo \$(((counted_$many - counted_$few) / (many - few)))"
}

# measured NAME COMMAND...: wall seconds, CPU seconds, peak kilobytes into $dir/NAME.
measured() {
  name=$1
  shift
  /usr/bin/time -f '%e %U %S %M' -o "$dir/$name" "$@" >/dev/null
}

ratio() {
  awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

steady_state() {
  echo "Fetches one after the other, TLS, HTTP/1.1, an answer of $bytes bytes, $lua:"
  ours=$(instructions binding)
  same='' least=$(instructions bare)
  same=same alike=$(instructions bare)
  echo "  instructions for each request, binding: $ours"
  echo "  libcurl alone, the least: $least, ratio $(ratio "$ours" "$least")"
  echo "  libcurl alone, the same request: $alike, ratio $(ratio "$ours" "$alike")"
  same=''
  count=$all
  bare measured bare
  binding measured binding
  for who in bare binding; do
    read -r wall user system peak <"$dir/$who"
    echo "  $all by $who: $wall s, of them CPU $user user and $system system, peak $peak KB"
  done
}

start_up() {
  if [ "$(id -u)" -ne 0 ] || ! unshare -m true 2>/dev/null; then
    echo "Start-up to first answer: left out, it needs root and mount namespaces."
    return
  fi
  cp -a /etc/ssl/certs "$dir/certs"
  cp "$SANDBOX_CA" "$dir/certs/sandbox.pem"
  ln -s sandbox.pem "$dir/certs/$(openssl x509 -hash -noout -in "$SANDBOX_CA").0"
  cat "$SANDBOX_CA" >>"$dir/certs/ca-certificates.crt"
  export dir lua sid starts
  # Nanoseconds of so many starts, in turn, five times.
  unshare -m sh -c '
    mount --bind "$dir/certs" /etc/ssl/certs
    by_curl() {
      curl --http1.1 -fsS -o /dev/null -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" \
        "$SANDBOX_URL/v1/Porting/PortIn/$sid"
    }
    by_binding() {
      "$lua" spec/bench/fetches.lua 1 "$SANDBOX_URL" "$sid" "" \
        "$TWILIO_ACCOUNT_SID" "$TWILIO_AUTH_TOKEN" >/dev/null
    }
    for round in 1 2 3 4 5; do
      for who in curl binding; do
        from=$(date +%s%N) left=$starts
        while [ "$left" -gt 0 ]; do "by_$who"; left=$((left - 1)); done
        echo $(($(date +%s%N) - from)) >>"$dir/$who.start"
      done
    done'
  by_curl=$(sort -n "$dir/curl.start" | sed -n 3p)
  by_binding=$(sort -n "$dir/binding.start" | sed -n 3p)
  echo "Start-up to first answer with the system's authorities, $starts processes, median of 5:"
  echo "  curl $((by_curl / starts / 1000)) us, binding $((by_binding / starts / 1000)) us," \
    "ratio $(ratio "$by_binding" "$by_curl")"
}

prepare
steady_state
start_up
