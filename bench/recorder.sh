#!/bin/bash
# The recorder alone, as a program that uses the libraries has it (bench/recording): one more run, batches of 100, and eight processes
# at once, with none, 10,000 and 1,000,000 records present. RECORDS names a repository with many records that was generated before
# (`generate.py records`); a copy of it is used. RECORD_BENCH names the program where it is built already.
source "$(dirname "$0")/lib.sh"

program=${RECORD_BENCH:-}
if [ -z "$program" ]; then
    swift build --package-path "$bench/.." -c release --static-swift-stdlib --product record-bench >/dev/null
    program=$(swift build --package-path "$bench/.." -c release --show-bin-path)/record-bench
fi

few=$scratch/few
some=$scratch/some
many=$scratch/many
for folder in "$few" "$some"; do
    repository "$folder"
    printf 'name: One step\nsteps:\n  - {id: only, run: "true"}\n' >"$folder/workflows/one.yaml"
    commit_all "$folder"
    git -C "$folder" config gc.auto 0
    "$program" "$folder" one 1 >/dev/null
done
if [ -n "${RECORDS:-}" ]; then
    cp -r "$RECORDS" "$many"
    # The id is bound to the folder; here it is that of the copied records.
    "$program" "$many" one 1 >/dev/null
fi
ref=$(git -C "$some" for-each-ref --format='%(refname)' 'refs/notes/wfrepo/runs/' | tail -n 1)
python3 "$bench/generate.py" notes 10000 "$ref" | git -C "$some" fast-import --quiet
"$program" "$some" one 1 >/dev/null

heading "Recording, milliseconds a run: median and 95th percentile"
for round in 1 2 3; do
    for present in few some many; do
        folder=${!present}
        [ -d "$folder/.git" ] || continue
        echo "round $round, $present present: one: $("$program" "$folder" one 100)   100 at once: $("$program" "$folder" batch 100 10)"
    done
done

heading "Eight processes at once, 100 runs each: taken in, cancelled, ended and recorded, one after the other"
for round in 1 2 3; do
    start=$(date +%s%N)
    for process in 1 2 3 4 5 6 7 8; do "$program" "$few" many 100 >"$scratch/ids.$process" & done
    wait
    elapsed=$((($(date +%s%N) - start) / 1000000))
    cat "$scratch"/ids.? | sort >"$scratch/told"
    # By git alone: each run commit that bears a note.
    git -C "$few" for-each-ref --format='%(refname)' refs/notes/wfrepo/runs/ | while read -r notes; do
        git -C "$few" notes --ref="$notes" list | cut -d ' ' -f 2
    done | git -C "$few" cat-file --batch | sed -n 's/^Run: //p' | sort >"$scratch/recorded"
    echo "round $round: $(wc -l <"$scratch/told") runs in $elapsed ms, $((800000 / elapsed)) a second;" \
        "$(comm -23 "$scratch/told" "$scratch/recorded" | wc -l) lost, $(uniq -d "$scratch/recorded" | wc -l) doubled"
done
git -C "$few" fsck --strict --no-dangling --no-progress
