#!/bin/sh
# W1 beside its peers: makes the data from a seed, runs the same rules in Assay, DuckDB, SQLite, json-rules-engine, Zen and Lua,
# compares what they decided, and only then prints times: medians of rounds in which all take turns. Peers that cannot be had are left out, saying so.
# Usage: sh tests/bench/run.sh [LEADS [ROUNDS]]     (100000 leads and 3 rounds unless told otherwise; W1 itself has 1000000)
# ASSAY_BENCH_PEERS: the folder that peers are installed in; else build/peers. ASSAY_BENCH_BIN: a build that is there already, and
# ASSAY_BENCH_DATA: where the data goes. ASSAY_BENCH_EQUAL=1: compares, fetches nothing and prints no times (the test suite).
set -eu
cd "$(dirname "$0")/../.."
leads=${1:-100000}
rounds=${2:-3}
few=$((leads < 5000 ? leads : 5000)) # what engines of one lead at a time are given
if [ -n "${ASSAY_BENCH_BIN-}" ]; then
    bin=$ASSAY_BENCH_BIN
else
    sh host/setup.sh
    mkdir -p build
    { cmake --preset release && cmake --build --preset release -j 2 --target assay w1_data kernel_w1; } \
        >build/bench.log 2>&1 || { cat build/bench.log >&2; exit 3; }
    bin=$PWD/build/release
fi
assay=$bin/assay
kernel=$bin/tests/bench/kernel_w1
peers=${ASSAY_BENCH_PEERS:-$PWD/build/peers}
data=${ASSAY_BENCH_DATA:-$PWD/build/w1-$leads}
w1=tests/bench/w1
[ -z "${ASSAY_BENCH_EQUAL-}" ] || rm -rf "$data"
[ -f "$data/facts.csv" ] || "$bin/tests/bench/w1_data" "$leads" "$data"

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
note() { # name, milliseconds
    echo "$2" >>"$data/times.$1"
}
now() { date +%s%N; }
timed() { # name, command …
    name=$1
    shift
    start=$(now)
    "$@" >"$data/out" 2>&1 || { cat "$data/out" >&2; exit 3; }
    end=$(now)
    note "$name" $(((end - start) / 1000000))
}
rm -f "$data"/times.* "$data"/result-*.csv
if [ ! -f "$data/imported" ]; then
    rm -rf "$ASSAY_DB"*
    timed import "$assay" import accounts "$data/accounts.csv" --pack $w1 --at 2026-06-30 --quiet
    timed import "$assay" import leads "$data/leads.csv" --at 2026-06-30 --quiet
    timed import "$assay" import events "$data/events.csv" --at 2026-06-30 --quiet
    timed first "$assay" run $w1 --at 2026-06-30 --baseline --quiet
    touch "$data/imported"
fi
sed 's|//|/|g; s/GREATEST(/max(/g; s/LEAST(/min(/g' $w1/decide.sql >"$data/decide-sqlite.sql"
if [ -n "$sqlite" ] && [ ! -f "$data/w1.sqlite" ]; then
    $sqlite "$data/w1.sqlite" -cmd ".import --csv $data/leads.csv lead_file" -cmd ".import --csv $data/accounts.csv account_file" \
        -cmd ".import --csv $data/events.csv event_file" <$w1/tables.sql
fi

# --- the rounds ---

peak() { # the largest memory of a run of Assay, MB
    [ -x /usr/bin/time ] || return 0
    /usr/bin/time -o "$data/time" -f '%M' "$assay" run $w1 --at 2026-06-30 --quiet >/dev/null
    awk '{ printf "%.0f\n", $1 / 1024 }' "$data/time"
}
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    timed run "$assay" run $w1 --at 2026-06-30 --quiet
    "$kernel" $w1 "$leads" 1 "$data/result-kernel.csv" >"$data/kernel"
    note rules "$(awk '$1 == "rules" && NF == 3 { print $2 }' "$data/kernel")"
    note hand "$(awk '/^by hand/ { print $5 }' "$data/kernel")"
    note fit "$(awk '/^fit rules/ { print $4 }' "$data/kernel")"
    if [ -n "$node" ]; then
        node tests/bench/peers/duckdb.mjs "$peers" "$data" $w1/decide.sql "$data/result-duckdb.csv" 2 >"$data/duckdb"
        note duckdb "$(cut -d' ' -f1 "$data/duckdb")"
        node tests/bench/peers/engines.mjs "$peers" "$data/facts.csv" "$data/simple" "$few" >"$data/engines"
        note json-rules-engine "$(awk '/^json/ { print $2 }' "$data/engines")"
        note zen "$(awk '/^zen/ { print $2 }' "$data/engines")"
    fi
    if [ -n "$sqlite" ] && [ "$round" = 1 ]; then
        $sqlite "$data/w1.sqlite" "DROP TABLE IF EXISTS result"
        timed sqlite $sqlite "$data/w1.sqlite" ".read $data/decide-sqlite.sql"
        $sqlite "$data/w1.sqlite" -cmd '.mode csv' "SELECT * FROM result ORDER BY id" | tr -d '\r' >"$data/result-sqlite.csv"
    fi
    if [ -n "$lua" ]; then
        "$kernel" tests/bench/functions "$leads" 1 "$data/functions.csv" >"$data/functions"
        note functions "$(awk '$1 == "rules" && NF == 3 { print $2 }' "$data/functions")"
        note bare "$("$lua" tests/bench/peers/functions.lua tests/bench/functions/model.lua "$data/facts.csv" \
            "$data/functions-bare.csv" "$leads" | cut -d' ' -f2)"
        note lua "$("$lua" tests/bench/peers/closures.lua "$data/facts.csv" "$data/simple-lua.csv" "$few" | cut -d' ' -f2)"
    fi
done

# --- the same decisions? ---

same() { # what, file, file
    cmp -s "$2" "$3" || { echo "$1 decides otherwise:" >&2; diff "$2" "$3" | head -6 >&2; exit 1; }
    echo "equal: $1"
}
echo "W1 with $leads leads, $(($(wc -l <"$data/events.csv") - 1)) events"
for peer in duckdb sqlite; do
    [ ! -f "$data/result-$peer.csv" ] || same "$peer, scores, gates and grades of all leads" "$data/result-kernel.csv" "$data/result-$peer.csv"
done
head -n "$few" "$data/result-kernel.csv" | cut -d, -f1,2 >"$data/simple.csv"
for peer in json-rules-engine zen lua; do
    [ ! -f "$data/simple-$peer.csv" ] || same "$peer, fit of $few leads" "$data/simple.csv" "$data/simple-$peer.csv"
done
[ ! -f "$data/functions-bare.csv" ] || same "functions under bare Lua, all leads" "$data/functions.csv" "$data/functions-bare.csv"
"$assay" export leads --format csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    { printf "%d,%.0f,%.0f,%s\n", substr($c["external_id"], 2), $c["score_fit"] * 1000, $c["score_interest"] * 1000, $c["grade"] }' |
    sort -n >"$data/result-program.csv"
cut -d, -f1,2,3,7 "$data/result-kernel.csv" >"$data/result-short.csv"
same "what the program stored, scores and grades of all leads" "$data/result-short.csv" "$data/result-program.csv"
[ -z "${ASSAY_BENCH_EQUAL-}" ] || exit 0

# --- the times ---

median() { [ ! -f "$data/times.$1" ] || sort -n "$data/times.$1" | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'; }
row() { # words, milliseconds, baseline milliseconds, target
    [ -z "$2" ] || awk -v words="$1" -v t="$2" -v base="$3" -v target="$4" 'BEGIN {
        printf "%-52s %10.1f ms", words, t
        if (base != "" && base > 0) printf "  %8.1fx  %s", t / base, target
        printf "\n" }'
}
run=$(median run)
rules=$(median rules)
fit=$(median fit)
each=$(awk -v fit="$fit" -v few="$few" -v leads="$leads" 'BEGIN { print fit * few / leads }')
row "decided and stored, steady state, two threads" "$run" "" ""
row "decided and stored, first run" "$(median first)" "$run" ""
row "  DuckDB, two threads" "$(median duckdb)" "$run" "target 10x"
row "  SQLite" "$(median sqlite)" "$run" "target 60x"
row "rules in memory, one thread" "$rules" "" ""
row "  by hand in C (less than 0.5x misses the target)" "$(median hand)" "$rules" "target 0.5x"
row "20 simple rules, $few leads, one thread" "$each" "" ""
row "  json-rules-engine" "$(median json-rules-engine)" "$each" "target 1000x"
row "  Zen" "$(median zen)" "$each" "target 1000x"
row "  Lua closures" "$(median lua)" "$each" "target 20x"
functions=$(median functions)
row "20 rules that are Lua functions, all leads, one thread" "$functions" "" ""
row "  under bare lua5.4 (less than 0.77x misses the target)" "$(median bare)" "$functions" "target 0.77x"
echo "peak memory of a run: $(peak) MB; of DuckDB: $(cut -d' ' -f2 "$data/duckdb" 2>/dev/null || true) MB"
sed -n 's/^reading the events/reading the events from memory/p' "$data/kernel"
