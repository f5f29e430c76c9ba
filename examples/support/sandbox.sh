# Sourced by the scripts that need the sandbox: starts one for this process, and ends it with it.

sandbox=

stop_sandbox() {
  [ -z "$sandbox" ] || sh examples/sandbox/sandbox.sh stop "$sandbox"
  [ -z "$sandbox" ] || rm -rf "$sandbox"
  sandbox=
}

# Its environment is the script's from then on. Takes further options of `start`.
start_sandbox() {
  trap stop_sandbox EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  sandbox=$(mktemp -d)
  sh examples/sandbox/sandbox.sh start "$sandbox" --owner $$ "$@"
  set -a
  . "$sandbox/env"
  no_proxy=127.0.0.1,localhost${no_proxy:+,$no_proxy}
  set +a
}
