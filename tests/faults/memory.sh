#!/bin/sh
# Memory that is out from some moment on, in every command: none is ended by a signal, each that fails says so, and the
# database is whole afterwards.
# Usage: sh tests/faults/memory.sh NO_MEMORY RULES [MOMENTS]    (the library; assay and assay-demo on the PATH; 8 moments of each)
set -eu
library=$1 rules=$(cd "$2" && pwd) moments=${3:-8}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
assay-demo --leads 60 --accounts 20 demo >/dev/null
export ASSAY_DB="$work/base.db"
assay import accounts demo/accounts.csv --at 2026-06-23 --pack "$rules/inbound" --quiet
for kind in leads events answers consent; do assay import $kind demo/$kind.csv --at 2026-06-23 --quiet; done
assay run "$rules/inbound" --at 2026-06-23 --approve --quiet
mkdir kept && cp base.db* kept
failed=0 fell=0

without() { # COMMAND …, at moments spread over all of its allocations
    LD_PRELOAD="$library" NO_MEMORY_COUNT=count assay "$@" >out 2>err </dev/null || :
    all=$(cat count) i=0
    while [ $i -lt "$moments" ]; do
        i=$((i + 1)) status=0
        cp kept/* .
        LD_PRELOAD="$library" NO_MEMORY_FROM=$((all * (2 * i - 1) / (2 * moments))) assay "$@" >out 2>err </dev/null || status=$?
        fell=$((fell + (status == 3)))
        if [ $status -gt 3 ] || { [ $status -ne 0 ] && ! [ -s err ] && ! [ -s out ]; } || ! assay db check --quiet >check; then
            failed=$((failed + 1))
            echo "$*, without memory from $i of $moments: exit $status"
            cat err check | head -5
        fi
    done
}
without import events demo/events-last-week.csv --at 2026-06-30
without run --whole --at 2026-06-30
without explain L000003 --at 2026-06-30
without next --at 2026-06-30
without report --at 2026-06-30
without repl --at 2026-06-30 -e 'x = lead "L000003"' -e 'why()' -e 'whynot "sales_ready"' -e 'sql "SELECT count(*) FROM event"'
without merge L000003 L000004 --at 2026-06-30
without test "$rules/inbound"
without check "$rules/inbound"
[ $fell -gt $((3 * moments)) ] || { echo "only $fell commands had no memory"; exit 1; }
[ $failed -eq 0 ]
