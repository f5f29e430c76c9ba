#!/bin/sh
# Builds the core and runs the checks; `sh spec/run.sh --help` says which. The last line counts.
set -eu
cd "$(dirname "$0")/.."
if [ "${1:-}" = coverage ]; then
  shift
  exec sh spec/coverage.sh "$@"
fi
. spec/support/build.sh
. spec/support/jobs.sh

all_luas="lua5.4 luajit lua5.3 lua5.2 lua5.1"

usage() {
  cat <<'END'
usage: sh spec/run.sh [WORD...] [FILE...] [LUA...]

  sh spec/run.sh                                  everything that CI runs
  sh spec/run.sh spec/unit/util/csv_spec.lua      one file, on lua5.4
  sh spec/run.sh spec/integration/list_spec.lua luajit lua5.1
                                                  one file, on these Luas
  sh spec/run.sh lua5.4 luajit                    unit and integration specs, on these Luas
  sh spec/run.sh unit [LUA...]                    the unit specs: no sandbox; all Luas if none is named
  sh spec/run.sh integration [LUA...]             spec/integration/*_spec.lua, against a sandbox
  sh spec/run.sh lint                             formats, luacheck, compiler warnings, clang-tidy
  sh spec/run.sh asan                             memory: sanitizers, valgrind, a failing allocator
  sh spec/run.sh rocks                            luarocks make for four Luas, of which CI has two; CMake's install
  sh spec/run.sh installed [LUA...]               packed rocks, installed: all integration specs with their files
  sh spec/run.sh locales [LUA...]                 the specs in locales with another decimal point and case
  sh spec/run.sh coverage [FILE...]               coverage of csrc/ and lua/ by these specs, or by most, on lua5.4
  sh spec/run.sh attack                           the long runs, for an hour or so; not part of everything

LUA is one of: lua5.4 luajit lua5.3 lua5.2 lua5.1. FILE may be a folder.

Environment:
  SEED=N               which random cases are tried: 1 if not set, and a new one for attack, which prints it
  JOBS=N               how many jobs run side by side; five for each core if not set, since most of them wait
  BUSTED="--filter x"  further arguments of busted
  CI=1                 warnings are errors, and all optional packages are installed
  ASSUME_PACKAGES=yes  install nothing

A spec that needs a sandbox has one of its own for each job. Ctrl-C ends all that was started.
END
}

unit_specs() {
  for lua; do job plain specs "unit specs on $lua" "$lua" "$lua" spec/unit; done
}

integration_specs() {
  for lua; do
    job sandbox specs "integration specs on $lua" "$lua" "$lua" spec/integration/*_spec.lua
  done
}

# specs_but NAMES NAME LUA: the integration specs without those of these names.
specs_but() {
  # shellcheck disable=SC2086 # a list of names
  names=$(printf ' %s ' $1) name=$2 lua=$3 files=
  for file in spec/integration/*_spec.lua; do
    case $names in *" $(basename "$file" _spec.lua) "*) ;; *) files="$files $file" ;; esac
  done
  # shellcheck disable=SC2086 # a list of names
  job sandbox specs "$name on $lua" "$lua" "$lua" $files
}

# specs_of NAMES NAME LUA: those only.
specs_of() {
  name=$2 lua=$3
  # shellcheck disable=SC2046,SC2086 # a list of names
  job sandbox specs "$name on $lua" "$lua" "$lua" $(printf 'spec/integration/%s_spec.lua ' $1)
}

# What takes long, and hangs on the Lua least: what the scripts do, and what failing systems do. Each is run
# on one of the two Luas that users have first.
LONG_ON_LUA54="cancel_port_ins commands failing_calls interrupted_start storm terminal wrong_usage"
LONG_ON_LUAJIT="wire failing_memory spreadsheets campaign_approval"

# What a campaign decides, for it takes long, too.
DECISIONS="campaign_answers campaign_binding campaign_brakes campaign_ledger campaign_masking
  campaign_migration campaign_plan campaign_protect campaign_undo campaign_verify"

# Lua 5.1 to 5.3 differ from 5.4 and LuaJIT in what C and coroutines meet. What campaigns decide, and what the
# sandbox, a contract and a network do, is left to those.
ELSEWHERE="$LONG_ON_LUA54 $LONG_ON_LUAJIT $DECISIONS closing examples recipes
  answers refusals retry time_limits operations contract sdk_faults secrets network mute_connection
  sandbox_creating sandbox_listing sandbox_others"

lint() {
  job plain lint_gcc
  job plain lint_clang
}

# in_locale LOCALE KIND NAME LUA FILE...: a program may set its locale at any time, so it is set after loading.
in_locale() {
  SPEC_LOCALE=$1 kind=$2 name=$3 lua=$4
  export SPEC_LOCALE
  shift 4
  job "$kind" specs "$name on $lua in $SPEC_LOCALE" "$lua" "$lua" --helper=spec/support/in_locale.lua "$@"
  unset SPEC_LOCALE
}

in_locales() {
  for locale in $LOCALES; do in_locale "$locale" "$@"; done
}

locales() {
  for lua; do in_locales plain "unit specs" "$lua" spec/unit; done
  for lua; do
    case $lua in
    lua5.4 | luajit) in_locales sandbox "integration specs" "$lua" spec/integration/*_spec.lua ;;
    esac
  done
}

# What the rock passes as it is installed, where that is not all.
INSTALLED="spec/integration/single_call_spec.lua spec/integration/list_spec.lua"

rock_luas="lua5.1 lua5.3 lua5.4 luajit"

# in_installed_rock LUA FILE...: as users have it, from a packed rock.
in_installed_rock() {
  lua=$1 version=${1#lua}
  [ "$lua" != luajit ] || version=5.1
  shift
  job sandbox installed "$lua" "$version" "$@"
}

# What hangs on neither the rock's Lua nor the packages that there are.
installs() {
  job plain check "rockspecs" rockspecs
  job plain check "cmake --install" cmake_install lua5.4 5.4
  job plain check "packages of missing headers" missing_header
  job plain check "luarocks make for LuaJIT, with a CURL_DIR" rock_with_other_curl luajit 5.1
}

rocks() {
  build_cores lua5.4 luajit
  installs
  wait_for_jobs # the rock for LuaJIT is made in the same folder
  # shellcheck disable=SC2086 # a list of names
  for lua in $rock_luas; do in_installed_rock "$lua" $INSTALLED; done
}

memory() {
  job sandbox check "memory: sanitizers" sh spec/memory/run.sh sanitizers
  job sandbox check "memory: valgrind" sh spec/memory/run.sh valgrind
}

# The specs of large campaigns, each on one of two Luas. None may be forgotten.
campaigns() {
  campaign=spec/integration/campaign
  for file in "$campaign"/*_spec.lua; do
    grep -qF "\$campaign/${file##*/}" spec/run.sh || job plain check "a job for $file" false
  done
  job sandbox specs "damaged ledgers on lua5.4" lua5.4 lua5.4 $campaign/damaged_spec.lua
  job sandbox specs "shared ledgers on luajit" luajit luajit $campaign/shared_spec.lua \
    $campaign/rivals_spec.lua
  job sandbox specs "shared brakes on luajit" luajit luajit $campaign/brakes_spec.lua
  job sandbox specs "lost ledgers on lua5.4" lua5.4 lua5.4 $campaign/reconnect_spec.lua \
    $campaign/disk_spec.lua
  job sandbox specs "flipped ledgers on luajit" luajit luajit $campaign/flipped_spec.lua
  job sandbox specs "changed ledgers on lua5.4" lua5.4 lua5.4 $campaign/changed_spec.lua \
    $campaign/protected_spec.lua
  job sandbox specs "lost connections on luajit" luajit luajit $campaign/every_statement_spec.lua
  job sandbox specs "a paused network on luajit" luajit luajit $campaign/paused_spec.lua
  for lua in lua5.4 luajit; do
    job sandbox specs "killed campaigns on $lua" "$lua" "$lua" $campaign/killed_spec.lua \
      $campaign/locale_spec.lua
  done
}

# The longest first, so that none of them is the last one. The analyzer of clang goes a quarter as deep as in lint.
everything() {
  job plain check "build with sanitizers" sh spec/support/sanitized.sh
  job plain check "build with poll instead of epoll" build poll lua5.4 -DPOLLER=poll
  # shellcheck disable=SC2086 # a list of names
  build_cores $all_luas
  for lua in lua5.4 luajit; do
    specs_but "$LONG_ON_LUA54 $LONG_ON_LUAJIT campaign $DECISIONS" "most integration specs" "$lua"
    specs_of "campaign $DECISIONS" "specs of campaigns" "$lua"
  done
  specs_of "$LONG_ON_LUA54" "long integration specs" lua5.4
  campaigns
  memory
  specs_of "$LONG_ON_LUAJIT" "long integration specs" luajit
  job sandbox specs "nginx specs" lua5.4 lua5.4 spec/integration/nginx
  job plain lint_clang 50000
  for lua in lua5.1 lua5.2 lua5.3; do
    specs_but "$ELSEWHERE" "some integration specs" "$lua"
  done
  job sandbox specs "desk specs" lua5.4 lua5.4 spec/integration/desk
  job plain check "fuzz targets, a second each" env SECONDS_EACH=1 RUNS=10000 \
    sh spec/attack/fuzz/run.sh
  job plain unit_tests_of_csrc
  job sandbox check "many states" sh spec/attack/states/run.sh 1
  job plain lint_gcc
  installs
  # shellcheck disable=SC2086
  in_installed_rock lua5.4 $INSTALLED
  unit_specs lua5.4 luajit
  in_locale de_DE.ISO-8859-1 plain "unit specs" lua5.1 spec/unit
  in_locale de_DE.UTF-8 plain "unit specs" lua5.2 spec/unit
  in_locale tr_TR.UTF-8 plain "unit specs" lua5.3 spec/unit
  job sandbox specs "engine specs with poll" lua5.4 poll \
    spec/integration/engine_spec.lua spec/integration/errors_spec.lua
  for lua in lua5.4 luajit; do
    fuzz_in_lua "fuzz targets in Lua, two seconds each" "$lua" 2 1000 # by whole seconds of the clock
    json_in_lua "JSON beside lua-cjson" "$lua" 2 2000
  done
}

# json_in_lua NAME LUA SECONDS [CASES]: the core's reader of JSON beside lua-cjson's.
json_in_lua() {
  job plain check "$1 on $2" env SECONDS="$3" CASES="${4:-}" \
    LUA_PATH="./?.lua;./lua/?.lua;;" LUA_CPATH="./.build/$2/?.so;;" "$2" spec/attack/json/run.lua
}

# fuzz_in_lua NAME LUA SECONDS [CASES]: all of them, one after the other, for so long each, or so many.
fuzz_in_lua() {
  job plain check "$1 on $2" env SECONDS_EACH="$3" CASES="${4:-}" \
    LUA_PATH="./?.lua;./lua/?.lua;./?/init.lua;;" LUA_CPATH="./.build/$2/?.so;;" "$2" spec/attack/lua/run.lua
}

# Each runs many thousands of cases, so an hour or so for all of them. They are others each time.
attack() {
  SEED=${SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
  export SEED
  echo "SEED=$SEED repeats the random cases of this run"
  build_cores lua5.4 luajit
  export WIRE=all FAULTS=all STORM=10000 KILLS=50 TARGETS=2000 FLIPS=all STEP=1 SOAK=50000 CHAOS=200 FORGERIES=10000
  export LEDGERS=334 PROTECT_CASES=10000 # of ledgers, of each of three kinds
  for lua in lua5.4 luajit; do
    job sandbox specs "attack: storm on $lua" "$lua" "$lua" spec/integration/storm_spec.lua
    job sandbox specs "attack: wire on $lua" "$lua" "$lua" spec/integration/wire_spec.lua
    job sandbox specs "attack: failing calls on $lua" "$lua" "$lua" \
      spec/integration/failing_calls_spec.lua spec/integration/failing_memory_spec.lua
    job sandbox specs "attack: campaigns on $lua" "$lua" "$lua" spec/integration/campaign
    job plain specs "attack: bit flips on $lua" "$lua" "$lua" \
      spec/unit/campaign/plan/document_spec.lua spec/unit/webhook/signature_spec.lua \
      spec/unit/webhook/forgery_spec.lua
  done
  for lua in lua5.4 luajit; do json_in_lua "attack: JSON" "$lua" 600; done
  job plain check "attack: fuzz targets" sh spec/attack/fuzz/run.sh
  for lua in lua5.4 luajit; do fuzz_in_lua "attack: fuzz targets in Lua" "$lua" 300; done
  job sandbox specs "attack: soak inside nginx" lua5.4 lua5.4 spec/integration/nginx/soak_spec.lua
  job sandbox check "attack: random calls" sh spec/memory/run.sh chaos
  job sandbox check "attack: each allocation" sh spec/memory/run.sh allocations
  job sandbox check "attack: many states" sh spec/attack/states/run.sh 20
  job plain check "attack: fuzz targets in Lua, under the sanitizers" env SECONDS_EACH=60 \
    sh spec/memory/run.sh fuzz
  # shellcheck disable=SC2086 # a list of names
  build_cores $all_luas
  job sandbox check "attack: finalizers in all orders" sh spec/memory/run.sh orders
  # shellcheck disable=SC2086
  locales $all_luas
}

# files FILE...: those files on each of $luas.
files() {
  kind=plain
  for file; do
    case $file in spec/unit*) ;; *) kind=sandbox ;; esac
  done
  for lua in $luas; do job $kind specs "$* on $lua" "$lua" "$lua" "$@"; done
}

luas='' words='' paths='' nginx=''
for argument; do
  case $argument in
  -h | --help | help)
    usage
    exit 0
    ;;
  lua5.[1-4] | luajit) luas="$luas $argument" ;;
  unit | integration | lint | asan | rocks | installed | locales | attack) words="$words $argument" ;;
  *)
    if [ ! -e "$argument" ]; then
      echo "spec/run.sh: neither a word, nor a Lua, nor a file: $argument" >&2
      usage >&2
      exit 2
    fi
    path=${argument#./}
    path=${path%/}
    paths="$paths $path"
    # nginx runs the core for LuaJIT.
    case $path in spec | spec/integration | spec/integration/nginx* | spec/integration/desk*) nginx=luajit ;; esac
    ;;
  esac
done

mkdir -p .build
install_packages
build_locales
begin_jobs
# shellcheck disable=SC2086 # lists of names without blanks
if [ -n "$paths" ]; then
  luas=${luas:-lua5.4}
  build_cores $luas $nginx
  files $paths
elif [ -n "$luas" ] && [ -z "$words" ]; then
  build_cores $luas
  integration_specs $luas
  unit_specs $luas
elif [ -z "$words" ]; then
  everything
fi
# shellcheck disable=SC2086
for word in $words; do
  case $word in
  unit | integration)
    build_cores ${luas:-$all_luas}
    "${word}_specs" ${luas:-$all_luas}
    ;;
  locales)
    build_cores ${luas:-$all_luas}
    locales ${luas:-$all_luas}
    ;;
  asan)
    build_cores lua5.4
    memory
    ;;
  installed)
    for lua in ${luas:-$rock_luas}; do in_installed_rock "$lua" spec/integration/*_spec.lua; done
    ;;
  *) "$word" ;;
  esac
done
wait_for_jobs
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
