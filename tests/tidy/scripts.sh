#!/usr/bin/env bash
# Every script can be read by the shell, tells its --help, and refuses by its name what it does not know. scripts.sh ROOT
set -uo pipefail
cd "$1"
failed=0
complain() { printf '%s\n' "$*" >&2; failed=1; }

scripts=$(grep -rlE '^#!/usr/bin/env bash' tools bench tests .ci)
[[ -n $scripts ]] || complain "no script found"
for script in $scripts bench/build.sh; do
  bash -n "$script" || complain "$script: not a shell script"
done
for script in tools/run tools/test tools/setup tools/fuzz tools/release bench/run-all bench/peers/run bench/capacity/run; do
  help=$("$script" --help 2>&1) || complain "$script --help: exit code $?"
  [[ $help == *"$script"* ]] || complain "$script --help does not name it: $help"
done
# Those of bench/ hand it to a program, which is built first.
for script in tools/run tools/test tools/setup tools/fuzz tools/release; do
  said=$("$script" --nonsense 2>&1 >/dev/null)
  code=$?
  [[ $code == 2 && $said == *"unknown argument --nonsense"* ]] || complain "$script --nonsense: exit code $code, '$said'"
done
exit "$failed"
