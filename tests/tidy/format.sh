#!/usr/bin/env bash
# Every .h and .cc of the project is as clang-format leaves it. format.sh ROOT
set -euo pipefail
root=$1
cd "$root"
sample=$(mktemp -d)
trap 'rm -rf "$sample"' EXIT
# The check itself can fail: a badly formatted sample must be refused.
cp .clang-format "$sample/"
printf 'int  main( ){return 0;}\n' >"$sample/bad.cc"
if clang-format --dry-run -Werror "$sample/bad.cc" 2>/dev/null; then
  printf 'clang-format takes anything: is .clang-format in force?\n' >&2
  exit 1
fi
find engine net schema bench tests tools -name '*.h' -o -name '*.cc' | sort |
  xargs clang-format --dry-run -Werror
