#!/bin/sh
# Memory: the core under the sanitizers with Lua out of memory at one allocation after the other, with random
# calls, with finalizers in any order and with a collection at every call, and under valgrind. Expects the
# sandbox's environment.
#
# usage: sh spec/memory/run.sh sanitizers    all under the sanitizers, some of the allocations and orders
#        sh spec/memory/run.sh allocations   each allocation of Lua's
#        sh spec/memory/run.sh chaos         the random calls only; CHAOS says how many seeds, from SEED on
#        sh spec/memory/run.sh orders        finalizers in all orders
#        sh spec/memory/run.sh fuzz          the fuzz targets in Lua; SECONDS_EACH says how long
#        sh spec/memory/run.sh valgrind      expects the core for Lua 5.4 in .build/lua5.4
set -eu
build=.build/sanitized
LUA_PATH="./lua/?.lua;./?.lua;./?/init.lua;;"
export LUA_PATH

# lua-cjson itself loses its scratch buffer when Lua fails it in the middle of a text.
build_with_sanitizers() {
  sh spec/support/sanitized.sh >/dev/null
  echo "leak:cjson.so" >"$build/suppressions"
}

# sanitized LEAKS COMMAND...: LEAKS is 1 if leaks count.
sanitized() {
  leaks=$1
  shift
  LUA_CPATH="./$build/?.so;;" ASAN_OPTIONS=detect_leaks=$leaks UBSAN_OPTIONS=halt_on_error=1 \
    LSAN_OPTIONS="suppressions=$build/suppressions:print_suppressions=0" "$@"
}

preloaded() {
  leaks=$1
  shift
  sanitized "$leaks" env \
    LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" "$@"
}

# out_of_memory EVERY: at each EVERY-th allocation.
out_of_memory() {
  cc -std=c11 -g -Wall -Wextra -fsanitize=address,undefined -I/usr/include/lua5.4 \
    -o "$build/failing_allocator" spec/memory/failing_allocator.c -llua5.4
  echo "Lua out of memory at each allocation, under the sanitizers:"
  sanitized 1 "$build/failing_allocator" spec/memory/scenario.lua "$1"
}

# What the client says then is checked by spec/integration/failing_memory_spec.lua.
core_out_of_memory() {
  echo "The core out of memory at each of its allocations, under the sanitizers:"
  failing=1 told=0
  while [ "$failing" -le 25 ]; do
    preloaded 1 env SSL_CERT_FILE="$SANDBOX_CA" FAIL_ALLOCATION=$failing \
      lua5.4 spec/support/use_all.lua "$SANDBOX_URL" auto >"$build/output"
    tail -n 1 "$build/output" | grep -qx works
    if grep -q 'memory$' "$build/output"; then told=$((told + 1)); fi
    failing=$((failing + 1))
  done
  [ "$told" -gt 10 ] # fewer means that nothing was tested
}

chaos() {
  echo "Whatever a script may do, in any order, under the sanitizers:"
  seed=${SEED:-1}
  last=$((seed + ${CHAOS:-5} - 1))
  while [ "$seed" -le "$last" ]; do
    preloaded 1 lua5.4 spec/memory/chaos.lua "$seed"
    seed=$((seed + 1))
  done
}

# orders EVERY: tries each EVERY-th of all orders.
orders() {
  echo "Finalizers in any order, under the sanitizers:"
  preloaded 1 lua5.4 spec/memory/orders.lua "$1"
}

fuzz() {
  echo "The fuzz targets in Lua, under the sanitizers:"
  preloaded 0 lua5.4 spec/attack/lua/run.lua
}

closing() {
  echo "A client that is closed from within, and webhooks, under the sanitizers:"
  preloaded 0 lua5.4 /usr/bin/busted -o plainTerminal spec/integration/closing_spec.lua \
    spec/integration/webhook_spec.lua
}

collecting() {
  echo "A collection at every call, under the sanitizers:"
  COLLECT=always preloaded 1 lua5.4 spec/memory/scenario.lua
}

checked() {
  LUA_CPATH="./.build/lua5.4/?.so;;" valgrind --quiet --leak-check=full --show-leak-kinds=definite \
    --errors-for-leak-kinds=definite --error-exitcode=9 "$@"
}

# A forked child leaves the parent's handles alone, on purpose: to valgrind that is a leak.
valgrinded() {
  echo "Everything that the core does once, under valgrind:"
  checked lua5.4 spec/memory/scenario.lua
  echo "The core's specs, under valgrind:"
  checked lua5.4 /usr/bin/busted -o plainTerminal --filter-out "after a fork" \
    spec/integration/engine_spec.lua spec/integration/json_spec.lua
}

case ${1:-} in
sanitizers)
  build_with_sanitizers
  out_of_memory 5
  core_out_of_memory
  chaos
  orders 20
  closing
  collecting
  ;;
orders)
  build_with_sanitizers
  orders 1
  ;;
allocations)
  build_with_sanitizers
  out_of_memory 1
  ;;
chaos)
  build_with_sanitizers
  chaos
  ;;
fuzz)
  build_with_sanitizers
  fuzz
  ;;
valgrind) valgrinded ;;
*)
  sed -n '6,11s/^# *//p' "$0" >&2
  exit 2
  ;;
esac
