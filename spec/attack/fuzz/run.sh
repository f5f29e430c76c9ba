#!/bin/sh
# Builds the fuzz targets of csrc/http and csrc/json and runs them, one after the other, under the address and undefined behaviour
# sanitizers. With clang they use libFuzzer, else a driver of their own. A finding ends with its file's name.
#
# usage: [SECONDS_EACH=600] [RUNS=n] [SEED=1] sh spec/attack/fuzz/run.sh [TARGET...]
set -eu
cd "$(dirname "$0")/../../.."
[ $# -gt 0 ] || set -- response refused_stream url hmac retry_after json answers frames handshakes
folder=.build/fuzz passed=0 failed=0 targets=$(printf ' fuzz_%s' "$@")
include=$(ls -d /usr/include/lua5.4 /usr/include/lua5.* 2>/dev/null | head -n 1)

# shellcheck disable=SC2086 # a list of names
build() {
  cmake -S . -B "$folder" -DLUA_INCDIR="$include" -DFUZZ=ON -DSANITIZE=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo "$@" &&
    cmake --build "$folder" --parallel 2 --target $targets
}

# Whether clang is there with its libraries for fuzzing, which is a package of its own on some systems.
has_libfuzzer() {
  echo 'int LLVMFuzzerTestOneInput(const char *a, unsigned long b) { return a != 0 && b == 0; }' |
    clang -fsanitize=fuzzer,address,undefined -x c -o .build/has_libfuzzer - 2>/dev/null
}

mkdir -p .build
if has_libfuzzer; then
  build -DLIBFUZZER=ON -DCMAKE_C_COMPILER=clang
else
  build
fi >.build/fuzz.output 2>&1 || {
  cat .build/fuzz.output
  exit 1
}

for target; do
  mkdir -p "$folder/found/$target" "$folder/corpus/$target" # the first corpus is where new cases go
  if "$folder/spec/attack/fuzz/$target" -max_total_time="${SECONDS_EACH:-600}" \
    -runs="${RUNS:--1}" -seed="${SEED:-1}" -print_final_stats=1 \
    -artifact_prefix="$folder/found/$target/" "$folder/corpus/$target" \
    "spec/attack/corpus/$target" >"$folder/$target.output" 2>&1; then
    echo "ok      $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/$target.output") executions"
    passed=$((passed + 1))
  else
    tail -n 40 "$folder/$target.output"
    echo "FAILED  $target: see $folder/found/$target"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
