# Sourced by job.sh: the checks. Each adds its lines to the job's report, and to what is counted.

passed=0 failed=0

# The seconds of CPU are those of what this job has waited for, and of what of it still runs, as its sandbox.
report() {
  times >"$JOB/times" # in this shell: a subshell has no children to tell of
  cpu=$({ sed -n '2s/[ms]/ /gp' "$JOB/times" && ps -o cputimes= -s $$; } |
    awk '{ sum += NF == 4 ? 60 * ($1 + $3) + $2 + $4 : $1 } END { printf "%.0f", sum }')
  echo "$*, $(($(date +%s) - began)) s, $cpu s of CPU" >>"$JOB/report"
}

# check NAME COMMAND...: one check, its output shown only if it fails.
check() {
  name=$1
  shift
  if "$@" >"$JOB/output" 2>&1; then
    passed=$((passed + 1))
    report "ok      $name"
  else
    failed=$((failed + 1))
    cat "$JOB/output" >>"$JOB/report"
    report "FAILED  $name"
  fi
}

# specs NAME LUA BUILD BUSTED_ARGUMENT...: adds busted's counts. What failed or is pending is shown.
specs() {
  name=$1
  export LUA="$2"
  export LUA_CPATH="./.build/$3/?.so;;"
  export LOCPATH="$PWD/.build/locales:/usr/lib/locale" # where setlocale looks
  shift 3
  code=0
  # shellcheck disable=SC2086 # a list of arguments
  "$LUA" /usr/bin/busted -o plainTerminal ${BUSTED:-} "$@" >"$JOB/output" 2>&1 || code=$?
  counts=$(sed -n 's/^\([0-9]*\) success[es]* \/ \([0-9]*\) failure[s]* \/ \([0-9]*\) error.*/\1 \2 \3/p' \
    "$JOB/output" | tail -n 1)
  good=${counts%% *}
  # All of them may be pending for want of a package, but not where all packages are.
  may_be_none=$([ -n "${CI:-}" ] || sed -n 's/^0 success.* \([1-9][0-9]*\) pending .*/yes/p' "$JOB/output")
  if [ -z "$counts" ] || { [ "$counts" = "0 0 0" ] && [ -z "$may_be_none" ]; }; then
    cat "$JOB/output" >>"$JOB/report"
    failed=$((failed + 1))
    report "FAILED  $name: no specs were run"
    return
  fi
  rest=${counts#* }
  bad=$((${rest% *} + ${rest#* }))
  [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  passed=$((passed + good))
  failed=$((failed + bad))
  if [ "$bad" -gt 0 ]; then
    cat "$JOB/output" >>"$JOB/report"
  else
    sed -n '/^Pending/,/^$/s/^/        /p' "$JOB/output" >>"$JOB/report"
  fi
  report "$([ "$bad" -eq 0 ] && echo 'ok     ' || echo 'FAILED ') $name: $good passed, $bad failed"
}

# installed LUA VERSION FILE...: the rock as it is installed from a server passes these specs.
installed() {
  lua=$1 version=$2
  shift 2
  check "luarocks make for $lua" rock "$lua" "$version"
  check "luarocks install from a server, for $lua" packed_rock "$lua" "$version"
  LUA_PATH="./.build/packed-$lua/share/lua/$version/?.lua;./?.lua;./?/init.lua;;"
  COMMANDS=$PWD/.build/packed-$lua/bin
  export COMMANDS
  check "the sandbox of the installed rock on $lua" installed_sandbox
  specs "the installed rock on $lua" "$lua" "packed-$lua/lib/lua/$version" "$@"
}

# installed_sandbox: the command starts the sandbox, tells where it is, and stops it. In a shell of its own: the job
# has another sandbox, and the libraries of the checkout are not to help.
installed_sandbox() (
  unset LUA_PATH LUA_CPATH
  "$COMMANDS/twilio-numbers-sandbox" start "$JOB/installed sandbox" >"$JOB/installed.env" || exit 1
  . "$JOB/installed.env"
  code=0
  "$COMMANDS/twilio-port-ins" list --limit 1 --json | grep -q '"KW' || code=1
  "$COMMANDS/twilio-numbers-sandbox" stop "$JOB/installed sandbox" && exit "$code"
)

lint_gcc() {
  check "clang-format" find csrc spec -name '*.[ch]' -exec clang-format --dry-run -Werror {} +
  check "luacheck" luacheck -q --no-color lua spec examples
  if [ -n "${CI:-}" ] && is_built lua5.4; then # with warnings as errors
    check "no warnings by gcc" is_built lua5.4
  else
    check "no warnings by gcc" build lint-gcc lua5.4 -DWERROR=ON -DCMAKE_C_COMPILER=gcc
    core=.build/lint-gcc/twilio/numbers/core.so
  fi
  check "one symbol is exported" one_symbol "$core"
  if command -v musl-gcc >/dev/null; then
    check "no warnings with musl's headers" under_musl
  else
    report "        musl-gcc is not there: the core is not compiled with musl's headers"
  fi
  check "the core is not unmapped" stays_loaded "$core"
}

# lint_clang [STATES]: the analyzer leaves a function after so many of its states, or after as many as is usual.
lint_clang() {
  check "clang-tidy, and no warnings by clang" tidy ${1:+--extra-arg=-Xclang --extra-arg=-analyzer-config \
    --extra-arg=-Xclang --extra-arg=max-nodes="$1"}
}

# tidy ARGUMENT...
tidy() {
  cmake -S . -B .build/lint-clang -DLUA_INCDIR="$(include_of lua5.4)" -DCMAKE_C_COMPILER=clang \
    -DCMAKE_EXPORT_COMPILE_COMMANDS=ON &&
    for source in csrc/*/*.c; do
      case $source in *poller_poll*) ;; *) echo "$source" ;; esac
    done | xargs -P 2 -n 4 clang-tidy --quiet -p .build/lint-clang "$@"
}

# A look-up thread of libcurl's may outlive the Lua state.
stays_loaded() {
  readelf -d "$1" | grep -q NODELETE
}

one_symbol() {
  [ "$(nm -D --defined-only "$1" | sed 's/.* //')" = luaopen_twilio_numbers_core ]
}

unit_tests_of_csrc() {
  [ ! -f spec/unit/http/run.sh ] || check "unit tests of csrc" sh spec/unit/http/run.sh
}
