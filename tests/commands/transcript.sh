#!/bin/sh
# Runs the console blocks of a Markdown file and compares what they print with what the file shows.
#
#     ```console
#     $ assay import leads leads.csv
#     3 rows: 3 accepted
#     $ assay explain nobody@acme.example
#     assay: no lead "nobody@acme.example"
#     [3]
#     ```
#
# Standard output and standard error are shown together, as on a terminal. A last line "[N]" is an exit code other
# than 0. A line "..." stands for any lines, the sign "…" inside a line for any text. Blocks of one file share one
# scratch folder, in which rules, examples and tests of the source tree are visible.
# A line "<!-- needs: PATH -->" skips the file, saying so, where PATH (seen from the scratch folder; the real data sets
# are "data" there) is missing; "<!-- needs program: NAME -->" where no program of that name is installed.
# Usage: sh tests/commands/transcript.sh [--update] FILE.md   (assay is found by PATH)
set -eu
update=
[ "$1" = --update ] && update=1 && shift
file=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
mkdir "$scratch/here"
for name in rules examples tests README.md; do ln -s "$top/$name" "$scratch/here/$name"; done
[ -d "$top/../shared/data" ] && ln -s "$top/../shared/data" "$scratch/here/data"

sed -n 's/^<!-- needs: \(.*\) -->$/\1/p' "$file" >"$scratch/needs"
while read -r needed; do
    if [ ! -e "$scratch/here/$needed" ]; then
        echo "skipped: $needed is not beside the project"
        exit 77
    fi
done <"$scratch/needs"

sed -n 's/^<!-- needs program: \(.*\) -->$/\1/p' "$file" >"$scratch/programs"
while read -r needed; do
    if ! command -v "$needed" >/dev/null 2>&1; then
        echo "skipped: the program $needed is not installed"
        exit 77
    fi
done <"$scratch/programs"

# What the file shows: numbered commands, each with its expected lines.
awk -v dir="$scratch" '
    /^```console/ { inside = 1; next }
    /^```/        { inside = 0; next }
    inside && /^\$ / { n++; print substr($0, 3) > (dir "/command." n); printf "" > (dir "/expect." n); next }
    inside && /^> / && n { print substr($0, 3) > (dir "/command." n); next }
    inside && n   { print > (dir "/expect." n) }
    END { print n + 0 > (dir "/count") }' "$file"

export NO_COLOR=1 LC_ALL=C.UTF-8 TZ=UTC COLUMNS=100 XDG_CACHE_HOME="$scratch/cache"
unset ASSAY_DB ASSAY_STDLIB 2>/dev/null || true
count=$(cat "$scratch/count")
failed=0 i=0
cd "$scratch/here"
while [ $i -lt "$count" ]; do
    i=$((i + 1))
    code=0
    sh "$scratch/command.$i" >"$scratch/said" 2>&1 </dev/null || code=$?
    # Lines of progress come every five seconds, so that how many there are is the machine's business.
    sed -E '/: [0-9]+%, [0-9,]+ [a-z]+$/d; /^delivering: [0-9,]+ effects$/d' "$scratch/said" >"$scratch/actual.$i"
    [ $code = 0 ] || echo "[$code]" >>"$scratch/actual.$i"
    awk -v actual="$scratch/actual.$i" '
        function matches(a, e,    parts, k, at) {
            if (index(e, "…") == 0) return a == e
            k = split(e, parts, "…")
            if (substr(a, 1, length(parts[1])) != parts[1]) return 0
            a = substr(a, length(parts[1]) + 1)
            for (at = 2; at <= k; at++) {
                if (at == k && parts[at] == "") return 1
                p = (at == k) ? (length(a) - length(parts[at]) + 1) : index(a, parts[at])
                if (p < 1 || substr(a, p, length(parts[at])) != parts[at]) return 0
                a = substr(a, p + length(parts[at]))
            }
            return 1
        }
        function same(i, j) {
            for (;;) {
                if (i > ne) return j > na
                if (e[i] == "...") {
                    for (; j <= na + 1; j++) if (same(i + 1, j)) return 1
                    return 0
                }
                if (j > na || !matches(a[j], e[i])) return 0
                i++; j++
            }
        }
        { e[++ne] = $0 }
        END { while ((getline line < actual) > 0) a[++na] = line; exit !same(1, 1) }' "$scratch/expect.$i" && continue
    [ -n "$update" ] && { cp "$scratch/actual.$i" "$scratch/expect.$i"; continue; }
    failed=$((failed + 1))
    echo "--- $file: this command printed something else:"
    sed 's/^/$ /' "$scratch/command.$i"
    diff -u "$scratch/expect.$i" "$scratch/actual.$i" | tail -n +3 || true
done

if [ -n "$update" ]; then
    awk -v dir="$scratch" '
        /^```console/ { inside = 1; print; next }
        /^```/        { inside = 0; print; next }
        inside && /^\$ / { n++; print; more = 1
            pending = dir "/expect." n; next }
        inside && /^> / && more { print; next }
        inside { next }
        { print }' "$file" >"$scratch/new" # commands only; the outputs are put back below
    awk -v dir="$scratch" '
        function flush(   line) { if (n) while ((getline line < (dir "/expect." n)) > 0) print line }
        /^```console/ { inside = 1; print; next }
        /^```/ && inside { flush(); inside = 0; open = 0; print; next }
        inside && /^\$ / { if (open) flush(); n++; open = 1; print; next }
        { print }' "$scratch/new" >"$scratch/newer"
    cp "$scratch/newer" "$file"
    exit 0
fi
[ "$count" -gt 0 ] || { echo "$file: has no command"; exit 1; }
[ $failed = 0 ]
