# Sourced by scripts that start a server of their own.
stop_process() {  # stop_process PID: asks it to end and waits; after 20 s it is ended
  local pid=$1 waited
  kill -TERM "$pid" 2>/dev/null || return 0
  for ((waited = 0; waited < 200; ++waited)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  printf 'process %d did not end within 20 s: killing it\n' "$pid" >&2
  kill -KILL "$pid" 2>/dev/null || true
}

wait_for_ports() {  # wait_for_ports PID FILE LOG: until the server has said where it listens; 1 and its log if it ends before
  until [[ -s $2 ]]; do
    if ! kill -0 "$1" 2>/dev/null; then
      printf 'vencerd did not start:\n' >&2
      cat "$3" >&2
      return 1
    fi
    sleep 0.05
  done
}
