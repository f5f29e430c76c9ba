# Sourced by spec/run.sh and by each of its jobs: packages, and builds of the core in .build/.
. examples/support/packages.sh

# dpkg is asked again only if it has changed anything, or the list is another one.
install_packages() {
  set -- gcc libc6-dev clang make cmake pkg-config clang-format clang-tidy valgrind curl \
    libcurl4-openssl-dev ca-certificates openssl openssh-client libssl-dev nginx-light libnginx-mod-http-lua \
    lua5.4 liblua5.4-dev lua5.3 liblua5.3-dev lua5.2 liblua5.2-dev lua5.1 liblua5.1-0-dev \
    luarocks lua-cjson lua-busted lua-check lua-posix perl-base procps \
    lua-argparse lua-dbi-sqlite3 lua-dbi-postgresql locales
  # What some specs skip without.
  [ -z "${CI:-}" ] || set -- "$@" chromium chromium-driver postgresql age lua-luv lua-cqueues musl-tools
  if [ .build/packages -nt /var/lib/dpkg/status ] && [ "$(cat .build/packages)" = "$*" ]; then
    return
  fi
  know_packages
  ensure_packages "$@" "$(first_known luajit2 luajit)" \
    "$(first_known libluajit2-5.1-dev libluajit-5.1-dev)"
  echo "$*" >.build/packages
}

include_of() {
  case $1 in
  luajit) echo /usr/include/luajit-2.1 ;;
  *) echo "/usr/include/$1" ;;
  esac
}

# build FOLDER LUA [CMAKE_OPTION...]: configures only if the options are others than last time.
build() {
  folder=.build/$1
  include=$(include_of "$2")
  shift 2
  set -- -DLUA_INCDIR="$include" -DWERROR="${CI:+ON}" "$@"
  if [ ! -f "$folder/Makefile" ] || [ "$(cat "$folder/options" 2>/dev/null)" != "$*" ]; then
    cmake -S . -B "$folder" "$@" || return 1
    echo "$*" >"$folder/options"
  fi
  cmake --build "$folder" --parallel 2
}

# The locales that specs set, in a folder of their own: nothing is installed. ISO-8859-1 has letters and
# control characters among its bytes above 127.
LOCALES="de_DE.UTF-8 tr_TR.UTF-8 de_DE.ISO-8859-1"

build_locales() {
  for name in $LOCALES; do
    [ -d ".build/locales/$name" ] && continue
    mkdir -p .build/locales
    localedef --no-archive -i "${name%%.*}" -f "${name#*.}" ".build/locales/$name" || return 1
  done
}

# Whether the core for a Lua is newer than all that it is made of.
is_built() {
  core=.build/$1/twilio/numbers/core.so
  [ -f "$core" ] && [ "$(cat ".build/$1/options" 2>/dev/null)" = \
    "-DLUA_INCDIR=$(include_of "$1") -DWERROR=${CI:+ON}" ] &&
    [ -z "$(find CMakeLists.txt csrc -newer "$core" -print -quit)" ]
}

# build_cores LUA...: the core for each of them; all are there when it returns.
build_cores() {
  for lua; do
    is_built "$lua" || job plain check "build for $lua" build "$lua" "$lua"
  done
  wait_for_jobs
}

# rock LUA VERSION [VARIABLE=VALUE...]: a rock of this checkout, made and used as LuaRocks would. luarocks
# builds in the folder that it is started in, so each has a copy of its own.
rock() {
  lua=$1 version=$2
  tree=$PWD/.build/rocks-$lua
  shift 2
  rm -rf "$tree"
  mkdir -p "$tree/source"
  cp -R csrc lua examples CMakeLists.txt LICENSE ./*.rockspec "$tree/source"
  mkdir "$tree/source/spec"
  cp spec/contract_2026_04_14.json "$tree/source/spec"
  echo 'rocks_provided = { ["lua-cjson"] = "2.1.0-1" }' >"$tree/config.lua"
  (cd "$tree/source" && LUAROCKS_CONFIG=$tree/config.lua luarocks --lua-version "$version" \
    --tree "$tree" make LUA_INCDIR="$(include_of "$lua")" "$@" twilio-numbers-scm-1.rockspec) &&
    LUA_PATH="$tree/share/lua/$version/?.lua;;" LUA_CPATH="$tree/lib/lua/$version/?.so;;" \
      "$lua" -e 'assert(require "twilio.numbers".VERSION)' &&
    commands_answer "$tree/bin"
}

# commands_answer FOLDER: each installed command explains itself.
commands_answer() {
  for command in examples/commands/*; do
    command=${command##*/}
    env -u LUA_PATH -u LUA_CPATH "$1/$command" --help | grep -q "^Usage: $command " || return 1
  done
}

# serve FOLDER: by HTTP on this machine; sets port and server, the process. Ports that are taken are passed by.
serve() {
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + ($$ * 7 + attempt * 997) % 12000))
    printf 'daemon off; master_process off; pid nginx.pid; error_log error.log; events {}\nhttp { access_log off; %s }\n' \
      "server { listen 127.0.0.1:$port; root $1; }" >"$1/nginx.conf"
    nginx -p "$1" -c nginx.conf &
    server=$!
    tries=0
    until curl -fs -o /dev/null --noproxy '*' "http://127.0.0.1:$port/manifest"; do
      kill -0 "$server" 2>/dev/null || continue 2
      tries=$((tries + 1))
      [ "$tries" -lt 600 ] || { kill "$server"; return 1; }
      sleep 0.1
    done
    ! kill -0 "$server" 2>/dev/null || return 0
  done
  return 1
}

# packed_rock LUA VERSION: the rock that `rock` has made, packed, and installed from a server.
packed_rock() {
  from=$PWD/.build/rocks-$1 tree=$PWD/.build/packed-$1
  LUAROCKS_CONFIG=$from/config.lua
  export LUAROCKS_CONFIG
  rm -rf "$tree"
  mkdir -p "$tree/server"
  (cd "$tree/server" && luarocks --lua-version "$2" --tree "$from" pack twilio-numbers scm-1 &&
    luarocks-admin --lua-version "$2" make_manifest .) || return 1
  PATH=$PATH:/usr/sbin
  serve "$tree/server" || return 1
  code=0
  no_proxy=127.0.0.1 luarocks --lua-version "$2" --tree "$tree" install \
    --only-server="http://127.0.0.1:$port" twilio-numbers scm-1 || code=$?
  kill "$server"
  return "$code"
}

# The rockspecs are sound, and differ in their version and source only.
rockspecs() {
  for rockspec in ./*.rockspec; do
    luarocks lint "$rockspec" || return 1
  done
  for rockspec in ./*.rockspec; do
    sed '/^version = /d; /^source = {/,/^}/d' "$rockspec" | cksum
  done | sort -u | wc -l | grep -qx ' *1'
}

# cmake_install LUA VERSION: into a folder, with DESTDIR, and used from there.
cmake_install() {
  place=$PWD/.build/installed-$1
  rm -rf "$place"
  cmake -S . -B ".build/$1" -ULIBDIR -ULUADIR && # the defaults, not those of an earlier build
    DESTDIR=$place cmake --install ".build/$1" --prefix /usr &&
    ! grep -qrF "$PWD" "$place" && # nothing of the folder that it was built in
    LUA_PATH="$place/usr/share/lua/$2/?.lua;;" LUA_CPATH="$place/usr/lib/lua/$2/?.so;;" \
      "$1" "$place/usr/bin/twilio-portability" --help | grep -q "^Usage: twilio-portability "
}

# rock_with_other_curl LUA VERSION: CURL_DIR is obeyed. The other libcurl is a copy of the system's.
rock_with_other_curl() {
  place=$PWD/.build/other-curl
  rm -rf "$place"
  mkdir -p "$place/lib" "$place/include"
  cp -R "$(curl-config --prefix)"/include/*/curl "$place/include/" 2>/dev/null ||
    cp -R "$(curl-config --prefix)/include/curl" "$place/include/"
  cp "$(ldd .build/lua5.4/twilio/numbers/core.so | sed -n 's/.*libcurl[^ ]* => \([^ ]*\).*/\1/p')" \
    "$place/lib/libcurl.so.4"
  ln -s libcurl.so.4 "$place/lib/libcurl.so"
  rock "$1" "$2" CURL_DIR="$place" &&
    ldd "$tree/lib/lua/$version/twilio/numbers/core.so" | grep -q "libcurl.*$place/lib" &&
    is_reproducible .build/luajit "$tree/source/build.luarocks"
}

# is_reproducible BUILD BUILD: two builds of the same in different folders have the same bytes.
is_reproducible() {
  for part in libhttp.a libjson.a; do
    cmp "$1/$part" "$2/$part" || return 1
  done
}

# under_musl: the core compiles with musl's headers, without warnings. It cannot be linked: this system's libcurl is
# for glibc.
under_musl() {
  headers=$PWD/.build/musl
  rm -rf "$headers"
  mkdir -p "$headers/openssl"
  for folder in /usr/include /usr/include/*-linux-gnu*; do
    [ ! -d "$folder/curl" ] || ln -s "$folder/curl" "$headers/"
    [ ! -d "$folder/openssl" ] || ln -s "$folder"/openssl/* "$headers/openssl/"
    for header in "$folder"/lua*-deb-multiarch.h; do
      [ ! -f "$header" ] || ln -s "$header" "$headers/"
    done
  done
  for source in csrc/*/*.c; do
    musl-gcc -fsyntax-only -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
      -Icsrc/http -Icsrc/json -isystem "$(include_of lua5.4)" -isystem "$headers" "$source" || return 1
  done
}

# missing_header: what a machine without lua.h is told.
missing_header() {
  cmake -S . -B .build/no-lua -DLUA_INCDIR=/nonexistent 2>&1 | grep -q 'apt install liblua'
}
