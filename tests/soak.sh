#!/bin/sh
# The long form of what CI does in small: patterns against Lua's own, failing disks and dying processes at every change
# of a file, hostile scripts under the sanitizers, and the fuzzers where clang is. Stops at the first fault.
# Usage: sh tests/soak.sh [ROUNDS] [FUZZ_SECONDS]   (default 1000 600)
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-1000}
seconds=${2:-600}
sh host/setup.sh
mkdir -p build
build() { # preset
    { cmake --preset "$1" && cmake --build --preset "$1" -j "$(nproc)"; } >build/soak.log 2>&1 ||
        { cat build/soak.log >&2; exit 3; }
}

build asan
echo "patterns: $((rounds * 100)) rounds"
ASSAY_ROUNDS=$((rounds * 100)) build/asan/tests/bind_test_text_pattern
echo "disks and processes: $rounds places each"
(cd build/asan/tests && ASSAY_ROUNDS="$rounds" ./run_test_faults)
echo "kill -9: $rounds rounds"
root=$PWD
(cd build/asan/tests/faults && ./killed_steps "$root/build/asan" "$root/rules" "$rounds")
echo "hostile scripts"
PATH="$PWD/build/asan:$PATH" sh tests/hostile/run.sh tests/hostile/*.lua

if command -v clang >/dev/null; then
    build fuzz
    for target in build/fuzz/tests/fuzz/fuzz_*; do
        name=$(basename "$target" | sed 's/^fuzz_//')
        mkdir -p "build/soak/$name"
        echo "fuzzing $name for $seconds seconds"
        "$target" -max_total_time="$seconds" -timeout=30 -print_final_stats=0 "build/soak/$name" \
            "tests/fuzz/corpus/$name" 2>"build/soak/$name.log" || { tail -40 "build/soak/$name.log"; exit 1; }
    done
fi
echo "nothing found"
