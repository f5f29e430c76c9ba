#!/bin/sh
# Builds the tests of csrc/http and runs them, plain and under the address, leak and undefined
# behaviour sanitizers, with both pollers. The last line counts.
#
# usage: sh spec/unit/http/run.sh [SUITE...]   (as in suites.c; all without one)
set -eu
cd "$(dirname "$0")/../../.."
mkdir -p .build
passed=0 failed=0

build_plain() {
  cmake -S . -B .build/http_tests -DTESTS=ON -DWERROR="${CI:+ON}" &&
    cmake --build .build/http_tests --parallel 2 --target http_tests
}

# build COMMAND...
build() {
  "$@" >.build/http_tests.output 2>&1 || {
    cat .build/http_tests.output
    exit 1
  }
}

# run NAME PROGRAM [SUITE...]
run() {
  name=$1
  shift
  echo "$name:"
  code=0
  ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1 "$@" >.build/http_tests.output 2>&1 ||
    code=$?
  cat .build/http_tests.output
  counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' .build/http_tests.output)
  [ -n "$counts" ] || counts="0 1"
  passed=$((passed + ${counts% *}))
  bad=${counts#* }
  [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1 # a leak shows after the count
  failed=$((failed + bad))
}

build build_plain
build sh spec/support/sanitized.sh
run "plain" .build/http_tests/spec/unit/http/http_tests "$@"
run "sanitized" .build/sanitized/spec/unit/http/http_tests "$@"
run "sanitized, with poll" .build/sanitized/spec/unit/http/http_tests_poll "$@"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
