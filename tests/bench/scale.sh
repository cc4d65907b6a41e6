#!/bin/sh
# What W1 costs from 10,000 leads upwards: microseconds a lead of import, first run and later runs, peak and anonymous memory, as a
# table and a chart. What every run decided is compared with the same rules by hand before anything is printed of it.
# Usage: sh tests/bench/scale.sh [MOST [EVENTS [LEAST]]]     (10000 to 1000000 leads; up to 40 events a lead, 20 on average, unless told
# otherwise; LEAST is a one with zeros)
# A million leads need 8 GB of disk while they are imported and ten minutes; what was made is removed again. A scale that would leave
# less than 15 GB free is left out, saying so.
# ASSAY_BENCH_BIN, ASSAY_BENCH_DATA and ASSAY_BENCH_EQUAL as for run.sh.
set -eu
cd "$(dirname "$0")/../.."
most=${1:-1000000}
events=${2:-40}
least=${3:-10000}
. tests/bench/setting.sh
data=${ASSAY_BENCH_DATA:-$PWD/build/scale}
rm -rf "$data"
mkdir -p "$data"
trap 'rm -rf "$data"' EXIT INT TERM
export ASSAY_DB="$data/w1.db"

# Runs a command as `timed` does and looks how much anonymous memory it has: the most in $anonymous (MB). It is timed apart, as
# looking takes time itself.
watched() { # seconds between looks, command …
    pause=$1
    shift
    anonymous=0
    "$@" >"$data/out" 2>&1 &
    child=$!
    while [ -r "/proc/$child/status" ] && kill -0 "$child" 2>/dev/null; do
        while read -r key value _; do
            if [ "$key" = RssAnon: ]; then
                [ "$value" -le "$anonymous" ] || anonymous=$value
            fi
        done <"/proc/$child/status" || true
        sleep "$pause"
    done
    wait "$child" || { cat "$data/out" >&2; exit 3; }
    anonymous=$(awk -v kb="$anonymous" 'BEGIN { printf "%.1f", kb / 1024 }')
}

of() { # name: the median wall time of what was timed under it; the sum where all are parts of one
    sort -n "$data/times.$1" | awk -v sum="${2-}" '{ t[NR] = $1; all += $1 } END { print sum ? all : t[int((NR + 1) / 2)] }'
}
highest() { # name: the highest peak
    awk '$3 > peak { peak = $3 } END { printf "%d", peak }' "$data/times.$1"
}

scale() { # leads
    leads=$1
    rm -f "$data"/times.*
    # Events in slices of a million leads', so that neither the file nor the log of an import needs room for all.
    slices=$(((leads + 999999) / 1000000))
    count=0
    slice=1
    while [ "$slice" -le "$slices" ]; do
        "$bin/tests/bench/w1_data" "$leads" "$data" "$events" "$slice" "$slices"
        rm -f "$data/facts.csv"
        if [ "$slice" = 1 ]; then
            timed import "$assay" import accounts "$data/accounts.csv" --pack $w1 --at 2026-06-30 --quiet
            timed import "$assay" import leads "$data/leads.csv" --pack $w1 --at 2026-06-30 --quiet
        fi
        timed import "$assay" import events "$data/events.csv" --pack $w1 --at 2026-06-30 --quiet
        [ "$slices" = 1 ] || echo "$leads leads: events, slice $slice of $slices: $wall ms, $processor ms of processor time"
        count=$((count + $(wc -l <"$data/events.csv") - 1))
        rm -f "$data"/*.csv
        slice=$((slice + 1))
    done
    timed first "$assay" run $w1 --at 2026-06-30 --baseline --quiet
    for later in 1 2 3; do
        timed later "$assay" run $w1 --at "2026-07-0$later" --quiet --whole
    done
    watched 0.01 "$assay" run $w1 --at 2026-07-04 --quiet --whole
    "$bin/tests/bench/kernel_w1" $w1 "$leads" 1 "$data/kernel.csv" 4 "$events" >"$data/out" || { cat "$data/out" >&2; exit 3; }
    cut -d, -f1,2,3,7 "$data/kernel.csv" >"$data/short.csv"
    decided "$data/program.csv"
    same "$leads leads, $count events" "$data/short.csv" "$data/program.csv"
    disk=$(du -cm "$ASSAY_DB"* | awk 'END { print $1 }')
    echo "$leads $count $(of import sum) $(of first) $(of later) $(highest import) $(highest first) $(highest later) $anonymous $disk" >>"$data/scales"
    rm -rf "$ASSAY_DB"* "$data"/*.csv
}

n=$least
factor=3
[ "$most" -ge "$n" ] || n=$most
while [ "$n" -le "$most" ]; do
    free=$(df -Pm "$data" | awk 'END { print $4 }')
    # Facts, events, decisions with their ledgers and the log that they pass through.
    wanted=$((n / 1000 * (3000 + 125 * events) / 1000))
    if [ "$free" -lt $((wanted + 15000)) ]; then
        echo "left out: $n leads want $wanted MB of disk beside 15000 that stay free; $free are free"
        break
    fi
    scale "$n"
    # 10000, 30000, 100000 …
    if [ "$factor" = 3 ]; then n=$((n * 3)) factor=10; else n=$((n / 3 * 10)) factor=3; fi
done
[ -z "${ASSAY_BENCH_EQUAL-}" ] || exit 0

printf '\n%10s %11s | %8s %8s %8s | %8s %8s %8s | %9s %7s | %7s\n' leads events import "first" later import "first" later anonymous "bytes" disk
printf '%10s %11s | %26s | %26s | %9s %7s | %7s\n' "" "" "microseconds a lead" "peak memory, MB" "MB" "a lead" MB
awk '{
    more = (NR == 1) ? "" : sprintf("%.0f", ($9 - before) * 1048576 / ($1 - fewer))
    fewer = $1; before = $9
    printf "%10d %11d | %8.1f %8.1f %8.2f | %8d %8d %8d | %9.1f %7s | %7d\n", $1, $2, $3 * 1000 / $1, $4 * 1000 / $1, $5 * 1000 / $1,
        $6, $7, $8, $9, more, $10 }' "$data/scales"
echo "anonymous: of a later run; bytes a lead: what each lead more than in the line above takes of it (target 40)"

chart() { # words, column
    printf '\n%s, microseconds a lead\n' "$1"
    awk -v column="$2" '{ n[NR] = $1; each[NR] = $column * 1000 / $1; if (each[NR] > top) top = each[NR] }
        END { for (i = 1; i <= NR; i++) {
            bar = ""
            for (k = 0; k < int(60 * each[i] / top + 0.5); k++) bar = bar "#"
            printf "%10d |%-60s %8.2f\n", n[i], bar, each[i] } }' "$data/scales"
}
chart "import" 3
chart "first run" 4
chart "a day later" 5
