#!/bin/sh
# Builds the core for Lua 5.4 and the tests in C under the address and undefined behaviour sanitizers, in
# .build/sanitized. Several jobs begin with it: one builds, and the others wait for that.
set -eu
. spec/support/build.sh
mkdir -p .build
exec 8>.build/sanitized.lock
flock 8
build sanitized lua5.4 -DSANITIZE=ON -DTESTS=ON -DCMAKE_BUILD_TYPE=Debug
