#!/bin/sh
# A morning: what the CRM exported, the run, what follows. Ends with the worst exit code of its steps; a run that moved
# too many leads ends with 1 and holds its effects until `assay run --approve`.
# Usage: morning.sh EXPORTS   (the folder that the CRM writes to; ASSAY_DB and ASSAY_POLICY say the rest)
set -u
exports=$1
worst=0
step() {
    "$@"
    code=$?
    [ $code -gt $worst ] && worst=$code
    return 0
}
for kind in accounts leads events answers touches consent; do
    [ -f "$exports/$kind.csv" ] && step assay import $kind "$exports/$kind.csv" --quiet
done
step assay run --max-moves 5% --deliver --quiet
exit $worst
