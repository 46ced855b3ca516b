#!/bin/bash
# The versions of one workflow over 10,000 commits, beside `git log -- FILE` with and without a commit-graph.
source "$(dirname "$0")/lib.sh"

ours=$scratch/ours
repository "$ours"
git -C "$ours" commit -q --no-verify --allow-empty -m "Start"
python3 "$bench/generate.py" history 10000 100 | git -C "$ours" fast-import --quiet
git -C "$ours" reset -q --hard
git -C "$ours" repack -q -a -d
cp -r "$ours" "$scratch/plain"
cp -r "$ours" "$scratch/graph"
git -C "$scratch/graph" commit-graph write --reachable --changed-paths --no-progress
file=workflows/w00050.yaml

heading "The log of one workflow over 10,000 commits"
header
side_by_side 5 \
    "wfrepo log" true "cd $ours && '$wfrepo' log w00050 --json" \
    "wfrepo log, no index yet" "rm -f $ours/.git/wfrepo/index.sqlite*" "cd $ours && '$wfrepo' log w00050 --json" \
    "git log, commit-graph" true "cd $scratch/graph && git log --oneline -- $file" \
    "git log, none" true "cd $scratch/plain && git log --oneline -- $file"
row "log of one workflow" "wfrepo log" "git log, commit-graph" 1
row "the first time" "wfrepo log, no index yet" "git log, none" 3
