#!/bin/sh
# A pack that ships, as a team would run it: rules/inbound over the demo's leads with all that they did, said and were sent: events with
# their properties, answers, touches, consents; tracks, contact policy, routes. Two databases get the same imports and, each day, news
# of one lead in a hundred; in one every run decides everybody, in the other those whom the news or the day may move. Where everybody
# stands, every decision, place in a track and effect must be equal before any time is printed.
# Usage: sh tests/bench/inbound.sh [LEADS [ROUNDS]]     (20000 leads and 3 rounds unless told otherwise)
# ASSAY_BENCH_BIN, ASSAY_BENCH_DATA and ASSAY_BENCH_EQUAL as for run.sh.
set -eu
cd "$(dirname "$0")/../.."
leads=${1:-20000}
rounds=${2:-3}
. tests/bench/setting.sh
pack=rules/inbound
data=${ASSAY_BENCH_DATA:-$PWD/build/inbound-$leads}
first=2026-06-24
[ -z "${ASSAY_BENCH_EQUAL-}" ] || rm -rf "$data"
mkdir -p "$data"

# The demo's files, with the pages that were looked at, a mail every nine days to two leads in three and a word about calls of one in three.
invent() {
    "$bin/assay-demo" --leads "$leads" "$data"
    awk -F, -v OFS=, 'NR == 1 { print $0, "url", "title"; next }
        $3 == "page_view" || $3 == "pricing_view" { print $0, "https://ours.example/" $3 "/" NR % 211, "Page " NR % 211; next }
        { print $0, "", ($3 == "webinar" || $3 == "ebook" || $3 == "whitepaper") ? "Title " NR % 37 : "" }' \
        "$data/events.csv" >"$data/first-events.csv"
    awk -F, -v leads="$leads" '1
        END { for (i = 0; i < leads; i++) if (i % 3)
                for (k = 0; k < 7; k++)
                    printf "M%06d-%d,2026-%02d-%02dT%02d:00:00Z,L%06d,email,educate,quarterly-letter,\n",
                        i, k, 4 + int(k * 9 / 28), 1 + k * 9 % 28, 8 + i % 9, i }' "$data/touches.csv" >"$data/first-touches.csv"
    awk -F, -v leads="$leads" '1
        END { for (i = 0; i < leads; i += 3)
                printf "L%06d,call,marketing,consent,%s,form,2026-04-02T00:00:00Z\n", i, i % 7 ? "granted" : "denied" }' \
        "$data/consent.csv" >"$data/first-consent.csv"
    # The demo's words of the day after the first are left for later.
    awk -F, -v day="$first" 'NR == 1 || $7 < day' "$data/answers.csv" >"$data/first-answers.csv"
    for kind in users content accounts leads; do cp "$data/$kind.csv" "$data/first-$kind.csv"; done
}

# What one lead in a hundred did and said on a day, from the one with the given rest on.
news() { # rest, day
    awk -v leads="$leads" -v rest="$1" -v day="$2" -v folder="$data" 'BEGIN {
        events = folder "/news-events.csv"; answers = folder "/news-answers.csv"
        touches = folder "/news-touches.csv"; consent = folder "/news-consent.csv"
        print "id,at,kind,lead_id,url,title" >events
        print "lead_id,account_id,question,value,manner,by,at" >answers
        print "id,at,lead_id,channel,ask,content,user" >touches
        print "lead_id,channel,purpose,basis,state,source,at" >consent
        split("page_view pricing_view webinar demo_request page_view trial_start case_study", kind, " ")
        split("none acknowledged confirmed", need, " ")
        for (i = rest; i < leads; i += 100) {
            n = int(i / 100); lead = sprintf("L%06d", i)
            for (k = 0; k < 2; k++)
                printf "N%s-%s-%d,%sT%02d:00:00Z,%s,%s,https://ours.example/%d,\n", day, lead, k, day, 8 + k, kind[1 + (n + k * 3) % 7], lead, n % 97 >events
            if (n % 2 == 0) printf "%s,,need,%s,stated,buyer,%sT11:00:00Z\n", lead, need[1 + n % 3], day >answers
            if (n % 5 == 0) printf "%s,,evaluating,%s,stated,sales,%sT11:30:00Z\n", lead, n % 3 ? "true" : "false", day >answers
            if (n % 3 == 0) printf "N%s-%s,%sT12:00:00Z,%s,call,diagnose,,ana@ours.example\n", day, lead, day, lead >touches
            if (n % 9 == 0) printf "%s,email,marketing,consent,%s,form,%sT13:00:00Z\n", lead, n % 2 ? "objected" : "double_opt_in", day >consent
        } }'
    for where in all some; do
        for kind in events answers touches consent; do
            "$assay" import "$kind" "$data/news-$kind.csv" --db "$data/$where/i.db" --at "$2" --quiet
        done
    done
}

run() { # name, which, day, options …
    step=$1 where=$2 day=$3
    shift 3
    timed "$step.$where" "$assay" run $pack --db "$data/$where/i.db" --at "$day" --json --profile "$@"
    cp "$data/out" "$data/$step.$where.json"
}

pair() { # name, day
    for where in $turn; do
        if [ "$where" = all ]; then run "$1" all "$2" --whole; else run "$1" some "$2"; fi
    done
}

# What stands in a database: where everybody is, what was decided after the first day, places in tracks and effects; what the program
# itself tells of it where the sqlite3 program is missing. Scores are left out, which have their own day.
standing() { # all or some
    if command -v sqlite3 >/dev/null 2>&1; then
        sqlite3 "$data/$1/i.db" "SELECT * FROM lead_standing ORDER BY pack, model, lead_id" "SELECT * FROM decision WHERE run_id > 1 ORDER BY id" \
            "SELECT * FROM enrolment ORDER BY id" "SELECT run_id, kind, lead_id, account_id, payload, state FROM outbox ORDER BY id" \
            "SELECT * FROM handoff ORDER BY id" "SELECT * FROM task ORDER BY id" "SELECT * FROM assignment ORDER BY id"
    else
        "$assay" export leads --db "$data/$1/i.db" --format csv | awk -F, -v OFS=, '
            NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^(score|reason)_/) drop[i] = 1 }
            { for (i = 1; i <= NF; i++) if (i in drop) $i = ""; print }'
        "$assay" export moves --db "$data/$1/i.db" --format csv
    fi
}

if [ ! -f "$data/later" ]; then
    rm -rf "$data/all" "$data/some" "$data"/times.* "$data"/imports
    mkdir "$data/all"
    invent
    for kind in users content accounts leads events answers touches consent; do
        measured "$assay" import $kind "$data/first-$kind.csv" --db "$data/all/i.db" --pack $pack --at $first --quiet
        printf '%-28s %10.1f ms %8d ms %6d MB\n' "import of $kind" "$wall" "$processor" "$peak" >>"$data/imports"
    done
    cp -R "$data/all" "$data/some"
    for where in all some; do # each makes its own files: a copy of them would not lie in large pieces
        run first $where $first --baseline
    done
    mv "$data/times.first.all" "$data/first"
    echo 0 >"$data/later"
fi
rm -f "$data"/times.*

later=$(cat "$data/later")
round=0
turn="all some"
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    later=$((later + 1))
    day=$(date -u -d "$first + $later days" +%F)
    pair later "$day"
    pair same "$day"
    news $((later * 7 % 100)) "$day"
    pair news "$day"
    [ "$turn" = "all some" ] && turn="some all" || turn="all some"
    echo "$later" >"$data/later"
done
standing all >"$data/standing.all"
standing some >"$data/standing.some"
same "standings, decisions, tracks and effects of $leads leads after $((rounds * 3)) runs" "$data/standing.all" "$data/standing.some"
[ -z "${ASSAY_BENCH_EQUAL-}" ] || exit 0

row() { # words, name
    paste -d' ' "$data/times.$2.all" "$data/times.$2.some" | awk -v words="$1" '
        function median(of,   i, j, x) {
            for (i = 2; i <= NR; i++)
                for (j = i; j > 1 && of[j - 1] > of[j]; j--) { x = of[j]; of[j] = of[j - 1]; of[j - 1] = x }
            return of[int((NR + 1) / 2)]
        }
        { all[NR] = $1; all_cpu[NR] = $2; if ($3 > peak) peak = $3; some[NR] = $4; some_cpu[NR] = $5 }
        END { printf "%-28s %10.1f ms %8.0f ms %6.0f MB %10.1f ms %8.0f ms\n", words, median(all), median(all_cpu), peak,
            median(some), median(some_cpu) }'
}
printf '%-28s %13s %11s %9s %13s %11s\n' "$leads leads" "everybody" "processor" "peak" "what may" "processor"
cat "$data/imports"
awk '{ printf "%-28s %10.1f ms %8d ms %6d MB\n", "first run", $1, $2, $3 }' "$data/first"
row "a day later" later
row "the same day" same
row "1 % of leads with news" news
echo "everybody, a day later:"
phases "$data/later.all.json"
