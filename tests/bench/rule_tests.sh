#!/bin/sh
# 1,000 rule tests: makes a pack of 40 rules with 1,000 tests in 10 files from a seed, runs it and prints the median time, beside the
# start-up of the program and a small pack's tests.
# Usage: sh tests/bench/rule_tests.sh [TESTS [ROUNDS]]     (1000 tests and 20 rounds unless told otherwise)
# ASSAY_BENCH_BIN: a build that is there already. ASSAY_BENCH_EQUAL=1: runs the tests once and prints no times (the test suite).
set -eu
cd "$(dirname "$0")/../.."
tests=${1:-1000}
rounds=${2:-20}
. tests/bench/setting.sh
folder=$(mktemp -d)
export XDG_CACHE_HOME="$folder/cache"
trap 'rm -rf "$folder"' EXIT INT TERM
mkdir "$folder/pack"

# A rule for every size from 100 to 4000, and tests whose expected points are counted here.
printf 'return require "assay.pack" "pack" { owner = "a@b.example", rules = { "rules" } }\n' >"$folder/pack/pack.lua"
awk -v tests="$tests" -v folder="$folder/pack" 'BEGIN {
    srand(1)
    rules = folder "/rules.lua"
    print "local q = require \"assay.qualification\"\nlocal m = q.model \"pack\"\nlocal fit = m:score \"fit\"" > rules
    for (i = 1; i <= 40; i++) {
        points[i] = 1 + int(rand() * 20)
        printf "fit:rule \"size %d\" { points = %d, when = q.account.employees:at_least(%d) }\n", i, points[i], i * 100 > rules
    }
    print "local interest = m:score \"interest\"" > rules
    print "interest:rule \"views\" { per_event = { page_view = 2, pricing_view = 10 }, half_life = \"14d\" }" > rules
    print "return m" > rules
    for (t = 0; t < tests; t++) {
        file = sprintf("%s/part%d_test.lua", folder, t % 10)
        if (t < 10)
            print "local test = require \"assay.test\"\nlocal it, expect, decide = test.it, test.expect, test.decide" > file
        size = int(rand() * 4500)
        sum = 0
        for (i = 1; i <= 40; i++)
            if (size >= i * 100)
                sum += points[i]
        views = int(rand() * 5)
        printf "it(\"case %d\", function()\n  local d = decide { account = { employees = %d }, events = {", t, size > file
        for (i = 0; i < views; i++)
            printf " { \"page_view\", \"0d ago\" }," > file
        printf " } }\n  expect(d:score \"fit\"):is(%d)\n  expect(d:points \"views\"):is(%d)\nend)\n", sum, views * 2 > file
    }
}'

"$assay" test "$folder/pack" | grep -q "^$tests passed, in 10 files$" || {
    "$assay" test "$folder/pack" | tail -20
    exit 1
}
if [ -n "${ASSAY_BENCH_EQUAL-}" ]; then
    echo "$tests tests pass"
    exit 0
fi
"$assay" init "$folder/small" --quiet

# The median of so many runs of a command, in milliseconds.
median() {
    i=0
    while [ $i -lt "$rounds" ]; do
        start=$(date +%s%N)
        "$@" >"$folder/out"
        echo $((($(date +%s%N) - start) / 10000))
        i=$((i + 1))
    done | sort -n | awk '{ at[NR] = $1 } END { printf "%.1f", at[int((NR + 1) / 2)] / 100 }'
}
# The processor time of one run in milliseconds, which other work on the machine disturbs less; nothing where it cannot be had.
processor() {
    [ -x /usr/bin/time ] || return 0
    # shellcheck disable=SC2016 # for the inner shell
    /usr/bin/time -q -o "$folder/spent" -f '%U %S' sh -c 'n=$1; shift; while [ "$n" -gt 0 ]; do "$@"; n=$((n - 1)); done' \
        sh "$rounds" "$@" >"$folder/out"
    awk -v rounds="$rounds" '{ printf "%8.1f ms of processor", ($1 + $2) * 1000 / rounds }' "$folder/spent"
}
row() { # words, target, command …
    words=$1
    target=$2
    shift 2
    printf '%-44s %8s ms %s%s\n' "$words" "$(median "$@")" "$(processor "$@")" "$target"
}
row "assay --version" "   target 15 ms" "$assay" --version
row "assay test, the starter pack's 63 tests" "   target 60 ms" "$assay" test "$folder/small"
row "assay test, $tests tests" "" "$assay" test "$folder/pack"
row "assay test --jobs 0, $tests tests" "" "$assay" test "$folder/pack" --jobs 0
