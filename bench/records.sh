#!/bin/bash
# One more run and its record with 0 and with 1,000,000 records present, and eight processes that record at once.
source "$(dirname "$0")/lib.sh"

few=$scratch/few
many=$scratch/many
for folder in "$few" "$many"; do
    repository "$folder"
    printf 'name: One step\nsteps:\n  - {id: only, run: "true"}\n' >"$folder/workflows/one.yaml"
    commit_all "$folder"
    (cd "$folder" && "$wfrepo" run one --json >/dev/null)
done
ref=$(git -C "$many" for-each-ref --format='%(refname)' 'refs/notes/wfrepo/runs/' | head -n 1)
python3 "$bench/generate.py" notes 1000000 "$ref" | git -C "$many" fast-import --quiet

heading "One run of one step, recorded (each is a whole process)"
header
side_by_side 10 \
    "1,000,000 records present" true "cd $many && '$wfrepo' run one --json" \
    "none present" true "cd $few && '$wfrepo' run one --json" \
    "git notes append, none present" true \
    "cd $few && git notes --ref=bench append -m '{\"schema\":\"wfrepo.run/1\"}' HEAD"
row "run and record, 1,000,000 present" "1,000,000 records present" "none present" 1.1
row "run and record, none present" "none present" "git notes append, none present" -

heading "Eight processes at once, 50 runs each, one after the other"
before=$(git -C "$few" rev-list --all --grep='^run one v1 succeeded$' --count)
start=$(date +%s%N)
for process in 1 2 3 4 5 6 7 8; do
    (
        cd "$few" || exit
        for _ in $(seq 50); do "$wfrepo" run one --json >/dev/null || echo "process $process: exit $?" >&2; done
    ) &
done
wait
elapsed=$((($(date +%s%N) - start) / 1000000))
after=$(git -C "$few" rev-list --all --grep='^run one v1 succeeded$' --count)
echo "400 runs in $elapsed ms, $((400000 / elapsed)) a second; $((400 - (after - before))) of 400 records lost"
