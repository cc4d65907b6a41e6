#!/bin/sh
# One event to a stored decision, in process: a database of W1 that was decided once gets events one by one, each followed by a run
# (one_event.c); then as many more as lines through a pipe to `assay follow` (through_pipe.c). A copy of what comes of it is then decided whole, which must change nothing, before any time is printed.
# Usage: sh tests/bench/one_event.sh [LEADS [EVENTS]]     (100000 leads and 2000 events unless told otherwise)
# ASSAY_BENCH_BIN, ASSAY_BENCH_DATA and ASSAY_BENCH_EQUAL as for run.sh.
set -eu
cd "$(dirname "$0")/../.."
leads=${1:-100000}
events=${2:-2000}
. tests/bench/setting.sh
data=${ASSAY_BENCH_DATA:-$PWD/build/one-event-$leads}
[ -z "${ASSAY_BENCH_EQUAL-}" ] || rm -rf "$data"
mkdir -p "$data"
[ -f "$data/facts.csv" ] || "$bin/tests/bench/w1_data" "$leads" "$data"
rm -rf "$data/one" "$data/whole"
mkdir "$data/one" "$data/whole"
export ASSAY_DB="$data/one/w1.db"
for kind in accounts leads events; do
    "$assay" import "$kind" "$data/$kind.csv" --pack $w1 --at 2026-06-30 --quiet
done
"$assay" run $w1 --at 2026-06-30 --baseline --quiet
"$bin/tests/bench/one_event" $w1 "$ASSAY_DB" "$leads" "$events" >"$data/one_event"
"$bin/tests/bench/through_pipe" "$assay" $w1 "$ASSAY_DB" "$leads" "$events" >"$data/through_pipe"
cp "$data"/one/* "$data/whole/"
ASSAY_DB="$data/whole/w1.db" "$assay" run $w1 --at 2026-06-30 --whole --quiet
decided "$data/decided.one"
ASSAY_DB="$data/whole/w1.db" decided "$data/decided.whole"
same "scores and grades of $leads leads after $events runs of one event each, twice" "$data/decided.one" "$data/decided.whole"
for where in one whole; do
    "$assay" export moves --db "$data/$where/w1.db" --format csv >"$data/moves.$where"
done
same "every move" "$data/moves.one" "$data/moves.whole"
[ -z "${ASSAY_BENCH_EQUAL-}" ] || exit 0
cat "$data/one_event" "$data/through_pipe"
echo "target: p99 of an event to its stored decision under 2 ms"
