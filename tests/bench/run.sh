#!/bin/sh
# W1 through the whole program: makes the data, imports it, decides it twice, and prints wall time, processor time and
# peak memory of each step. A measurement, never a test: quote medians of several calls on a quiet machine.
# Usage: sh tests/bench/run.sh [LEADS]   (default 100000; W1 itself is 1000000)
set -eu
cd "$(dirname "$0")/../.."
leads=${1:-100000}
sh host/setup.sh
mkdir -p build
{ cmake --preset release && cmake --build --preset release -j 2 --target assay w1_data kernel_w1; } \
    >build/bench.log 2>&1 || { cat build/bench.log >&2; exit 3; }
assay=$PWD/build/release/assay
data=build/w1-$leads
if [ ! -f "$data/events.csv" ]; then
    build/release/tests/bench/w1_data "$leads" "$data"
fi
export ASSAY_DB="$data/w1.db"
rm -f "$ASSAY_DB"*

step() { # name, command …
    name=$1
    shift
    if [ -x /usr/bin/time ]; then
        /usr/bin/time -o "$data/time" -f '%e %U %M' "$@" >"$data/out" 2>&1 || { cat "$data/out"; exit 3; }
        awk -v name="$name" '{ printf "%-34s %8.2f s wall %8.2f s user %8.0f MB peak\n", name, $1, $2, $3 / 1024 }' "$data/time"
    else
        start=$(date +%s%N)
        "$@" >"$data/out" 2>&1 || { cat "$data/out"; exit 3; }
        end=$(date +%s%N)
        printf '%-34s %8.2f s wall\n' "$name" "$(awk -v n=$((end - start)) 'BEGIN { print n / 1e9 }')"
    fi
}

echo "W1 with $leads leads, $(($(wc -l <"$data/events.csv") - 1)) events"
step "import accounts" "$assay" import accounts "$data/accounts.csv" --pack tests/bench/w1 --at 2026-06-30 --quiet
step "import leads" "$assay" import leads "$data/leads.csv" --at 2026-06-30 --quiet
step "import events" "$assay" import events "$data/events.csv" --at 2026-06-30 --quiet
step "run, first (all stored)" "$assay" run tests/bench/w1 --at 2026-06-30 --baseline --quiet
step "run, again (nothing new)" "$assay" run tests/bench/w1 --at 2026-06-30 --quiet
step "run, a day later" "$assay" run tests/bench/w1 --at 2026-07-01 --quiet
step "explain one lead" "$assay" explain L7 --at 2026-07-01
printf 'database: '
du -h "$ASSAY_DB" | cut -f1
echo "Kernels alone, in memory:"
build/release/tests/bench/kernel_w1 tests/bench/w1 "$leads"
