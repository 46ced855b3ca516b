#!/bin/bash
# What wfrepo adds to a workflow of one-second steps: under 1 %.
source "$(dirname "$0")/lib.sh"

repository "$scratch/ours"
{
    printf 'name: Seconds\nsteps:\n'
    for number in 1 2 3 4 5; do printf '  - {id: s%s, run: sleep 1}\n' "$number"; done
} >"$scratch/ours/workflows/seconds.yaml"
commit_all "$scratch/ours"

heading "Overhead on one-second steps"
header
side_by_side 1 \
    wfrepo true "cd $scratch/ours && '$wfrepo' run seconds --json" \
    "sh, the same lines" true "for step in 1 2 3 4 5; do sh -e -c 'sleep 1'; done"
row "5 steps of one second" wfrepo "sh, the same lines" 1.01
