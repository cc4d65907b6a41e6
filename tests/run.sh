#!/bin/sh
# Installs what is missing, builds, and runs every test: first the development build (warnings are errors),
# then the same tests under the address and undefined-behaviour sanitizers. Can be repeated.
# Usage: sh tests/run.sh [ctest arguments, for example -R commands]
set -eu
cd "$(dirname "$0")/.."
sh host/setup.sh

jobs=$(nproc 2>/dev/null || echo 2)
run() {
    cmake --preset "$1" >build/"$1".log 2>&1 || { cat build/"$1".log >&2; exit 3; }
    cmake --build --preset "$1" -j "$jobs" >build/"$1".log 2>&1 || { cat build/"$1".log >&2; exit 3; }
    shift
    ctest "$@"
}

mkdir -p build
export ASAN_OPTIONS="detect_leaks=1:abort_on_error=0" UBSAN_OPTIONS="print_stacktrace=1"
status=0
sh tests/house/seeds.sh
run asan --test-dir build/asan --output-on-failure -j "$jobs" "$@" || status=1
run dev --test-dir build/dev --output-on-failure -j "$jobs" "$@" || status=1
exit $status
