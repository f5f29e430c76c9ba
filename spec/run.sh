#!/bin/sh
# Builds the core for every Lua and runs every check. The last line counts.
#
#   sh spec/run.sh                  everything
#   sh spec/run.sh lua5.4 luajit    the specs only, on these
set -eu
cd "$(dirname "$0")/.."
. examples/support/packages.sh
. examples/support/sandbox.sh

export LUA_PATH="./lua/?.lua;./?.lua;./?/init.lua;;"
passed=0 failed=0

install_packages() {
  know_packages
  luajit=$(first_known luajit2 luajit)
  luajit_dev=$(first_known libluajit2-5.1-dev libluajit-5.1-dev)
  ensure_packages gcc libc6-dev clang make cmake pkg-config clang-format clang-tidy valgrind curl \
    libcurl4-openssl-dev ca-certificates openssl libssl-dev nginx-light libnginx-mod-http-lua \
    lua5.4 liblua5.4-dev lua5.3 liblua5.3-dev lua5.2 liblua5.2-dev lua5.1 liblua5.1-0-dev \
    "$luajit" "$luajit_dev" luarocks lua-cjson lua-busted lua-check lua-posix perl-base procps \
    lua-argparse lua-dbi-sqlite3 lua-dbi-postgresql
  # What some specs skip without.
  [ -z "${CI:-}" ] || ensure_packages chromium chromium-driver postgresql
}

# check NAME COMMAND...: one check, its output shown only if it fails.
check() {
  name=$1
  shift
  if "$@" >.build/output 2>&1; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    cat .build/output
    echo "FAILED  $name"
  fi
}

include_of() {
  case $1 in
  luajit) echo /usr/include/luajit-2.1 ;;
  *) echo "/usr/include/$1" ;;
  esac
}

# build FOLDER LUA [CMAKE_OPTION...]
build() {
  folder=.build/$1
  include=$(include_of "$2")
  shift 2
  cmake -S . -B "$folder" -DLUA_INCDIR="$include" -DWERROR="${CI:+ON}" "$@" &&
    cmake --build "$folder"
}

# specs NAME LUA FOLDER [BUSTED_ARGUMENT...]: adds busted's counts to ours.
specs() {
  name=$1
  export LUA="$2"
  export LUA_CPATH="./.build/$3/?.so;;"
  shift 3
  code=0
  "$LUA" /usr/bin/busted -o plainTerminal "$@" >.build/output 2>&1 || code=$?
  counts=$(sed -n 's/^\([0-9]*\) success[es]* \/ \([0-9]*\) failure[s]* \/ \([0-9]*\) error.*/\1 \2 \3/p' \
    .build/output | tail -n 1)
  good=${counts%% *}
  if [ -z "$counts" ] || [ "$good" -eq 0 ]; then
    cat .build/output
    failed=$((failed + 1))
    echo "FAILED  $name: no specs were run"
    return
  fi
  rest=${counts#* }
  bad=$((${rest% *} + ${rest#* }))
  [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  passed=$((passed + good))
  failed=$((failed + bad))
  [ "$bad" -eq 0 ] || cat .build/output
  sed -n '/^Pending/,/^$/s/^/        /p' .build/output
  echo "$([ "$bad" -eq 0 ] && echo 'ok     ' || echo 'FAILED ') $name: $good passed, $bad failed"
}

static_checks() {
  check "clang-format" clang-format --dry-run -Werror csrc/*/*.c csrc/*/*.h spec/*/*.c
  check "luacheck" luacheck -q --no-color lua spec examples
  check "no warnings by gcc" build lint-gcc lua5.4 -DWERROR=ON -DCMAKE_C_COMPILER=gcc
  check "no warnings by clang" build lint-clang lua5.4 -DWERROR=ON -DCMAKE_C_COMPILER=clang \
    -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
  check "clang-tidy" sh -c \
    'clang-tidy --quiet -p .build/lint-clang $(ls csrc/*/*.c | grep -v poller_poll)'
  check "one symbol is exported" one_symbol .build/lint-gcc/twilio/numbers/core.so
  check "the core is not unmapped" stays_loaded .build/lint-gcc/twilio/numbers/core.so
}

# A look-up thread of libcurl's may outlive the Lua state.
stays_loaded() {
  readelf -d "$1" | grep -q NODELETE
}

one_symbol() {
  [ "$(nm -D --defined-only "$1" | sed 's/.* //')" = luaopen_twilio_numbers_core ]
}

# A rock of this checkout, made and used as LuaRocks would.
rock() {
  tree=$PWD/.build/rocks-$1
  version=$2
  rm -rf "$tree" build.luarocks
  mkdir -p "$tree"
  echo 'rocks_provided = { ["lua-cjson"] = "2.1.0-1" }' >"$tree/config.lua"
  LUAROCKS_CONFIG=$tree/config.lua luarocks --lua-version "$version" --tree "$tree" make \
    LUA_INCDIR="$(include_of "$1")" twilio-numbers-scm-1.rockspec &&
    rm -rf build.luarocks &&
    LUA_PATH="$tree/share/lua/$version/?.lua;;" LUA_CPATH="$tree/lib/lua/$version/?.so;;" \
      "$1" -e 'assert(require "twilio.numbers".VERSION)'
}

run_specs_on() {
  check "build for $1" build "$1" "$1"
  specs "specs on $1" "$1" "$1"
}

everything() {
  static_checks
  for lua in lua5.4 luajit lua5.3 lua5.2 lua5.1; do run_specs_on "$lua"; done
  specs "specs of campaigns" lua5.4 lua5.4 spec/campaign
  specs "specs of campaigns on LuaJIT" luajit luajit spec/campaign
  specs "specs inside nginx" lua5.4 lua5.4 spec/nginx
  specs "specs of the porting desk" lua5.4 lua5.4 spec/desk
  check "build with poll instead of epoll" build poll lua5.4 -DPOLLER=poll
  specs "specs of the engine with poll" lua5.4 poll spec/engine_spec.lua spec/errors_spec.lua
  check "memory" sh spec/memory/run.sh .build/sanitized .build/lua5.4
  check "luarocks make for 5.1" rock lua5.1 5.1
  check "luarocks make for 5.3" rock lua5.3 5.3
  check "luarocks make for 5.4" rock lua5.4 5.4
  check "luarocks make for LuaJIT" rock luajit 5.1
}

mkdir -p .build
install_packages
start_sandbox
if [ $# -gt 0 ]; then
  for lua in "$@"; do run_specs_on "$lua"; done
else
  everything
fi
stop_sandbox
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
