#!/bin/sh
# Lines that are followed while the program is killed again and again: what is left passes `assay db check`, no line is lost
# or counts twice, and all leads end with the scores, grades and stages of a database that took the same in as files and was
# run once.
# Usage: sh tests/faults/follow.sh RULES [KILLS]    (assay and assay-demo on the PATH; 12 kills unless told otherwise)
set -eu
rules=$(cd "$1" && pwd)
kills=${2:-12}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
assay-demo --leads 300 demo >/dev/null
export ASSAY_DB="$work/follow.db"
assay import users demo/users.csv --at 2026-06-23 --quiet
assay import content demo/content.csv --at 2026-06-23 --quiet
assay import accounts demo/accounts.csv --at 2026-06-23 --pack "$rules/inbound" --quiet
for kind in leads events answers consent; do assay import $kind demo/$kind.csv --at 2026-06-23 --quiet; done
assay run "$rules/inbound" --at 2026-06-23 --baseline --quiet
assay db backup "$work/files.db" --quiet

# Cells of these files have neither commas nor quotes.
lines() { # kind
    awk -v kind="$1" -F, 'NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; n = NF; next }
        { printf "{\"import\":\"%s\"", kind
          for (i = 1; i <= n; i++) if ($i != "") printf ",\"%s\":\"%s\"", name[i], $i
          print "}" }' "demo/$1-last-week.csv"
}
{ lines events; lines answers; } | tr -d '\r' | awk '{ print NR * 7919 % 997, $0 }' | sort -n | cut -d' ' -f2- >lines.ndjson

# Each dies at another moment of the lines, which come a few at a time; the next begins from the first line.
slowly() {
    while read -r a; do
        read -r b || b=
        read -r c || c=
        printf '%s\n%s\n%s\n' "$a" "$b" "$c"
        sleep 0.005
    done <lines.ndjson
}
round=0
while [ $round -lt "$kills" ]; do
    round=$((round + 1))
    # What a shell starts beside itself has no input unless it is given one.
    slowly 2>/dev/null | { exec 3<&0; assay follow - --at 2026-06-30 <&3 & echo $! >pid; wait $! || :; } >"answers.$round" 2>/dev/null &
    sleep "0.$((round * 37 % 60 + 10))"
    kill -9 "$(cat pid)" 2>/dev/null || :
    wait
    assay db check --quiet >check || { echo "after kill $round:"; cat check; exit 1; }
done
assay follow - --at 2026-06-30 <lines.ndjson >answers
grep -q '"refused":[1-9]' answers && { echo "a line was refused"; grep refused answers | head -3; exit 1; }
assay db check --quiet

export ASSAY_DB="$work/files.db"
for kind in events answers; do assay import $kind demo/$kind-last-week.csv --at 2026-06-30 --quiet; done
assay run "$rules/inbound" --at 2026-06-30 --quiet
said() { # database
    assay export leads --pack inbound --format csv --db "$1" -o - | tr -d '\r' | cut -d, -f2,10-13,21-23
    assay repl --pack inbound --db "$1" --at 2026-06-30 -e 'sql "SELECT count(*), count(DISTINCT external_id) FROM event"' \
        -e 'sql "SELECT question, value, count(*) FROM answer GROUP BY 1, 2 ORDER BY 1, 2"'
}
said "$work/follow.db" >followed
said "$work/files.db" >taken
cmp -s followed taken || { echo "followed and taken in as files, leads end otherwise:"; diff followed taken | head -20; exit 1; }
[ "$(wc -l <taken)" -gt 300 ]
[ "$(cat answers.* | grep -c '"is":"done"')" -gt "$kills" ] || { echo "no line was followed before a kill"; exit 1; }
