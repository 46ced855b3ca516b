#!/bin/sh
# scripts/setup.sh build|test|demo|bench...: installs the system packages which these tasks need and which are missing.
# Uses apt-get, through sudo where the user is not root. Says what it does; silent and quick when nothing is missing.
set -eu

missing=
# need PACKAGE COMMAND...: the package is missing unless the command succeeds.
need() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
program() { need "$1" command -v "$2"; }

for task in "$@"; do
    program git git
    program pkg-config pkg-config
    need libgit2-dev pkg-config --exists libgit2
    need libsqlite3-dev pkg-config --exists sqlite3
    # Their headers, and the libraries that steps load (libarchive13, libjq1).
    need libarchive-dev test -e /usr/include/archive.h
    need libjq-dev test -e /usr/include/jq.h
    case $task in
    build) ;;
    demo)
        program sqlite3 sqlite3
        ;;
    test)
        program sqlite3 sqlite3
        program curl curl
        program openssl openssl
        program python3 python3
        program shellcheck shellcheck
        need python3-jsonschema python3 -c 'from jsonschema import Draft202012Validator'
        ;;
    bench)
        program hyperfine hyperfine
        program ninja-build ninja
        program gcc gcc
        program python3 python3
        need time test -x /usr/bin/time
        need python3-venv python3 -c 'import venv, ensurepip'
        ;;
    *)
        echo "setup.sh: unknown task $task; known: build test demo bench" >&2
        exit 64
        ;;
    esac
done
# shellcheck disable=SC2086 # a list of words, here and below
missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')

if ! command -v swift >/dev/null; then
    echo "wfrepo needs Swift 6.2 or later, and there is no swift on PATH. See https://www.swift.org/install/" >&2
    exit 1
fi

# Package.swift looks here for static archives of libraries that other packages name: each shared library less is a
# quicker start. Where an archive is missing, its shared library is linked.
link_archives() {
    mkdir -p .build/archives
    for archive in libsqlite3.a libstdc++.a libz.a; do
        for path in "/usr/lib/$(uname -m)-linux-gnu/$archive" "/usr/lib/gcc/$(uname -m)-linux-gnu"/*/"$archive"; do
            if [ -f "$path" ]; then ln -sf "$path" .build/archives/; fi
        done
    done
}

if [ -z "${missing% }" ]; then
    link_archives
    exit 0
fi

if ! command -v apt-get >/dev/null; then
    echo "These packages (Debian's names) are missing, and there is no apt-get here to install them: $missing" >&2
    echo "Hint: install them with your system's package manager, then repeat the command." >&2
    exit 1
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Missing packages: $missing. Installing them needs root, and there is no sudo here." >&2
        echo "Hint: as root, run: apt-get install $missing" >&2
        exit 1
    fi
    as_root=sudo
fi

echo "Installing missing system packages: $missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
link_archives
