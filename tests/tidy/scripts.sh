#!/usr/bin/env bash
# Every script can be read by the shell; those to be called tell their --help, and those of tools/ refuse by its name what they
# do not know. scripts.sh ROOT
set -uo pipefail
cd "$1"
failed=0
complain() { printf '%s\n' "$*" >&2; failed=1; }

scripts=$(grep -rlE '^#!/usr/bin/env bash' tools bench tests .ci)
called=$(find tools bench -type f -perm -u+x | sort)
[[ $called == *tools/test* && $scripts == *tests/tidy/scripts.sh* ]] || complain "scripts are missing: $called, $scripts"
for script in $scripts bench/build.sh tools/process.sh; do
  bash -n "$script" || complain "$script: not a shell script"
done
for script in $called; do
  help=$("$script" --help 2>&1) || complain "$script --help: exit code $?"
  [[ $help == *"$script"* ]] || complain "$script --help does not name it: $help"
done
# What those of bench/ are given, a program judges that is built first.
for script in $(grep -E '^tools/' <<<"$called"); do
  said=$("$script" --nonsense 2>&1 >/dev/null)
  code=$?
  [[ $code == 2 && $said == *"unknown argument --nonsense"* ]] || complain "$script --nonsense: exit code $code, '$said'"
done
exit "$failed"
