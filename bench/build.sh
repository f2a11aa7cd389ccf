# Sourced by the scripts under bench/: builds what they measure, as it is released (tools/release), in build/bench.
# bench_build TARGET...: sets bench_dir. With VENCER_BENCH_BUILD=DIR that build is taken as it is; with VENCER_BENCH_PLAIN=1 the
# profile is left out, which takes half the time. What trains it has its data where the script has its own (--scratch).
bench_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bench_flags=(--bench --into "$bench_root/build/bench")
[[ ${VENCER_BENCH_PLAIN:-0} == 0 ]] || bench_flags+=(--plain)
for ((i = 1; i <= $#; ++i)); do
  next=$((i + 1))
  case "${!i}" in
    --scratch) bench_flags+=(--scratch "${!next:-}") ;;
    --scratch=*) bench_flags+=(--scratch "${!i#*=}") ;;
  esac
done
bench_build() {
  bench_dir=${VENCER_BENCH_BUILD:-}
  [[ -z $bench_dir ]] || return 0
  bench_dir=$bench_root/build/bench
  "$bench_root/tools/release" "${bench_flags[@]}" vencerd vencer "$@" >&2
}
