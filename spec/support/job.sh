# One job of spec/run.sh: sh spec/support/job.sh FOLDER plain|sandbox COMMAND...
# FOLDER gets `report`, what is to be shown, and `counts`, how many passed and failed.
set -eu
JOB=$1
kind=$2
shift 2
echo "$*" >"$JOB/name"
echo $$ >"$JOB/pid"
trap 'exit 130' INT
trap 'exit 143' TERM
. spec/support/build.sh
. spec/support/checks.sh
. examples/support/sandbox.sh

TMPDIR=$JOB/tmp # goes with the job
LUA_PATH="./lua/?.lua;./?.lua;./?/init.lua;;"
export LUA_PATH TMPDIR
began=$(date +%s)
[ "$kind" = plain ] || start_sandbox
"$@"
echo "$passed $failed" >"$JOB/counts"
