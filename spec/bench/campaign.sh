#!/bin/sh
# What the ledger costs, and what several workers gain, in one run against one server.
#
#   sh spec/bench/campaign.sh [LUA]       lua5.4 if not said
#
# Targets a second of TARGETS (2000), fetched and cancelled 16 at a time, answers after 0 and 50 ms:
# a plain loop without a ledger; a campaign with its ledger in memory and on disk (in FOLDER, /var/tmp
# if not said); 1, 2 and 4 workers on a PostgreSQL server of its own.
set -eu
cd "$(dirname "$0")/../.."
. examples/support/sandbox.sh
lua=${1:-lua5.4}
case $lua in luajit) include=/usr/include/luajit-2.1 ;; *) include=/usr/include/$lua ;; esac
build=.build/bench-$lua

cmake -S . -B "$build" -DLUA_INCDIR="$include" >/dev/null
cmake --build "$build" >/dev/null
start_sandbox >/dev/null
LUA=$lua LUA_PATH="./lua/?.lua;./?.lua;./?/init.lua;;" LUA_CPATH="./$build/?.so;;"
export LUA LUA_PATH LUA_CPATH
"$lua" spec/bench/campaign.lua
stop_sandbox
