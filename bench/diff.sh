#!/bin/bash
# Comparing two versions with 50, 500 and 5,000 steps, beside DeepDiff, jsonpatch and git's text diff.
source "$(dirname "$0")/lib.sh"

python=$build/bench-venv/bin/python
if ! "$python" -c 'import deepdiff, jsonpatch, yaml' 2>/dev/null; then
    echo "Installing deepdiff, jsonpatch and PyYAML in $build/bench-venv"
    python3 -m venv "$build/bench-venv"
    "$build/bench-venv/bin/pip" install --quiet deepdiff jsonpatch PyYAML
fi

heading "Structural diff (5 steps modified, 2 moved, 2 inserted, 1 removed, 1 variable changed)"
header
cd "$scratch"
for count in ${WFREPO_BENCH_STEPS:-50 500 5000}; do
    python3 "$bench/generate.py" pair "$count" old.yaml new.yaml
    case $count in
    50) runs=5 deepdiff=0.1 git=- ;;
    500) runs=3 deepdiff=- git=- ;;
    5000) runs=1 deepdiff=0.02 git=5 ;;
    esac
    side_by_side "$runs" \
        wfrepo true "'$wfrepo' diff --no-index --format json-patch old.yaml new.yaml || [ \$? -eq 1 ]" \
        DeepDiff true "'$python' '$bench/differ.py' deepdiff old.yaml new.yaml" \
        jsonpatch true "'$python' '$bench/differ.py' jsonpatch old.yaml new.yaml" \
        "git diff --no-index" true "git diff --no-index old.yaml new.yaml || [ \$? -eq 1 ]"
    row "diff of $count steps" wfrepo DeepDiff "$deepdiff"
    row "" wfrepo jsonpatch -
    row "" wfrepo "git diff --no-index" "$git"
done
