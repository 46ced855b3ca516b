#!/bin/bash
# Starting a command that opens a repository, beside a C program that opens it with libgit2.
source "$(dirname "$0")/lib.sh"

read -r -a libgit2 <<<"$(pkg-config --cflags --libs libgit2)"
gcc -O2 -o "$scratch/open" "$bench/open.c" "${libgit2[@]}"
repository "$scratch/one"
python3 "$bench/generate.py" folder 1 "$scratch/one/workflows"
commit_all "$scratch/one"
cd "$scratch/one"

heading "Start-up"
header
side_by_side 30 \
    "wfrepo status" true "'$wfrepo' status" \
    "wfrepo --version" true "'$wfrepo' --version" \
    "C, libgit2: open, HEAD" true "$scratch/open" \
    "git rev-parse HEAD" true "git rev-parse HEAD"
row "a command that opens a repository" "wfrepo status" "C, libgit2: open, HEAD" 2.5
row "a command that opens none" "wfrepo --version" "git rev-parse HEAD" -
