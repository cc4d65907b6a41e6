#!/bin/sh
# Installs what the host is built from and tested with, when anything is missing. Debian and Ubuntu; root or sudo.
# Usage: sh host/setup.sh [--list]
set -eu

packages="gcc libc6-dev cmake ninja-build pkg-config
liblua5.4-dev lua-filesystem-dev libsqlite3-dev libcurl4-openssl-dev libpcre2-dev libjansson-dev
libcsv-dev libpsl-dev libutf8proc-dev libsodium-dev libedit-dev tzdata libcmocka-dev jq sqlite3"

if [ "${1-}" = --list ]; then
    echo "$packages" | tr '\n' ' '
    echo
    exit 0
fi

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: this is not Debian or Ubuntu; install the equivalents of these packages, then go on:" >&2
    echo "$packages" >&2
    # Whoever already has the tools may build; CMake names whatever library is still missing.
    command -v cmake >/dev/null 2>&1 && command -v cc >/dev/null 2>&1 && exit 0
    exit 3
fi

missing=
for package in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    case "$state" in
    ii*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
else
    echo "setup: these packages are missing and neither root nor sudo is at hand:$missing" >&2
    exit 3
fi

echo "setup: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
# shellcheck disable=SC2086 # a list of words on purpose
$as_root apt-get -qq install -y --no-install-recommends $missing >/dev/null
