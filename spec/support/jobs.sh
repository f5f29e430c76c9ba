# Sourced by spec/run.sh: jobs side by side. Each is a session, and has a folder for its output. What it
# reports is shown when it has ended.

run='' running=0 started=0 passed=0 failed=0

begin_jobs() {
  most=${JOBS:-$(($(nproc 2>/dev/null || echo 1) * 5))}
  trap end_jobs EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  run=$(mktemp -d)
  chmod 711 "$run" # PostgreSQL runs as another user, below it
  mkfifo "$run/ended"
  exec 9<>"$run/ended" # the number of each job that has ended
}

# job plain|sandbox COMMAND...: a function of checks.sh with its arguments, with a sandbox or without.
job() {
  [ "$running" -lt "$most" ] || wait_for_one
  started=$((started + 1)) running=$((running + 1))
  mkdir -p "$run/$started/tmp"
  # A shell makes what it starts in the background ignore SIGINT, which specs send to processes of their own.
  (
    number=$started
    setsid --wait env --default-signal=INT,QUIT sh spec/support/job.sh "$run/$number" "$@" \
      </dev/null >"$run/$number/log" 2>&1 9>&- || true
    echo "$number" >&9
  ) &
}

# Counts the next job that ends, and shows its report.
wait_for_one() {
  read -r ended <&9
  running=$((running - 1))
  folder=$run/$ended
  cat "$folder/report" 2>/dev/null || true
  if [ -f "$folder/counts" ]; then
    read -r good bad <"$folder/counts"
    passed=$((passed + good)) failed=$((failed + bad))
  else
    cat "$folder/log"
    echo "FAILED  $(cat "$folder/name"): it did not get to its end"
    failed=$((failed + 1))
  fi
  rm -rf "$folder"
}

wait_for_jobs() {
  while [ "$running" -gt 0 ]; do wait_for_one; done
}

# However this script ends. A folder that is still there is that of a job at work; its number is that of its
# session, in which there may be several process groups.
end_jobs() {
  trap '' INT TERM HUP
  for pid in "$run"/*/pid; do
    [ ! -f "$pid" ] || pkill -TERM -s "$(cat "$pid")" || true
  done
  wait
  rm -rf "$run"
}
