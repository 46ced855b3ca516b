#!/bin/bash
# Saving one changed workflow of 100, and of 10,000 in one folder, beside `git add` and `git commit` as durable as ours.
source "$(dirname "$0")/lib.sh"

heading "Save one changed workflow (git: core.fsync=all, no automatic gc)"
header
for count in 100 10000; do
    ours=$scratch/ours-$count
    peer=$scratch/git-$count
    repository "$ours"
    git init -q "$peer"
    for folder in "$ours" "$peer"; do
        python3 "$bench/generate.py" folder "$count" "$folder/workflows"
        commit_all "$folder"
    done

    change="date +'# %N' >>"
    file=workflows/w00050.yaml
    side_by_side 10 \
        wfrepo "cd $ours && $change $file" "cd $ours && '$wfrepo' commit -m Change w00050" \
        git "cd $peer && $change $file" "cd $peer && git add $file && git commit -q -m Change"
    if [ "$count" -eq 100 ]; then at_most=1; else at_most=0.333; fi
    row "save 1 changed of $count" wfrepo git "$at_most"
done
