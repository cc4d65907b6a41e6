#!/bin/sh
# House rules. Usage: sh tests/house/check.sh RULE, from the top of the source tree.
# Prints each offence as FILE:LINE: text and ends 1 when there is any.
set -eu
rule=${1:?rule}

sources() {
    find host -name '*.[ch]' | sort
}

case "$rule" in
includes)
    # A file includes only its own folder and folders to the left in the arrow; some libraries have one user.
    found=$(sources | xargs awk '
        BEGIN {
            n = split("base data score store net run bind cmd main", order, " ")
            for (i = 1; i <= n; i++) rank[order[i]] = i
            only["sqlite3.h"] = "store"; only["curl/curl.h"] = "net"; only["pcre2.h"] = "score"
            only["lua.h"] = "bind"; only["lauxlib.h"] = "bind"; only["lualib.h"] = "bind"; only["lfs.h"] = "bind"
            only["csv.h"] = "data"; only["libpsl.h"] = "data"
        }
        /^[ \t]*#[ \t]*include/ {
            split(FILENAME, part, "/"); here = (part[2] == "main.c") ? "main" : part[2]
            target = $0; gsub(/.*[<"]|[>"].*/, "", target)
            if ($0 ~ /"/) {
                split(target, there, "/")
                if (there[1] in rank && rank[there[1]] > rank[here])
                    printf "%s:%d: %s may not include %s\n", FILENAME, FNR, here, target
            } else if (target in only && only[target] != here)
                printf "%s:%d: only %s may include %s\n", FILENAME, FNR, only[target], target
        }')
    ;;
rooms)
    # Rooms of a folder have an order, too; headers on top of the folder are for all of its rooms.
    order='data/identity data/facts data/pack data/rows data/mapping data/ingest
        score/statistics score/tree score/plan score/model score/check score/testing
        store/facts store/decisions store/snapshot store/work store/report
        run/decision run/accounts run/effects run/explain run/merging run/handoff run/queue run/difference run/programmes run/report
        run/learn run/sample
        bind/sandbox bind/module bind/language bind/script bind/trial bind/session bind/manual
        cmd/output cmd/line cmd/facts cmd/packs cmd/decisions'
    found=$(for room in $(sources | grep -E '^host/[^/]+/[^/]+/' | cut -d/ -f2,3 | sort -u); do
            case " $(echo $order) " in
            *" $room "*) ;;
            *) echo "host/$room: has no place in the order of rooms" ;;
            esac
        done
        sources | xargs awk -v order="$order" '
        BEGIN {
            n = split(order, room, " ")
            for (i = 1; i <= n; i++) rank[room[i]] = i
        }
        /^[ \t]*#[ \t]*include[ \t]*"/ {
            split(FILENAME, part, "/"); here = part[2] "/" part[3]
            target = $0; gsub(/.*include[ \t]*"|".*/, "", target)
            split(target, there, "/"); to = there[1] "/" there[2]
            if (part[2] == there[1] && here in rank && to in rank && rank[to] > rank[here])
                printf "%s:%d: %s may not include %s\n", FILENAME, FNR, here, target
        }')
    ;;
banned)
    found=$(sources | xargs grep -nE '(^|[^A-Za-z0-9_])(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|atof|alloca|gets|setjmp|longjmp|rand|srand)[[:space:]]*\(' || true)
    ;;
length)
    found=$( (sources; find stdlib -name '*.lua') | xargs wc -l | awk '$2 != "total" && $1 > 500 { printf "%s: %d lines, at most 500\n", $2, $1 }')
    ;;
names)
    found=$(git ls-files host stdlib rules tests examples | grep -iE '(^|/)(util|utils|common|misc|helper|helpers|stuff)(\.|/|_)' | sed 's/$/: name a noun/' || true)
    ;;
readmes)
    found=$(for folder in $(find host -type d ! -name cmake ! -name lists | sort) stdlib rules tests examples; do
        [ -f "$folder/README.md" ] || echo "$folder: has no README.md"
    done; for pack in rules/*/; do [ -f "$pack/README.md" ] || echo "$pack: has no README.md"; done)
    ;;
named)
    # What a comment or a README calls by its path is there: a file, with or without its ending, or a folder.
    found=$(git grep -nIoE '(^|[^A-Za-z0-9_/.])host/[a-z_]+(/[a-z_]+)*(\.[a-z]+)?' -- host tests stdlib rules examples '*.md' |
        sed -E 's|:[^:]?(host/[^:]*)$|:\1|; s|\.$||' | while IFS=: read -r file line path; do
        [ -e "$path" ] || [ -e "$path.h" ] || [ -e "$path.c" ] || echo "$file:$line: there is no $path"
    done)
    ;;
paths)
    # A path of somebody's machine, or the host of a package registry, means nothing to a reader.
    found=$(git grep -nIE '(^|[^A-Za-z0-9_.])/(root|home/[a-z]+|work)/|deb\.debian\.org|registry\.npmjs\.org' -- . ':!tests/house/check.sh' || true)
    ;;
top)
    # The layout shows the architecture: nothing else lies on top. What a killed test left behind shows here, too.
    found=$(git ls-files | sed -nE 's|^([^/]+)/.*|\1|p' | sort -u | grep -vxE 'host|rules|stdlib|tests|examples|\.[a-z]+' |
        sed 's/$/: no folder of the top level/' || true)
    ;;
generated)
    found=$(git ls-files | grep -E '(^|/)(build|CMakeFiles)/|\.(o|a|so|db|db-[a-z0-9-]+|rejects\.csv|gcno|gcda)$' || true)
    ;;
*)
    echo "check: no rule \"$rule\"" >&2
    exit 2
    ;;
esac

[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
