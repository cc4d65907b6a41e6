#!/bin/sh
# Deciding what may have changed beside deciding everybody: two databases get the same imports, each with new events for one lead in a
# hundred; in one of them every run decides all leads, in the other only those that the news or the day may move. Stages, grades,
# verdicts and decisions with their ledgers must be equal before any time is printed: medians of rounds, in pairs.
# Usage: sh tests/bench/incremental.sh [LEADS [ROUNDS]]     (100000 leads and 3 rounds unless told otherwise)
# ASSAY_BENCH_BIN, ASSAY_BENCH_DATA and ASSAY_BENCH_EQUAL as for run.sh.
set -eu
cd "$(dirname "$0")/../.."
leads=${1:-100000}
rounds=${2:-3}
. tests/bench/setting.sh
data=${ASSAY_BENCH_DATA:-$PWD/build/incremental-$leads}
[ -z "${ASSAY_BENCH_EQUAL-}" ] || rm -rf "$data"
mkdir -p "$data"
[ -f "$data/facts.csv" ] || "$bin/tests/bench/w1_data" "$leads" "$data"
if [ ! -f "$data/later" ]; then
    rm -rf "$data/all" "$data/some"
    mkdir "$data/all"
    for kind in accounts leads events; do
        "$assay" import "$kind" "$data/$kind.csv" --db "$data/all/w1.db" --pack $w1 --at 2026-06-30 --quiet
    done
    cp -R "$data/all" "$data/some"
    for where in all some; do # each makes its own files: a copy of them would not lie in large pieces
        "$assay" run $w1 --db "$data/$where/w1.db" --at 2026-06-30 --baseline --quiet
    done
    echo 0 >"$data/later"
fi
rm -f "$data"/times.*

# New events of the given day for the leads that leave the given rest when divided by 100, into both databases.
news() { # rest, day
    awk -v leads="$leads" -v rest="$1" -v day="$2" 'BEGIN {
        split("page_view blog_view whitepaper ebook webinar case_study email_open email_click pricing_view docs_view trial_start demo_request", kind, " ")
        print "id,at,kind,lead_id"
        for (i = rest; i < leads; i += 100)
            for (k = 0; k < 2; k++)
                printf "n%s-%d-%d,%sT%02d:00:00Z,%s,L%d\n", day, i, k, day, 8 + k, kind[1 + int(i / 100 + k * 5) % 12], i
    }' >"$data/news.csv"
    for where in all some; do
        "$assay" import events "$data/news.csv" --db "$data/$where/w1.db" --at "$2" --quiet
    done
}

# A run of both, by turns first.
pair() { # name, day
    for where in $turn; do
        if [ "$where" = all ]; then
            timed "$1.all" "$assay" run $w1 --db "$data/all/w1.db" --at "$2" --quiet --whole
        else
            timed "$1.some" "$assay" run $w1 --db "$data/some/w1.db" --at "$2" --quiet
        fi
    done
}

# What stands in a database: where everybody is, and every decision after the first run's with its ledger; what the program itself
# says of it where the sqlite3 program is missing. Scores are left out, which have their own day.
standing() { # all or some
    if command -v sqlite3 >/dev/null 2>&1; then
        sqlite3 "$data/$1/w1.db" "SELECT * FROM standing ORDER BY model_id, lead_id" "SELECT * FROM decision WHERE run_id > 1 ORDER BY id" \
            "SELECT * FROM ledger WHERE decision_id >= (SELECT min(id) FROM decision WHERE run_id > 1) ORDER BY decision_id, score"
    else
        "$assay" export leads --db "$data/$1/w1.db" --format csv | awk -F, -v OFS=, '
            NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^(score|reason)_/) drop[i] = 1 }
            { for (i = 1; i <= NF; i++) if (i in drop) $i = ""; print }'
        "$assay" export moves --db "$data/$1/w1.db" --format csv
    fi
}

later=$(cat "$data/later")
round=0
turn="all some"
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    later=$((later + 1))
    day=$(date -u -d "2026-06-30 + $later days" +%F)
    news $((later % 100)) "$day"
    pair next "$day"
    news $(((later + 50) % 100)) "$day"
    pair same "$day"
    pair nothing "$day"
    [ "$turn" = "all some" ] && turn="some all" || turn="all some"
    echo "$later" >"$data/later"
done
standing all >"$data/standing.all"
standing some >"$data/standing.some"
same "stages, grades, verdicts and decisions of $leads leads after $((rounds * 3)) runs" "$data/standing.all" "$data/standing.some"
[ -z "${ASSAY_BENCH_EQUAL-}" ] || exit 0

row() { # words, name, target
    paste -d' ' "$data/times.$2.all" "$data/times.$2.some" | awk -v words="$1" -v target="${3-}" '
        function median(of,   i, j, x) {
            for (i = 2; i <= NR; i++)
                for (j = i; j > 1 && of[j - 1] > of[j]; j--) { x = of[j]; of[j] = of[j - 1]; of[j - 1] = x }
            return of[int((NR + 1) / 2)]
        }
        { all[NR] = $1; all_cpu[NR] = $2; some[NR] = $4; some_cpu[NR] = $5; share[NR] = 100 * $4 / $1; if ($6 > peak) peak = $6 }
        END { printf "%-44s %8.1f ms %8.0f ms %8.1f ms %8.0f ms %6.0f MB %6.1f %%  %s\n", words, median(all), median(all_cpu),
            median(some), median(some_cpu), peak, median(share), target }'
}
printf '%-44s %11s %11s %11s %11s %9s %8s\n' "runs of $leads leads" "everybody" "processor" "what may" "processor" "peak" "share"
row "1 % of leads with new events, the same day" same "target 5 % or 60 ms"
row "the next day, 1 % of leads with new events" next
row "nothing new, the same day" nothing
