# shellcheck shell=bash
# What the benchmarks share: the binary, a scratch folder with a home of its own, measuring side by side, the table.
set -euo pipefail

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$bench/.." && pwd)/.build
wfrepo=${WFREPO:-$build/release/wfrepo}
[ -x "$wfrepo" ] || {
    echo "$wfrepo is not there. Hint: make build" >&2
    exit 1
}

# WFREPO_BENCH_DIR: another disk to measure on than that of the temporary folder.
scratch=$(mktemp -d "${WFREPO_BENCH_DIR:-${TMPDIR:-/tmp}}/wfrepo-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/home"
export HOME=$scratch/home GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$scratch/home/.gitconfig
unset XDG_CONFIG_HOME XDG_STATE_HOME XDG_DATA_HOME
git config --global user.name Bench
git config --global user.email bench@example.test
git config --global init.defaultBranch main
git config --global gc.auto 0
git config --global core.fsync all

# repository DIR: an initialised repository without workflows.
repository() {
    "$wfrepo" init "$1" >/dev/null
    mkdir -p "$1/workflows"
}

# commit_all DIR: commits everything by git alone; the figures are of what comes after.
commit_all() {
    git -C "$1" add -A
    git -C "$1" -c core.fsync=none commit -q --no-verify -m "Start"
}

heading() { printf '\n%s\n' "$1"; }

# side_by_side RUNS NAME PREPARE COMMAND [NAME PREPARE COMMAND]...: times the commands in turns, five rounds of them, so
# that a slow minute of the machine hits all alike; the results are for `row`. A command runs RUNS times a round, and finds
# the round's number, 1 to 5, in $round.
side_by_side() {
    local runs=$1 arguments=() round
    shift
    while [ $# -gt 0 ]; do
        arguments+=(--command-name "$1" --prepare "$2" "$3")
        shift 3
    done
    rm -f "$scratch"/round-*.json
    for round in 1 2 3 4 5; do
        export round
        hyperfine --style none --warmup 1 --runs "$runs" --export-json "$scratch/round-$round.json" \
            "${arguments[@]}" >/dev/null 2>"$scratch/hyperfine.log" || {
            cat "$scratch/hyperfine.log" >&2
            return 1
        }
    done
}

# row WORK OURS PEER AT-MOST: a line of the table, from the medians of the last `side_by_side`.
row() { python3 "$bench/table.py" "$1" "$2" "$3" "$4" "$scratch"/round-*.json; }

header() { python3 "$bench/table.py"; }
