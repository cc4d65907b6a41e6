#!/bin/sh
# Every benchmark, one after another: what is aimed at beside what is reached.
# Usage: sh tests/bench/all.sh [LEADS]     (100000 leads unless told otherwise; W1 itself has 1000000)
set -eu
cd "$(dirname "$0")"
leads=${1:-100000}
for bench in "run $leads" "incremental $leads" "inbound $leads" "one_event $leads" "imports $leads" "one_event $leads" "rule_tests" "scale $leads"; do
    printf '\n--- %s\n' "$bench"
    # shellcheck disable=SC2086 # a name and its argument
    set -- $bench
    name=$1
    shift
    sh "./$name.sh" "$@" || echo "$name ended with $?"
done
