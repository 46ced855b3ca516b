# shellcheck shell=bash
# steps SHAPE COUNT MAKE-AT-MOST NINJA-AT-MOST FLOOR-AT-MOST: runs COUNT steps of `true`, chained or independent, beside
# make and ninja with a state file a step (which they don't sync), and beside bare posix_spawn.
source "$(dirname "$0")/lib.sh"

steps() {
    local shape=$1 count=$2 width=2
    [ "$shape" = independent ] || width=1
    gcc -O2 -o "$scratch/spawn" "$bench/spawn.c"
    repository "$scratch/ours"
    python3 "$bench/generate.py" "$shape" "$count" >"$scratch/ours/workflows/steps.yaml"
    commit_all "$scratch/ours"
    mkdir "$scratch/peer"
    python3 "$bench/generate.py" make "$shape" "$count" >"$scratch/peer/Makefile"
    python3 "$bench/generate.py" ninja "$shape" "$count" >"$scratch/peer/build.ninja"

    heading "Run $count steps of true, $shape (ours is durable: each transition is synced before it counts)"
    header
    local clean="cd $scratch/peer && rm -rf state .ninja_* && mkdir state"
    side_by_side 3 \
        wfrepo true "cd $scratch/ours && taskset -c 0,1 '$wfrepo' run steps --json" \
        "make -j2" "$clean" "cd $scratch/peer && taskset -c 0,1 make -s -j2" \
        "ninja -j2" "$clean" "cd $scratch/peer && taskset -c 0,1 ninja --quiet -j2" \
        "posix_spawn, $width at once" true "taskset -c 0,1 $scratch/spawn $count $width"
    row "$count $shape steps" wfrepo "make -j2" "$3"
    row "" wfrepo "ninja -j2" "$4"
    row "" wfrepo "posix_spawn, $width at once" "$5"

    local kib
    kib=$(cd "$scratch/ours" && /usr/bin/time -f %M "$wfrepo" run steps --json 2>&1 >/dev/null | tail -n 1)
    echo "memory at its peak: $((kib / 1024)) MiB"
}
