#!/bin/sh
# W1 beside its peers: makes the data from a seed, runs the same rules in Assay, DuckDB, SQLite, json-rules-engine, Zen and Lua,
# compares what they decided, and only then prints times: medians of rounds in which all take turns, each round a day later than the
# one before. Peers that cannot be had are left out, saying so. README.md says how to read it.
# Usage: sh tests/bench/run.sh [LEADS [ROUNDS]]     (100000 leads and 3 rounds unless told otherwise; W1 itself has 1000000)
# ASSAY_BENCH_PEERS: the folder that peers are installed in; else build/peers. ASSAY_BENCH_BIN: a build that is there already, and
# ASSAY_BENCH_DATA: where the data goes. ASSAY_BENCH_EQUAL=1: compares, fetches nothing and prints no times (the test suite).
set -eu
cd "$(dirname "$0")/../.."
leads=${1:-100000}
rounds=${2:-3}
few=$((leads < 5000 ? leads : 5000))        # what engines of one lead at a time are given
many=$((leads < 100000 ? leads : 100000)) # what plain Lua is given: a few thousand would stay in the cache, as ours do not
. tests/bench/setting.sh
kernel=$bin/tests/bench/kernel_w1
peers=${ASSAY_BENCH_PEERS:-$PWD/build/peers}
data=${ASSAY_BENCH_DATA:-$PWD/build/w1-$leads}
[ -z "${ASSAY_BENCH_EQUAL-}" ] || rm -rf "$data"
[ -f "$data/facts.csv" ] || "$bin/tests/bench/w1_data" "$leads" "$data"
[ -f "$data/many/facts.csv" ] || "$bin/tests/bench/w1_data" "$many" "$data/many" 0

# --- what can be had ---

node=
if command -v node >/dev/null 2>&1; then
    if [ ! -d "$peers/node_modules/@duckdb" ] && [ -z "${ASSAY_BENCH_EQUAL-}" ] && command -v npm >/dev/null 2>&1; then
        mkdir -p "$peers"
        npm install --no-audit --no-fund --silent --prefix "$peers" \
            @duckdb/node-api json-rules-engine @gorules/zen-engine >"$peers/npm.log" 2>&1 || true
    fi
    [ ! -d "$peers/node_modules/@duckdb" ] || node=node
fi
[ -n "$node" ] || echo "left out: DuckDB, json-rules-engine and Zen (node and npm install them)"
sqlite=
if command -v sqlite3 >/dev/null 2>&1 && sqlite3 :memory: 'SELECT pow(2, 1)' >/dev/null 2>&1; then
    sqlite=sqlite3
else
    echo "left out: SQLite (the sqlite3 program, with mathematical functions)"
fi
lua=$(command -v lua5.4 || true)
[ -n "$lua" ] || echo "left out: Lua closures (the lua5.4 program)"

# --- the facts in each ---

export ASSAY_DB="$data/w1.db"
rm -f "$data"/times.* "$data"/result-*.csv
if [ ! -f "$data/later" ]; then
    rm -rf "$ASSAY_DB"* "$data"/once.*
    for kind in accounts leads events; do
        timed import "$assay" import "$kind" "$data/$kind.csv" --pack $w1 --at 2026-06-30 --quiet
    done
    timed first "$assay" run $w1 --at 2026-06-30 --baseline --quiet
    mv "$data/times.first" "$data/once.first"
    decided "$data/result-first.csv"
    echo 0 >"$data/later" # days that the database is further than 2026-06-30
fi
if [ -n "$sqlite" ] && [ ! -f "$data/w1.sqlite" ]; then
    $sqlite "$data/w1.sqlite" -cmd ".import --csv $data/leads.csv lead_file" -cmd ".import --csv $data/accounts.csv account_file" \
        -cmd ".import --csv $data/events.csv event_file" <$w1/sqlite_tables.sql
fi

# --- the rounds ---

# What the tests' own programs print of themselves: name, milliseconds, milliseconds of processor time, MB.
noted() {
    echo "$2 $3 $4" >>"$data/times.$1"
}
of_kernel() { # of the last one of these: name, words that its line begins with, which word is the time
    noted "$1" "$(awk -v begins="$2" -v word="$3" 'index($0, begins) == 1 && $(word + 1) ~ "^ms" { print $word }' "$data/out")" 0 \
        "$(awk '/^peak/ { print $3 }' "$data/out")"
}
# The last day once more, untimed: what a process reads has to be as near as it is for DuckDB, whose statement is timed when it runs
# for the second time. After half a minute of others' turns the first run takes up to twice as long on some machines.
once_more() {
    measured "$assay" run $w1 --at "$(date -u -d "2026-06-30 + $later days" +%F)" --quiet --whole
}
# Leads that the last run moved or gave another grade.
changed() {
    "$assay" repl --json -e 'sql "SELECT count(*) AS changed FROM decision WHERE run_id = (SELECT max(id) FROM run)"' | tr -cd '0-9'
}
later=$(cat "$data/later")
# The targets speak of days on which at most one lead in a hundred changes. Behind a first run, which decides all of them on one day, more
# do for a week: these days are decided, not timed.
while [ "$later" -lt 30 ] && [ -z "${ASSAY_BENCH_EQUAL-}" ] && [ "$(changed)" -gt $((leads / 100)) ]; do
    later=$((later + 1))
    once_more
    echo "$later" >"$data/later"
done
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    once_more
    later=$((later + 1))
    [ "$later" -le 60 ] || { echo "sixty days are used up: remove $data and begin anew" >&2; exit 3; }
    day=$(date -u -d "2026-06-30 + $later days" +%F)
    echo "$later" >"$data/later"
    timed later "$assay" run $w1 --at "$day" --quiet --whole
    changes="${changes-}${changes:+, }$(changed)"
    timed again "$assay" run $w1 --at "$day" --quiet --whole
    "$kernel" $w1 "$leads" 1 "$data/result-kernel.csv" "$later" >"$data/out"
    of_kernel rules "rules  " 2
    of_kernel hand "by hand" 5
    of_kernel fit "fit rules" 4
    sed -n 's/^reading the events/reading the events from memory/p' "$data/out" >"$data/memory"
    if [ -n "$node" ]; then
        # shellcheck disable=SC2046 # three words
        noted duckdb $(node tests/bench/peers/duckdb.mjs "$peers" "$data" $w1/duckdb.sql "$data/result-duckdb.csv" 2 "$day")
        measured node tests/bench/peers/engines.mjs "$peers" "$data/facts.csv" "$data/simple" "$few"
        noted json-rules-engine "$(awk '/^json/ { print $2 }' "$data/out")" 0 "$peak"
        noted zen "$(awk '/^zen/ { print $2 }' "$data/out")" 0 "$peak"
    fi
    if [ -n "$sqlite" ] && [ "$round" = 1 ]; then
        $sqlite "$data/w1.sqlite" "DROP TABLE IF EXISTS result"
        timed sqlite $sqlite "$data/w1.sqlite" -cmd ".parameter set :day $((20634 + later))" ".read $w1/sqlite.sql"
        $sqlite "$data/w1.sqlite" -cmd '.mode csv' "SELECT * FROM result ORDER BY id" | tr -d '\r' >"$data/result-sqlite.csv"
        cp "$data/result-kernel.csv" "$data/result-kernel-1.csv"
    fi
    if [ -n "$lua" ]; then
        "$kernel" tests/bench/functions "$many" 1 "$data/functions.csv" >"$data/out"
        of_kernel functions "rules  " 2
        of_kernel anew "functions anew" 3
        measured "$lua" tests/bench/peers/functions.lua tests/bench/functions/model.lua "$data/many/facts.csv" \
            "$data/functions-bare.csv" "$many"
        noted bare "$(cut -d' ' -f2 "$data/out")" 0 "$peak"
        measured "$lua" tests/bench/peers/closures.lua "$data/facts.csv" "$data/simple-lua.csv" "$many"
        noted lua "$(cut -d' ' -f2 "$data/out")" 0 "$peak"
    fi
done

# --- the same decisions? ---

echo "W1 with $leads leads, $(($(wc -l <"$data/events.csv") - 1)) events, decided on $rounds days up to $day, on which $changes changed"
if [ -f "$data/result-first.csv" ]; then
    "$kernel" $w1 "$leads" 1 "$data/result-kernel-0.csv" >"$data/out"
    cut -d, -f1,2,3,7 "$data/result-kernel-0.csv" >"$data/result-short.csv"
    same "the first run, scores and grades of all leads" "$data/result-short.csv" "$data/result-first.csv"
fi
decided "$data/result-program.csv"
cut -d, -f1,2,3,7 "$data/result-kernel.csv" >"$data/result-short.csv"
same "runs a day later, scores and grades of all leads" "$data/result-short.csv" "$data/result-program.csv"
[ ! -f "$data/result-duckdb.csv" ] ||
    same "duckdb, scores, gates and grades of all leads" "$data/result-kernel.csv" "$data/result-duckdb.csv"
[ ! -f "$data/result-sqlite.csv" ] ||
    same "sqlite, scores, gates and grades of all leads" "$data/result-kernel-1.csv" "$data/result-sqlite.csv"
head -n "$few" "$data/result-kernel.csv" | cut -d, -f1,2 >"$data/simple.csv"
for peer in json-rules-engine zen; do
    [ ! -f "$data/simple-$peer.csv" ] || same "$peer, fit of $few leads" "$data/simple.csv" "$data/simple-$peer.csv"
done
head -n "$many" "$data/result-kernel.csv" | cut -d, -f1,2 >"$data/simple.csv"
[ ! -f "$data/simple-lua.csv" ] || same "Lua closures, fit of $many leads" "$data/simple.csv" "$data/simple-lua.csv"
[ ! -f "$data/functions-bare.csv" ] || same "functions under bare Lua, $many leads" "$data/functions.csv" "$data/functions-bare.csv"
[ -z "${ASSAY_BENCH_EQUAL-}" ] || exit 0

# --- the times ---

ours= # what the rows below are compared with, and by how much it is scaled to their leads
scale=1
row() { # words, name, target
    [ -f "$data/$2" ] || return 0
    awk -v words="$1" -v target="${3-}" -v ours="$ours" -v scale="$scale" -v base="$data/${ours:-none}" '
        function median(of, n,   i, j, x) {
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && of[j - 1] > of[j]; j--) { x = of[j]; of[j] = of[j - 1]; of[j - 1] = x }
            return of[int((n + 1) / 2)]
        }
        BEGIN {
            while (ours != "" && (getline line < base) > 0) { split(line, part, " "); their[++m] = part[1] * scale; sorted[m] = their[m] }
            middle = median(sorted, m)
        }
        { wall[NR] = $1; processor[NR] = $2; if ($3 > peak) peak = $3; ratio[NR] = m >= NR && NR > 1 ? $1 / their[NR] : 0 }
        END {
            if (m > 0) { # in pairs, round by round; what has other rounds is compared with the median
                for (i = 1; i <= NR; i++) ratio[i] = m == NR && their[i] > 0 ? wall[i] / their[i] : wall[i] / middle
                times = sprintf("%8.1fx", median(ratio, NR))
            }
            cpu = median(processor, NR)
            cpu = (cpu > 0) ? sprintf("%.0f ms", cpu) : ""
            peak = (peak > 0) ? sprintf("%.0f MB", peak) : ""
            printf "%-44s %10.1f ms %10s %9s %9s  %s\n", words, median(wall, NR), cpu, peak, times, target
        }' "$data/$2"
}
printf '%-44s %13s %10s %9s %9s\n' "" "wall" "processor" "peak" "ratio"
row "decided and stored, a day later, two threads" times.later
row "decided and stored, again the same day" times.again
ours=times.later
row "  first run" once.first
row "  DuckDB, two threads, to a day later" times.duckdb "target 10x"
row "  SQLite, to a day later" times.sqlite "target 60x"
ours=times.again
row "  DuckDB, two threads, to the same day" times.duckdb "target 10x"
ours=
row "rules in memory, one thread" times.rules
ours=times.rules
row "  by hand in C" times.hand "target 0.5x"
scale=$(awk -v few="$few" -v leads="$leads" 'BEGIN { print few / leads }')
ours=
row "20 simple rules, all leads, one thread" times.fit
ours=times.fit
row "  json-rules-engine, $few leads" times.json-rules-engine "target 1000x"
row "  Zen, $few leads" times.zen "target 1000x"
scale=$(awk -v many="$many" -v leads="$leads" 'BEGIN { print many / leads }')
row "  Lua closures, $many leads" times.lua "target 20x"
scale=1
ours=
row "20 rules that are Lua functions, $many leads" times.anew
ours=times.anew
row "  asked once for leads of the same facts" times.functions
row "  under bare lua5.4, one thread" times.bare "target 0.77x"
cat "$data/memory"

# Where a run's time goes: one more day, and that day again.
once_more
later=$((later + 1))
day=$(date -u -d "2026-06-30 + $later days" +%F)
echo "$later" >"$data/later"
for when in "a day later" "again the same day"; do
    "$assay" run $w1 --at "$day" --json --profile --whole >"$data/out"
    echo "share of each phase, $when:"
    phases "$data/out"
done
