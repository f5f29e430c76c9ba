#!/bin/sh
# Memory: the core under the sanitizers with Lua out of memory at each allocation in turn and with
# random calls, and under valgrind with a collection at every call. Expects the sandbox's environment.
#
# usage: sh spec/memory/run.sh BUILD_DIR CORE_DIR   (CORE_DIR has twilio/numbers/core.so for 5.4)
set -eu
build=$1
core=$2
LUA_PATH="./lua/?.lua;./?.lua;./?/init.lua;;"
export LUA_PATH

cmake -S . -B "$build" -DLUA_INCDIR=/usr/include/lua5.4 -DSANITIZE=ON -DCMAKE_BUILD_TYPE=Debug \
  >/dev/null
cmake --build "$build" >/dev/null
cc -std=c11 -g -Wall -Wextra -fsanitize=address,undefined -I/usr/include/lua5.4 \
  -o "$build/failing_allocator" spec/memory/failing_allocator.c -llua5.4

echo "Lua out of memory at each allocation, under the sanitizers:"
# lua-cjson itself loses its scratch buffer when Lua fails it in the middle of a text.
echo "leak:cjson.so" >"$build/suppressions"
LUA_CPATH="./$build/?.so;;" ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1 \
  LSAN_OPTIONS="suppressions=$build/suppressions:print_suppressions=0" \
  "$build/failing_allocator" spec/memory/scenario.lua

echo "Whatever a script may do, in any order, under the sanitizers:"
for seed in 1 2 3 4 5; do
  LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
    LUA_CPATH="./$build/?.so;;" ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1 \
    LSAN_OPTIONS="suppressions=$build/suppressions:print_suppressions=0" \
    lua5.4 spec/memory/chaos.lua $seed
done

echo "A client that is closed from within, under the sanitizers:"
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
  LUA_CPATH="./$build/?.so;;" ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1 \
  lua5.4 /usr/bin/busted -o plainTerminal spec/closing_spec.lua

checked() {
  LUA_CPATH="./$core/?.so;;" valgrind --quiet --leak-check=full --show-leak-kinds=definite \
    --errors-for-leak-kinds=definite --error-exitcode=9 "$@"
}

echo "A collection at every call, under valgrind:"
COLLECT=always checked lua5.4 spec/memory/scenario.lua

# A forked child leaves the parent's handles alone, on purpose: to valgrind that is a leak.
echo "The core's specs, under valgrind:"
checked lua5.4 /usr/bin/busted -o plainTerminal --filter-out "after a fork" \
  spec/engine_spec.lua spec/json_spec.lua spec/webhook_spec.lua
