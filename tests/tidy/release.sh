#!/usr/bin/env bash
# tools/release with stand-ins for compiler, server and loads: what fails in the training ends it, nothing is left behind, and only
# a whole profile is used. release.sh ROOT
set -euo pipefail
root=$1
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
cd "$house"
mkdir -p bin scratch tools/{cmake,vencer,vencerd} engine net schema bench/{harness,tenants}
training=build/training
mkdir -p "$training"/{bench,tools/vencer,tools/vencerd}
for file in CMakeLists.txt tools/CMakeLists.txt bench/CMakeLists.txt bench/storm.cc engine/a.cc; do echo >"$file"; done
cp "$root"/tools/{release,process.sh} tools/
script() { cat >"$1"; chmod +x "$1"; }
script tools/setup <<<'#!/usr/bin/env bash'
script bin/cmake <<<$'#!/usr/bin/env bash\nprintf "%s\\n" "$*" >>calls'
script bin/ninja <<<$'#!/usr/bin/env bash\nprintf "%s\\n" "$*" >>calls'
script "$training/tools/vencerd/vencerd" <<'TXT'
#!/usr/bin/env bash
while (($# > 0)); do
  if [[ $1 == --ports-file ]]; then ports=$2; fi
  shift
done
mkdir -p build/training/counts
[[ ${WITHOUT_COUNTS:-} == yes ]] || touch "build/training/counts/engine#a.gcda"
trap 'exit 0' TERM
echo 127.0.0.1:1 >"$ports.new"
mv "$ports.new" "$ports"
while :; do sleep 0.05; done
TXT
script "$training/tools/vencer/vencer" <<<$'#!/usr/bin/env bash\nprintf "%s\\n" "$*"\n[[ "$*" != *"${FAILS:-nothing fails}"* ]]'
cp "$training/tools/vencer/vencer" "$training/bench/storm"

fail() { printf '%s\n' "$*" >&2; cat said calls >&2; exit 1; }
release() {  # release CODE VARIABLE=VALUE... ARGUMENT...
  local expected=$1 code=0
  shift
  : >calls
  env PATH="$house/bin:$PATH" "$@" --scratch scratch >said 2>&1 || code=$?
  [[ $code == "$expected" ]] || fail "$*: exit code $code"
  [[ -z $(ls scratch) ]] || fail "$*: left $(ls scratch)"
}

release 1 FAILS=next-due tools/release
grep -q 'the training failed' said || fail "does not say what failed"
release 1 FAILS=--spread tools/release
release 1 WITHOUT_COUNTS=yes tools/release
grep -q 'left no counts' said || fail "does not say that counts are missing"
compgen -G "$training/profile-*" >/dev/null && fail "a profile of a training that failed"
release 0 FAILS= tools/release vencerd
grep -q 'VENCER_PROFILE=use' calls || fail "the profile is not used"
[[ -e $(compgen -G "$training/profile-*")/whole ]] || fail "no whole profile"
release 0 FAILS= tools/release vencer
grep -q 'VENCER_PROFILE=note' calls && fail "trained again, though nothing has changed"
echo 'int changed;' >engine/a.cc
release 0 FAILS= tools/release
grep -q 'VENCER_PROFILE=note' calls || fail "not trained again after a change"
release 0 FAILS= tools/release --plain
grep -q 'VENCER_PROFILE= *' calls || fail "--plain: no word on the profile"
grep -q 'VENCER_PROFILE=use' calls && fail "--plain uses a profile"
exit 0
