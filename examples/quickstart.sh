#!/bin/sh
# From nothing to the morning screen: installs what is missing, builds, makes demo data, imports it, runs the
# packs that ship, and explains. Can be repeated; everything it makes lies under build/.
# Usage: sh examples/quickstart.sh
set -eu
cd "$(dirname "$0")/.."
sh host/setup.sh

mkdir -p build
say() { printf '\n== %s\n' "$*"; }

echo "Building (build/release.log) ..."
{ cmake --preset release && cmake --build --preset release -j "$(nproc 2>/dev/null || echo 2)" --target assay assay-demo; } \
    >build/release.log 2>&1 || { cat build/release.log >&2; exit 3; }
PATH=$PWD/build/release:$PATH

demo=build/demo
rm -rf "$demo"
assay-demo --leads 2000 "$demo"
export ASSAY_DB="$demo/demo.db"

# The demo's days are fixed, so that everybody sees the same: what is imported on a day is known from that day on.
then=2026-06-23 today=2026-06-30

say "Import: a CRM export and a web tracker's log, up to last week"
assay import users    "$demo/users.csv" --at $then
assay import content  "$demo/content.csv" --at $then
assay import accounts "$demo/accounts.csv" --at $then --pack rules/inbound --pack rules/enterprise-abm
assay import leads    "$demo/leads.csv" --at $then
assay import events   "$demo/events.csv" --at $then
assay import answers  "$demo/answers.csv" --at $then
assay import touches  "$demo/touches.csv" --at $then
assay import consent  "$demo/consent.csv" --at $then

say "The first day: decide without effects, so that nobody is flooded"
assay run rules/inbound rules/enterprise-abm --at $then --baseline --quiet

say "A week later"
assay import events  "$demo/events-last-week.csv" --at $today
assay import answers "$demo/answers-last-week.csv" --at $today

say "This morning's run"
assay run rules/inbound rules/enterprise-abm --at $today

say "Whom to contact today"
assay next --pack inbound --at $today --limit 10

account=$(assay plan --at $today --json | sed -n 's/.*"domain": *"\([^"]*\)".*/\1/p' | head -n 1)
say "One account plan: assay plan $account"
assay plan "$account" --at $today

lead=$(assay next --pack inbound --at $today --limit 1 --json | sed -n 's/.*"email": *"\([^"]*\)".*/\1/p' | head -n 1)
say "One lead, explained to the point: assay explain $lead --model inbound"
assay explain "$lead" --model inbound --at $today

waiting=$(assay handoff --pack inbound --at $today --json | sed -n 's/.*"id": *\([0-9]*\).*/#\1/p' | head -n 1)
say "What sales gets with a lead, up to the score: assay handoff $waiting"
assay handoff "$waiting" --pack inbound --at $today | sed '/^Score/,$d'

cat <<END

Go on with: export PATH=$PWD/build/release:\$PATH ASSAY_DB=$ASSAY_DB
            assay explain LEAD | assay next | assay handoff LEAD | assay plan | assay export leads | assay --help
END
