#!/bin/bash
# Saving one changed workflow of 100, and of 10,000 in one folder, beside `git add` and `git commit` as durable as ours.
source "$(dirname "$0")/lib.sh"

heading "Save one changed workflow (git: core.fsync=all, no automatic gc)"
header
# Where a repository's folders happen to lie on the disk is worth a fifth of a save: of the small ones each round has a pair of its own.
for count in 100 10000; do
    pairs=1
    [ "$count" -gt 100 ] || pairs=5
    for pair in $(seq "$pairs"); do
        ours=$scratch/ours-$count-$pair
        peer=$scratch/git-$count-$pair
        repository "$ours"
        git init -q "$peer"
        for folder in "$ours" "$peer"; do
            python3 "$bench/generate.py" folder "$count" "$folder/workflows"
            commit_all "$folder"
        done
    done

    pair=1
    [ "$pairs" -eq 1 ] || pair=\$round
    change="date +'# %N' >>"
    file=workflows/w00050.yaml
    side_by_side 10 \
        wfrepo "cd $scratch/ours-$count-$pair && $change $file" \
        "cd $scratch/ours-$count-$pair && '$wfrepo' commit -m Change w00050" \
        git "cd $scratch/git-$count-$pair && $change $file" \
        "cd $scratch/git-$count-$pair && git add $file && git commit -q -m Change"
    if [ "$count" -eq 100 ]; then at_most=1; else at_most=0.333; fi
    row "save 1 changed of $count" wfrepo git "$at_most"
done
