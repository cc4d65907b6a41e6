#!/bin/sh
# Bad files: each is refused with what to do, and changes nothing; endless ones take bounded memory. Damaged and newer
# databases are refused.
# Usage: sh tests/faults/files.sh (assay on the PATH)
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export ASSAY_DB="$work/base.db"
failed=0

# expect STATUS TEXT COMMAND …: the exit code, and a part of what it says; never a sanitizer's report.
expect() {
    wanted=$1 text=$2
    shift 2
    status=0
    "$@" >out 2>err || status=$?
    if [ "$status" -ne "$wanted" ] || { [ -n "$text" ] && ! cat out err | grep -qF -e "$text"; } || grep -qE "Sanitizer|runtime error" err; then
        failed=$((failed + 1))
        echo "$*: exit $status, not $wanted, or it does not say \"$text\":"
        sed 's/^/    /' err | head -20
    fi
}

printf 'id,email,title\nL1,a@one.example,COO\nL2,b@two.example,CEO\n' >good.csv
mkdir pack
printf 'return require "assay.pack" "plain" { owner = "o@plain.example", lists = { l = "l.txt" }, rules = { "rules" } }\n' >pack/pack.lua
printf 'local q = require "assay.qualification"\nq.model "m":score "s":rule "r" { points = 1, when = q.lead.email:known() }\n' >pack/rules.lua
printf 'one.example\n' >pack/l.txt
assay import leads good.csv --at 2026-06-01 --quiet
expect 0 "" assay run pack --at 2026-06-02 --quiet
held() {
    assay repl --pack plain --at 2026-06-02 -e 'sql "SELECT id, email, first_name, title FROM lead ORDER BY id"'
}
held >before

# --- files to import ---
: >empty.csv
expect 3 "the file is empty" assay import leads empty.csv
expect 3 "No such file" assay import leads nowhere.csv
expect 3 "is a folder" assay import leads pack
head -c 4000 "$(command -v assay)" >binary.csv
expect 3 "binary.csv" assay import leads binary.csv
printf 'PK\003\004\024\000\000\000\010\000' >zip.csv
head -c 2000 "$(command -v assay)" >>zip.csv
expect 3 "zip archive" assay import leads zip.csv
printf 'id,email,title\nL1,a@one.example,"a quote that never' >cut.csv
expect 1 "1 rejected" assay import leads cut.csv --at 2026-06-01
printf 'id,email,title\nL1,a@one.example,C\000O\n' >nul.csv
expect 3 "binary data" assay import leads nul.csv --at 2026-06-01
printf 'id,email,title\nL1,a@one.example,C\377\376O\n' >invalid.csv
expect 1 "1 rejected" assay import leads invalid.csv --at 2026-06-01
# 1 GB of one line, made as it is read: a megabyte or two of memory must do. ASan's own memory is not counted.
expect 3 "longer than 4 MiB" sh -c '{ printf "id,email,title\nL1,a@one.example,"; head -c 1000000000 /dev/zero | tr "\0" x; } |
    assay import leads - --at 2026-06-01 --quiet'

held >after
cmp -s before after || { failed=$((failed + 1)); echo "a bad file changed leads"; diff before after | head; }

# --- mapping files, packs, lists ---
for bad in empty.csv binary.csv zip.csv; do
    expect 3 "$bad:1: the mapping is not JSON" assay import leads good.csv --map "$bad"
done
printf '{"leads": {' >half.json
expect 3 "half.json:1: the mapping is not JSON" assay import leads good.csv --map half.json
for bad in empty.csv binary.csv; do
    cp -R pack broken
    cp "$bad" broken/rules.lua
    [ "$bad" = empty.csv ] || expect 3 "rules.lua" assay run broken --at 2026-06-02
    cp pack/rules.lua broken/rules.lua
    cp "$bad" broken/pack.lua
    expect 3 "pack.lua" assay run broken --at 2026-06-03
    rm -rf broken
done
cp -R pack broken
head -c 9000000 /dev/zero | tr '\0' '\n' >broken/l.txt
expect 3 "longer than" assay run broken --at 2026-06-02
rm -rf broken

# --- databases ---
expect 0 "" assay db check
cp base.db whole.db
head -c 5000 whole.db >base.db
rm -f base.db-wal base.db-shm
expect 3 "is damaged" assay next --at 2026-06-02
cp whole.db base.db
printf 'not a page of a database, whatever it was' | dd of=base.db bs=1 seek=8192 conv=notrunc 2>/dev/null
status=0
assay db check >out 2>err || status=$?
[ "$status" -ne 0 ] || { failed=$((failed + 1)); echo "db check says nothing of a damaged page"; }
cp good.csv base.db
expect 3 "is no database, or its beginning is damaged" assay next
: >base.db
expect 3 "is empty" assay next
cp whole.db base.db
# The format number stands at byte 60 of SQLite's header.
printf '\000\000\000\007' | dd of=base.db bs=1 seek=60 conv=notrunc 2>/dev/null
expect 3 "never released (7" assay next
expect 3 "into a new database" assay import leads good.csv
printf '\000\000\003\347' | dd of=base.db bs=1 seek=60 conv=notrunc 2>/dev/null
expect 3 "newer version" assay next
expect 3 "never migrated down" assay import leads good.csv
cp whole.db base.db
expect 0 "" assay db check

# A process died while it made the database: the journal of its first page, by SQLite's file format, is there yet.
head -c 4096 whole.db >made.db
{ printf '\331\325\005\371\040\241\143\327\000\000\000\000\001\002\003\004\000\000\000\000\000\000\002\000\000\000\020\000'
    head -c 484 /dev/zero; } >made.db-journal
expect 3 "who was making it ended in the middle" assay report --db made.db
expect 0 "" assay import leads good.csv --at 2026-06-01 --db made.db
expect 0 "" assay report --db made.db

# --- no room, no memory ---
{ echo id,email; for i in $(seq 2000); do echo "N$i,n$i@new.example"; done; } >many.csv
expect 3 "disk I/O error" sh -c 'ulimit -f 20; assay import leads many.csv --at 2026-06-02'
expect 3 "output could not be written" sh -c 'ulimit -f 1; assay manual reference >reference'
expect 0 "" assay db check
expect 0 "" assay import leads many.csv --at 2026-06-02
# However little memory there is: what does not work says so. Sanitizers ask for more addresses than any limit would leave.
if (ulimit -v 1000000 && exec assay --version) >/dev/null 2>&1; then
    for kb in $(seq 12000 2000 60000); do
        status=0
        (ulimit -v "$kb" && exec assay run pack --at 2026-06-02 --dry-run) >out 2>err || status=$?
        [ "$status" -eq 0 ] || grep -q '[a-z]' err || { failed=$((failed + 1)); echo "nothing is said with $kb kB: exit $status"; }
    done
else
    echo "skipped: little memory, under sanitizers"
fi

[ "$failed" -eq 0 ]
