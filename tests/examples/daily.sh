#!/bin/sh
# The files of examples/daily say what they should: units and timers belong together and are read by systemd where it is
# there, every command line of them is one that assay takes, and the morning ends with the worst code of its steps.
# Usage: sh tests/examples/daily.sh   (assay is found by PATH)
set -eu
daily=$(cd "$(dirname "$0")/../../examples/daily" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
fail() { echo "$*" >&2; exit 1; }

for unit in "$daily"/*.service "$daily"/*.timer; do
    # A section, a KEY=VALUE, a comment or nothing: whatever else systemd would ignore.
    bad=$(grep -nvE '^(\[(Unit|Service|Timer|Install)\]|[A-Z][A-Za-z]+=.+|#.*|)$' "$unit") && fail "$unit: $bad"
    grep -q '^Description=' "$unit" || fail "$unit says not what it is"
done
for timer in "$daily"/*.timer; do
    [ -f "${timer%.timer}.service" ] || fail "$timer starts nothing"
    grep -q '^OnCalendar=' "$timer" || fail "$timer never ends"
done
if command -v systemd-analyze >/dev/null 2>&1; then
    for timer in "$daily"/*.timer; do
        systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$timer")" >/dev/null || fail "$timer: no such time"
    done
fi

# Five fields of time, then a command.
grep -vE '^(#.*|[A-Z_]+=.*|)$' "$daily/crontab" >"$scratch/lines"
[ "$(wc -l <"$scratch/lines")" -ge 4 ] || fail "the crontab is empty"
bad=$(grep -vE '^([0-9*/,-]+ +){5}[a-z]' "$scratch/lines") && fail "crontab: $bad"

# What stands after "assay" is understood: a word it does not know ends with 2.
sed '/^#/d' "$daily/crontab" "$daily"/*.service "$daily/morning.sh" >"$scratch/all"
grep -ohE '(/usr/local/bin/)?assay (import|run|deliver|digest) [^|&'"'"']*' "$scratch/all" |
    sed 's/^[^ ]*assay //; s/[$]kind/leads/; s/"[$]exports[^"]*"/leads.csv/' | sort -u >"$scratch/commands"
[ "$(wc -l <"$scratch/commands")" -ge 4 ] || fail "no command was found"
while read -r words; do
    code=0
    # shellcheck disable=SC2086
    (cd "$scratch" && assay $words --db none.db) >"$scratch/said" 2>&1 || code=$?
    { [ $code -ne 2 ] && [ $code -lt 126 ]; } || fail "assay $words: $(cat "$scratch/said")"
done <"$scratch/commands"

# The morning: imports what is there, runs, and ends with the worst code.
mkdir "$scratch/exports" "$scratch/bin"
printf 'id,email\nL1,a@b.example\n' >"$scratch/exports/leads.csv"
printf '#!/bin/sh\necho "$@" >>"%s/typed"\n[ "$1" != run ] || exit 1\n' "$scratch" >"$scratch/bin/assay"
chmod +x "$scratch/bin/assay"
code=0
PATH="$scratch/bin:$PATH" sh "$daily/morning.sh" "$scratch/exports" || code=$?
[ $code -eq 1 ] || fail "the morning ended with $code"
printf 'import leads %s/exports/leads.csv --quiet\nrun --max-moves 5%% --deliver --quiet\n' "$scratch" >"$scratch/expected"
diff "$scratch/expected" "$scratch/typed"
