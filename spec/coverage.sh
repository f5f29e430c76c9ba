#!/bin/sh
# Coverage of csrc/ by lines and branches (gcov) and of lua/ by lines, on Lua 5.4: runs the tests in
# C, then the specs with a sandbox. What was not reached is listed in .build/coverage/missed. The
# code inside nginx is left out: it runs on another Lua.
#
# usage: sh spec/run.sh coverage [SPEC...]   (without one: all but those of nginx and the desk)
set -eu
cd "$(dirname "$0")/.."
. examples/support/packages.sh
. examples/support/sandbox.sh
build=$PWD/.build/coverage
result=0

build_all() {
  mkdir -p "$build/lines" "$build/gcov"
  { cmake -S . -B "$build" -DCOVERAGE=ON -DTESTS=ON -DCMAKE_BUILD_TYPE=Debug \
    -DLUA_INCDIR=/usr/include/lua5.4 && cmake --build "$build" --parallel; } \
    >"$build/output" 2>&1 || {
    cat "$build/output"
    exit 1
  }
  find "$build" -name '*.gcda' -delete
  find "$build/lines" "$build/gcov" -type f -delete
}

# run NAME COMMAND...: shows the line with the counts, or everything if it fails.
run() {
  name=$1
  shift
  if "$@" >"$build/output" 2>&1; then
    echo "$name: $(grep -E '^[0-9]+ (passed|success)' "$build/output" | tail -n 1)"
  else
    cat "$build/output"
    echo "FAILED  $name"
    result=1
  fi
}

run_specs() {
  export LUA=lua5.4 LINE_COUNTS="$build/lines"
  export LUA_PATH="./lua/?.lua;./?.lua;./?/init.lua;;" LUA_CPATH="$build/?.so;;"
  export LUA_INIT_5_4=@spec/support/line_counter.lua
  # The counter's hooks fill a table of Lua's own, which that spec would take for a leak.
  run specs lua5.4 /usr/bin/busted -o plainTerminal --filter-out "no memory behind" "$@"
  unset LUA_INIT_5_4
}

# A line for each source: its name, lines reached, lines, branches taken, branches.
c_figures() {
  find "$build" -name '*.gcda' | grep -v http_checks >"$build/data"
  (cd "$build/gcov" && xargs gcov -b -c -p <../data) | awk -F '[:% ]+' '
    /^File / { file = $0; sub(/^.*\/csrc\//, "csrc/", file); sub(/.$/, "", file) }
    /^Creating / { file = "" } # what follows the last one is the sum
    file !~ /^csrc\/.*\.c$/ { next }
    /^Lines executed:/ { lines[file] = $5; reached[file] = int($3 * $5 / 100 + .5) }
    /^Taken at least once:/ { branches[file] = $7; taken[file] = int($5 * $7 / 100 + .5) }
    END { for (file in lines)
            print file, reached[file], lines[file], taken[file] + 0, branches[file] + 0 }' | sort
}

c_missed() {
  cat "$build"/gcov/*.c.gcov | awk -F : '
    $3 == "Source" { file = $4; sub(/^.*\/csrc\//, "csrc/", file) }
    $1 ~ /#####/ { text = $0; sub(/^[^:]*:[^:]*: */, "", text); print file ":" $2 + 0 ": " text }'
}

# The lines that hold code, as "file line text". An "end" and closing brackets are no code, though
# the compiler puts an instruction there.
lua_code() {
  find lua -name '*.lua' ! -path '*/nginx/*' | sort | while read -r file; do
    luac5.4 -l -p "$file" | awk -v file="$file" '
      $2 ~ /^\[[0-9]+\]$/ && $3 != "VARARGPREP" { holds[substr($2, 2) + 0] = 1 }
      END { while ((getline text < file) > 0)
              if (++line in holds && text !~ /^ *(end[^a-z_]*|else|[]})]+[,;]?)$/) {
                sub(/^ +/, "", text); print file, line, text } }'
  done
}

# The same five figures, without branches; and what is missed.
lua_figures() {
  find "$build/lines" -type f -exec cat {} + | sort -u >"$build/reached"
  lua_code | awk -v missed="$build/missed" '
    FILENAME != "-" { seen[$1, $2] = 1; next }
    { lines[$1]++; file = $1 ":" $2 }
    ($1, $2) in seen { reached[$1]++; next }
    { sub(/^[^ ]* [^ ]* /, ""); print file ": " $0 >>missed }
    END { for (file in lines) print file, reached[file] + 0, lines[file], 0, 0 }' \
    "$build/reached" - | sort
}

show() {
  awk '
    function part(of, all) { return all > 0 ? sprintf("%5.1f%% of %-5d", 100 * of / all, all) : "" }
    function row(name, a, b, c, d) { printf "%-52s %s  %s\n", name, part(a, b), part(c, d) }
    NR == 1 { printf "%-52s %s\n", "", "lines            branches" }
    { row($1, $2, $3, $4, $5); split($1, folder, "/"); name = folder[1]
      a[name] += $2; b[name] += $3; c[name] += $4; d[name] += $5 }
    END { for (name in a) row("all of " name "/", a[name], b[name], c[name], d[name]) }'
}

know_packages
ensure_packages gcc libc6-dev cmake make pkg-config libcurl4-openssl-dev libssl-dev lua5.4 \
  liblua5.4-dev lua-busted lua-cjson
build_all
run "tests in C" "$build/spec/unit/http/http_tests"
run "tests in C, with poll" "$build/spec/unit/http/http_tests_poll"
echo "csrc/http by the tests in C alone: $(c_figures | grep '^csrc/http/' | show | tail -n 1)"
start_sandbox >/dev/null
[ $# -gt 0 ] || set -- spec/unit spec/integration/*_spec.lua spec/integration/campaign
run_specs "$@"
stop_sandbox
c_figures >"$build/figures"
c_missed >"$build/missed"
lua_figures >>"$build/figures"
show <"$build/figures"
echo "Not reached: $(wc -l <"$build/missed") lines, in .build/coverage/missed"
exit $result
