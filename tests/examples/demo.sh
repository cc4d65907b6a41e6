#!/bin/sh
# What assay-demo makes up lies in its own quarter: before 2026-06-24 in the files of the first day, up to the end of
# 2026-06-30 in those of the last week, whatever the number of leads and the seed; and all of it can be imported as of those days.
# Usage: sh tests/examples/demo.sh RULES   (assay and assay-demo are found by PATH)
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
cd "$scratch"
export ASSAY_DB=demo.db

# within FROM TO FILE …: every instant in the files; days compare as text.
within() {
    from=$1 to=$2
    shift 2
    grep -ohE '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z' "$@" >instants || :
    bad=$(awk -v from="$from" -v to="$to" '$0 < from || $0 >= to' instants | head -3)
    [ -z "$bad" ] || { echo "$leads leads, seed $seed: $bad is not from $from to before $to in $*"; exit 1; }
}

for leads in 20 300 500 2000; do
    for seed in 1 20260630; do
        assay-demo --leads $leads --seed $seed demo
        within 2026-04-01 2026-06-24 demo/events.csv demo/answers.csv demo/consent.csv demo/touches.csv
        within 2026-06-24 2026-07-01 demo/events-last-week.csv demo/answers-last-week.csv
        for kind in users content accounts leads events answers consent touches; do
            assay import $kind "demo/$kind.csv" --at 2026-06-23 --quiet --pack "$1/inbound" --pack "$1/enterprise-abm"
        done
        for kind in events answers; do
            assay import $kind "demo/$kind-last-week.csv" --at 2026-06-30 --quiet
        done
        rm -rf demo demo.db*
    done
done
