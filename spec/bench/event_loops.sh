#!/bin/sh
# A ticker of 10 ms in an event loop, while 20 calls of 50 ms each are under way at once: ticks that were missed, and the
# CPU time of a call beside a program that blocks. A tick is missed if the next one is due before it comes. The first
# line of each event loop is the ticker alone, so what the machine misses.
#
#   sh spec/bench/event_loops.sh [LUA]       lua5.4 if not said
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh
lua=${1:-lua5.4}
[ -f ".build/$lua/twilio/numbers/core.so" ] || sh spec/run.sh spec/unit/core_spec.lua "$lua"
start_sandbox >/dev/null
export LUA_PATH="./lua/?.lua;./?.lua;./?/init.lua;;" LUA_CPATH="./.build/$lua/?.so;;"
for program in blocking luv cqueues; do
  if [ "$program" = blocking ] || "$lua" -e "require '$program'" 2>/dev/null; then
    "$lua" spec/bench/event_loops.lua "$program"
  else
    echo "$program: not installed for $lua"
  fi
done
