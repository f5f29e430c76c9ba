#!/bin/sh
# Many Lua 5.4 states in one process: under the address sanitizer in turns, under the thread sanitizer in
# threads. Expects the sandbox's environment.
#
# usage: sh spec/attack/states/run.sh [ROUNDS]
set -eu
rounds=${1:-2}
LUA_PATH="./lua/?.lua;;"
TSAN_OPTIONS=suppressions=spec/attack/states/tsan.supp
export LUA_PATH TSAN_OPTIONS

# sanitized SANITIZER MODE COUNT
sanitized() {
  build=.build/states-$1
  cmake -S . -B "$build" -DLUA_INCDIR=/usr/include/lua5.4 -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_C_FLAGS="-fsanitize=$1 -fno-omit-frame-pointer" >/dev/null
  cmake --build "$build" --parallel 2 >/dev/null
  cc -std=gnu11 -g -Wall -Wextra -fsanitize="$1" -I/usr/include/lua5.4 -o "$build/states" \
    spec/attack/states/states.c -llua5.4 -lpthread
  LUA_CPATH="./$build/?.so;;" "$build/states" "$2" "$3" "$rounds" spec/attack/states/state.lua
}

sanitized address turns 50
sanitized address threads 8
sanitized thread threads 8
