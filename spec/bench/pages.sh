#!/bin/sh
# Instructions for a request, fields read: this library, a script on Lua-cURL and lua-cjson, and a loop in C on libcurl
# that reads nothing, for answers as they are.
#
#   [ROUNDS=3] sh spec/bench/pages.sh [LUA...]       lua5.4 and luajit if not said
#
# One after the other over TLS and HTTP/1.1, counted by valgrind as the difference of two runs, so that start-up
# cancels out. Lua-cURL is Debian's package lua-curl, for Lua 5.1 and LuaJIT; it is left out where it cannot be
# loaded. Prints the median of the rounds, and in brackets the ratio to the loop in C. The last lines are peak
# memory in KB of so many requests, and a cold start.
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh
[ $# -gt 0 ] || set -- lua5.4 luajit
small=/v1/Porting/PortIn/KW000000000000000000000000000000be
port_in=/v1/Porting/PortIn/KW000000000000000000000000000000bf
bulk=/v1/HostedNumber/Eligibility/Bulk/EC00000000000000000000000000000003
bare=.build/bare_loop
rounds=${ROUNDS:-3}
export LUA_PATH="./lua/?.lua;;${LUA_PATH:-}"
given_cpath=${LUA_CPATH:-;}

prepare() {
  mkdir -p .build
  cc -std=c11 -O2 -Wall -Wextra -o $bare spec/bench/bare_loop.c -lcurl
  start_sandbox >/dev/null
  dir=$sandbox # ends with it
  control PUT "/port-ins/${small##*/}" '{"phone_numbers": []}'
  control PUT "/port-ins/${port_in##*/}" "$(luajit spec/bench/page.lua port-in)"
}

control() {
  printf '%s' "$3" | curl -fsS --cacert "$SANDBOX_CA" -X "$1" -d @- -o /dev/null "$SANDBOX_URL/_sandbox$2"
}

# build LUA: makes the core for it.
build() {
  case $1 in luajit) include=/usr/include/luajit-2.1 ;; *) include=/usr/include/$1 ;; esac
  cmake -S . -B ".build/bench-$1" -DLUA_INCDIR="$include" >/dev/null
  cmake --build ".build/bench-$1" >/dev/null
}

# run WHO COUNT PAGE PATH [COMMAND...]: requests a page so often, under the command.
run() {
  who=$1 count=$2 page=$3 path=$4
  shift 4
  set -- "$@" env
  rest="$count $SANDBOX_URL $path $SANDBOX_CA $TWILIO_ACCOUNT_SID $TWILIO_AUTH_TOKEN"
  case $who in
    bare) "$@" $bare $rest same ;;
    peer-*) LUA_CPATH="$given_cpath;" "$@" "${who#peer-}" spec/bench/pages.lua $rest "$page" peer ;;
    *) LUA_CPATH="./.build/bench-$who/?.so;$given_cpath" "$@" "$who" spec/bench/pages.lua $rest "$page" ;;
  esac
}

# counted WHO COUNT PAGE PATH: instructions of all of it.
counted() {
  run "$@" valgrind --tool=callgrind --trace-children=yes --callgrind-out-file=/dev/null >/dev/null 2>"$dir/counted"
  sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$dir/counted" | tail -n 1
}

# instructions WHO PAGE PATH FEW MANY: for a request, the median of the rounds.
instructions() {
  round=0
  while [ $round -lt "$rounds" ]; do
    round=$((round + 1))
    less=$(counted "$1" "$4" "$2" "$3")
    echo $((($(counted "$1" "$5" "$2" "$3") - less) / ($5 - $4)))
  done | sort -n | sed -n "$((rounds / 2 + 1))p"
}

# row PAGE PATH FEW MANY WHO...
row() {
  page=$1 path=$2 few=$3 many=$4
  shift 4
  base=$(instructions bare "$page" "$path" "$few" "$many")
  line="| $page | $base |"
  for who in "$@"; do
    own=$(instructions "$who" "$page" "$path" "$few" "$many")
    line="$line $own ($(awk -v a="$own" -v b="$base" 'BEGIN { printf "%.2f", a / b }')) |"
  done
  echo "$line"
}

peak() {
  run "$1" "$4" "$2" "$3" /usr/bin/time -f %M -o "$dir/peak" >/dev/null
  cat "$dir/peak"
}

prepare
all=$*
for lua in lua5.1 luajit; do
  if LUA_CPATH="$given_cpath;" $lua -e 'require "curl" require "cjson"' 2>/dev/null; then all="$all peer-$lua"; fi
done
for lua in "$@"; do build "$lua"; done
echo "| page | bare |$(printf ' %s |' $all)"
row small $small 100 500 $all
row port-in $port_in 100 500 $all
control POST /faults "$(luajit spec/bench/page.lua bulk)"
row bulk $bulk 2 6 $all
echo "Peak memory, KB:"
for who in bare $all; do echo "  $who: bulk, 20 requests: $(peak "$who" bulk $bulk 20)"; done
control DELETE /faults ''
for who in bare $all; do echo "  $who: port-in, 2,000 requests: $(peak "$who" port-in $port_in 2000)"; done
echo "A process with one request, instructions in all:"
for who in bare $all; do echo "  $who: $(counted "$who" 1 small $small)"; done
