# Tests what build.sh built.
set -eu
expect() {
    [ "$1" = "$2" ] || {
        echo "expected '$2', got '$1'" >&2
        exit 1
    }
}
expect "$(dist/bin/greet)" "Hello, world"
expect "$(dist/bin/greet Ada)" "Hello, Ada"
echo "2 tests passed"
