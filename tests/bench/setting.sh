# What the benchmarks have in common: the build, how a command is timed, what the program decided. Read by them, from the top folder;
# `data` is set before a command is timed.
w1=tests/bench/w1
if [ -n "${ASSAY_BENCH_BIN-}" ]; then
    bin=$ASSAY_BENCH_BIN
else
    sh host/setup.sh
    mkdir -p build
    { cmake --preset release && cmake --build --preset release -j 2 --target assay assay-demo w1_data kernel_w1 one_event through_pipe; } \
        >build/bench.log 2>&1 || { cat build/bench.log >&2; exit 3; }
    bin=$PWD/build/release
fi
assay=$bin/assay

# Runs a command. What it wrote is in $data/out; sets `wall` and `processor` (milliseconds) and `peak` (MB).
measured() {
    processor=0 peak=0
    began=$(date +%s%N)
    if [ -x /usr/bin/time ]; then
        /usr/bin/time -q -o "$data/spent" -f '%U %S %M' "$@" >"$data/out" 2>&1 || { cat "$data/out" >&2; exit 3; }
    else
        "$@" >"$data/out" 2>&1 || { cat "$data/out" >&2; exit 3; }
    fi
    wall=$((($(date +%s%N) - began) / 10000))
    wall=$(awk -v w="$wall" 'BEGIN { printf "%.2f", w / 100 }')
    [ ! -x /usr/bin/time ] || processor=$(awk '{ printf "%.0f", ($1 + $2) * 1000 }' "$data/spent")
    [ ! -x /usr/bin/time ] || peak=$(awk '{ printf "%.0f", $3 / 1024 }' "$data/spent")
}

timed() { # name, command …
    name=$1
    shift
    measured "$@"
    echo "$wall $processor $peak" >>"$data/times.$name"
}

# The program's scores in milli-points and its grades, as the other engines' results are written.
decided() { # file
    "$assay" export leads --format csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
        { printf "%d,%.0f,%.0f,%s\n", substr($c["external_id"], 2), $c["score_fit"] * 1000, $c["score_interest"] * 1000, $c["grade"] }' |
        sort -n >"$1"
}

same() { # what, file, file
    cmp -s "$2" "$3" || { echo "$1: decided otherwise:" >&2; diff "$2" "$3" | head -6 >&2; exit 1; }
    echo "equal: $1"
}

phases() { # JSON of a run with --profile
    awk 'BEGIN { split("rules events conditions functions scores", inner, " "); for (i in inner) under[inner[i]] = i > 1 }
        $1 == "\"milliseconds\":" { all = $2 + 0 }
        $1 == "\"profile\":" { within = 1 }
        within && $1 == "\"parts\":" { exit }
        within && $2 + 0 > 0 && $1 ~ /_ms":$|^"(events|conditions|functions|scores)":$/ {
            name = $1; gsub(/[":]|_ms/, "", name)
            if (!under[name]) known += $2
            printf "  %-16s %9.1f ms %5.1f%%%s\n", (under[name] ? "  " : "") name, $2, 100 * $2 / all,
                under[name] ? "  within rules, of all threads together" : "" }
        END { printf "  %-16s %9.1f ms %5.1f%%\n", "everything else", all - known, 100 * (all - known) / all }' "$1"
}
