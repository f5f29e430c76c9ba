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

# states FOLDER SANITIZERS MODE COUNT: in a core that was built there with those sanitizers.
states() {
  cc -std=gnu11 -g -Wall -Wextra -fsanitize="$2" -I/usr/include/lua5.4 -o "$1/states" \
    spec/attack/states/states.c -llua5.4 -lpthread
  LUA_CPATH="./$1/?.so;;" "$1/states" "$3" "$4" "$rounds" spec/attack/states/state.lua
}

sh spec/support/sanitized.sh >/dev/null
states .build/sanitized address,undefined turns 50
states .build/sanitized address,undefined threads 8

threads=.build/states-thread
cmake -S . -B "$threads" -DLUA_INCDIR=/usr/include/lua5.4 -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_C_FLAGS="-fsanitize=thread -fno-omit-frame-pointer" >/dev/null
cmake --build "$threads" --parallel 2 >/dev/null
states "$threads" thread threads 8
