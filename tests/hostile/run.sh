#!/bin/sh
# Runs hostile scripts through the program, each as a part of a pack beside an honest one, on one database. A script says
# in its first lines what must come of it:
#   -- says: TEXT     part of the error; may be repeated. None: the script must run and do no harm
#   -- limits: …      what --allow gets instead of steps=500000: steps, so that a slow machine fails nothing
#   -- as: FILE       it is this file of the pack, not attack.lua
# Whatever the script does, the neighbour's decisions of the same run are stored and the script's pack stores none.
# Usage: sh tests/hostile/run.sh SCRIPT … (assay on the PATH)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ASSAY_DB="$work/base.db"
cp -R "$here/neighbour" "$work/neighbour"
echo "secret" >"$work/outside.lua"
{
    echo "id,email,title"
    echo "L1,a@one.example,COO"
    echo "L2,b@two.example,"
    echo "L3,c@three.example,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"
} >"$work/leads.csv"
assay import leads "$work/leads.csv" --pack "$work/neighbour" --at 2026-06-01 --quiet 2>/dev/null

header() { # word, script
    sed -n "1,12s/^-- $1: *//p" "$2"
}

failed=0
fault() { # script, what is wrong
    failed=$((failed + 1))
    echo "$1: $2"
    sed 's/^/    /' "$work/err"
}

for script in "$@"; do
    name=$(basename "$script" .lua)
    rm -rf "$work/pack"
    cp -R "$here/pack" "$work/pack"
    ln -s "$work/outside.lua" "$work/pack/linked.lua"
    ln -s "$work/outside.lua" "$work/pack/lists/linked.txt"
    as=$(header as "$script")
    cp "$script" "$work/pack/${as:-attack.lua}"
    limits=$(header limits "$script")
    set -- # the options of --allow
    for limit in call=30s load=30s ${limits:-steps=500000}; do
        set -- "$@" --allow "$limit"
    done
    status=0
    # Nothing here lasts a second; what is still running after a minute hangs.
    timeout -k 5 60 assay run "$work/pack" "$work/neighbour" --at 2026-06-02 --json "$@" \
        >"$work/out" 2>"$work/err" || status=$?
    if [ -n "$(header says "$script")" ]; then
        [ "$status" -eq 3 ] || fault "$name" "exit $status, not 3"
        header says "$script" >"$work/says"
        while read -r says; do
            grep -qF -e "$says" "$work/err" || fault "$name" "does not say: $says"
        done <"$work/says"
        # Of the two packs one was stored, and it is the neighbour.
        [ "$(grep -c '^      "run": [1-9]' "$work/out")" -eq 1 ] && [ "$(grep -c '"failed": false' "$work/out")" -eq 1 ] &&
            grep -A 2 '"pack": "neighbour"' "$work/out" | grep -q '"run": [1-9]' ||
            fault "$name" "not the neighbour alone was stored"
    else
        [ "$status" -eq 0 ] || fault "$name" "exit $status, not 0"
    fi
    if grep -qE "Sanitizer|runtime error|secret" "$work/err" "$work/out"; then
        fault "$name" "a sanitizer speaks, or what lies outside was read"
    fi
done
assay db check --quiet >"$work/err" 2>&1 || fault "the database" "is damaged"
[ "$failed" -eq 0 ]
