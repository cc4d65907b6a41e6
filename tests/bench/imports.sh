#!/bin/sh
# How long imports take beside the sqlite3 program's .import, in rounds in which all take turns: leads and events into an empty
# database, the same leads again, and again with one in a hundred changed. sqlite3 is given the same tables with the rows as they come
# out (nothing is left to find or to check), and plain ones of the file's columns. All rows must be there before a time is printed.
# Usage: sh tests/bench/imports.sh [LEADS [ROUNDS]]     (100000 leads, 20 events each, and 3 rounds unless told otherwise)
# ASSAY_BENCH_BIN: a build that is there already; ASSAY_BENCH_DATA: where the data goes; ASSAY_BENCH_EQUAL=1: counts rows and prints
# no times (the test suite).
set -eu
command -v sqlite3 >/dev/null 2>&1 || { echo "this needs the sqlite3 program" >&2; exit 77; }
cd "$(dirname "$0")/../.."
leads=${1:-100000}
rounds=${2:-3}
. tests/bench/setting.sh
data=${ASSAY_BENCH_DATA:-$PWD/build/w1-$leads}
[ -f "$data/events.csv" ] || "$bin/tests/bench/w1_data" "$leads" "$data"
events=$(($(wc -l <"$data/events.csv") - 1))
awk -F, -v OFS=, 'NR > 1 && NR % 100 == 0 { $3 = $3 " II" } { print }' "$data/leads.csv" >"$data/changed.csv"
rm -f "$data"/took.*
export ASSAY_DB="$data/import.db"
twin="$data/import.sqlite"

timed() { # name, command …: wall seconds, processor seconds, MB
    name=$1
    shift
    begun=$(date +%s%N)
    if [ -x /usr/bin/time ]; then
        /usr/bin/time -o "$data/time" -f '%U %S %M' "$@" >"$data/out" 2>&1 || { cat "$data/out" >&2; exit 3; }
    else
        "$@" >"$data/out" 2>&1 || { cat "$data/out" >&2; exit 3; }
        echo "0 0 0" >"$data/time"
    fi
    ended=$(date +%s%N)
    awk -v wall=$((ended - begun)) '{ print wall / 1e9, $1 + $2, $3 / 1024 }' "$data/time" >>"$data/took.$name"
}
holds() { # what, rows that there must be, rows that there are
    [ "$2" = "$3" ] || { echo "$1: $3 rows where there should be $2" >&2; exit 1; }
}
count() { # database, table
    sqlite3 "$1" "SELECT count(*) FROM $2"
}
theirs() { # name, file, table
    timed "$1" sqlite3 "$twin" "PRAGMA synchronous = NORMAL" "PRAGMA cache_size = -524288" ".import --csv $2 $3"
}

round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    rm -f "$ASSAY_DB"* "$twin"*
    "$assay" import accounts "$data/accounts.csv" --pack $w1 --at 2026-06-30 --quiet
    timed leads "$assay" import leads "$data/leads.csv" --at 2026-06-30 --quiet
    holds "the import of leads" "$leads" "$(count "$ASSAY_DB" lead)"
    holds "the names of the leads" "$((2 * leads))" "$(count "$ASSAY_DB" identity)"
    timed events "$assay" import events "$data/events.csv" --at 2026-06-30 --quiet
    holds "the import of events" "$events" "$(count "$ASSAY_DB" event)"
    if [ "$round" = 1 ]; then # the rows as they come out
        rm -f "$data"/made-*.csv
        sqlite3 -csv "$ASSAY_DB" "SELECT id, first_known, source_id, account_id, matched_by, match_score, match_note, crm_account,
            mail_domain, email, title, job_level, country, source FROM lead ORDER BY id" >"$data/made-lead.csv"
        sqlite3 -csv "$ASSAY_DB" "SELECT system, value, lead_id, known_at, alias FROM identity ORDER BY lead_id" >"$data/made-identity.csv"
        sqlite3 -csv "$ASSAY_DB" "SELECT id, lead_id, kind_id, time, known_at, hash, batch_id, source_id, external_id FROM event
            ORDER BY id" >"$data/made-event.csv"
    fi
    sqlite3 "$twin" <$w1/imports.sql >/dev/null
    theirs same-lead "$data/made-lead.csv" lead
    theirs same-identity "$data/made-identity.csv" identity
    theirs same-event "$data/made-event.csv" event
    theirs plain-lead "$data/leads.csv" lead_file
    theirs plain-event "$data/events.csv" event_file
    holds "sqlite3, leads" "$leads" "$(count "$twin" lead)"
    holds "sqlite3, names" "$((2 * leads))" "$(count "$twin" identity)"
    holds "sqlite3, events" "$events" "$(count "$twin" event)"
    # the plain tables have the header as a row
    holds "sqlite3, plain leads" "$((leads + 1))" "$(count "$twin" lead_file)"
    holds "sqlite3, plain events" "$((events + 1))" "$(count "$twin" event_file)"
    timed again "$assay" import leads "$data/leads.csv" --at 2026-07-01 --quiet
    holds "the same leads again: changes" 0 "$(count "$ASSAY_DB" field_history)"
    timed changed "$assay" import leads "$data/changed.csv" --at 2026-07-01 --quiet
    holds "one lead in a hundred: changes" "$((leads / 100))" "$(count "$ASSAY_DB" "lead WHERE title LIKE '%II'")"
    holds "the leads after all" "$leads" "$(count "$ASSAY_DB" lead)"
done
echo "all rows arrived: $leads leads, $((2 * leads)) names, $events events"
[ -z "${ASSAY_BENCH_EQUAL-}" ] || exit 0

paste -d ' ' "$data/took.same-lead" "$data/took.same-identity" |
    awk '{ print $1 + $4, $2 + $5, ($3 > $6) ? $3 : $6 }' >"$data/took.same-both"
row() { # words, name, rows, the name of ours: medians, and the median of the ratios of the rounds
    [ -f "$data/took.$2" ] || return 0
    paste -d ' ' "$data/took.$2" "$data/took.$4" | awk -v words="$1" -v rows="$3" '
        function median(list, n,  i, j, t) {
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
            return list[int((n + 1) / 2)]
        }
        { wall[NR] = $1; cpu[NR] = $2; if ($3 > peak) peak = $3
          ratio[NR] = $4 / $1; work[NR] = ($2 > 0) ? $5 / $2 : 0 }
        END { printf "%-44s %8.2f s %8.2f s %6.2f us %6.0f MB %8.2f %8.2f\n", words, median(wall, NR), median(cpu, NR),
                  median(cpu, NR) * 1e6 / rows, peak, median(ratio, NR), median(work, NR) }'
}
printf '%-44s %10s %10s %9s %9s %8s %8s\n' "" wall processor "a row" peak "ours/it" "(processor)"
row "assay import leads" leads "$leads" leads
row "  sqlite3 .import, the same two tables" same-both "$leads" leads
row "  sqlite3 .import, the lead table alone" same-lead "$leads" leads
row "  sqlite3 .import, a plain table" plain-lead "$leads" leads
row "assay import leads, all as before" again "$leads" again
row "assay import leads, 1 in 100 changed" changed "$leads" changed
row "assay import events" events "$events" events
row "  sqlite3 .import, the same table" same-event "$events" events
row "  sqlite3 .import, a plain table" plain-event "$events" events
