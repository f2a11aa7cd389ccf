# Sourced by the scripts under bench/: builds what they measure, without tests, in build/bench.
# bench_build TARGET...: sets bench_dir. With VENCER_BENCH_BUILD=DIR that build is taken as it is.
bench_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bench_build() {
  bench_dir=${VENCER_BENCH_BUILD:-}
  [[ -z $bench_dir ]] || return 0
  bench_dir=$bench_root/build/bench
  "$bench_root/tools/setup"
  mkdir -p "$bench_root/build"
  cmake -S "$bench_root" -B "$bench_dir" -G Ninja -DCMAKE_BUILD_TYPE=Release -DVENCER_TESTS=OFF -DVENCER_BENCH=ON -DVENCER_LTO=ON \
    -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >"$bench_dir.configure.log" 2>&1 || {
    cat "$bench_dir.configure.log" >&2
    return 1
  }
  ninja -C "$bench_dir" "$@" >&2
}
