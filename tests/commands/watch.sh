#!/bin/sh
# assay test --watch: runs again when a file changes, shows what is wrong with a pack that is being written, and ends on an
# interrupt without a word. Waits for what is printed, never for a time.
# Usage: sh tests/commands/watch.sh   (assay is found by PATH)
set -eu
folder=$(mktemp -d)
export XDG_CACHE_HOME="$folder/cache" NO_COLOR=1
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$folder"' EXIT INT TERM
pid=
mkdir "$folder/pack"
cd "$folder"
printf 'return require "assay.pack" "pack" { owner = "a@b.example", rules = {} }\n' >pack/pack.lua

# A test that expects $1 to be 1.
write_test() {
    printf 'local test = require "assay.test"\ntest.it("is one", function() test.expect(%s):is(1) end)\n' "$1" >pack/new
    mv pack/new pack/one_test.lua
}
# Waits until the output has $1 lines that contain $2.
await() {
    tries=0
    while [ "$(grep -c -- "$2" out || true)" -lt "$1" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 600 ]; then
            echo "never said \"$2\" $1 times:"
            cat out
            exit 1
        fi
        sleep 0.1
    done
}

write_test 1
: >out
assay test pack --watch >out 2>&1 &
pid=$!
await 1 "1 passed, in 1 file"
write_test 2
await 1 "pack/one_test.lua changed"
await 1 "expected 1, saw 2"
printf 'this is no Lua\n' >pack/broken
mv pack/broken pack/pack.lua
await 1 "pack/pack.lua changed"
await 1 "the pack loads"
printf 'return require "assay.pack" "pack" { owner = "a@b.example", rules = {} }\n' >pack/mended
mv pack/mended pack/pack.lua
await 2 "expected 1, saw 2"
write_test 1
await 2 "1 passed, in 1 file"
kill -INT "$pid"
code=0
wait "$pid" || code=$?
pid=
if [ "$code" != 130 ] || grep -q "assay:" out; then
    echo "an interrupt ended it with $code:"
    cat out
    exit 1
fi
echo "5 runs, ended by an interrupt"
