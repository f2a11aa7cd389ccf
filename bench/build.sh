# Sourced by the scripts under bench/: builds what they measure, as it is released (tools/release), in build/bench.
# bench_build TARGET...: sets bench_dir. With VENCER_BENCH_BUILD=DIR that build is taken as it is; with VENCER_BENCH_PLAIN=1 the
# profile is left out, which takes half the time.
bench_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bench_build() {
  bench_dir=${VENCER_BENCH_BUILD:-}
  [[ -z $bench_dir ]] || return 0
  bench_dir=$bench_root/build/bench
  local plain=()
  [[ -z ${VENCER_BENCH_PLAIN:-} ]] || plain=(--plain)
  "$bench_root/tools/release" --bench --into "$bench_dir" "${plain[@]}" vencerd vencer "$@" >&2
}
