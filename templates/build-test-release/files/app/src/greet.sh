#!/bin/sh
# greet [NAME]: greets somebody.
set -eu
if [ "${1:-}" = --version ]; then
    echo "greet @VERSION@ (@COMMIT@)"
    exit 0
fi
echo "Hello, ${1:-world}"
