#!/bin/bash
# One more run and its record with 0, 10,000 and 1,000,000 records present, and eight processes that record at once. RECORDS names
# a repository with many records that was generated before (`generate.py records`), with `gc.auto` 0; runs are added to it.
source "$(dirname "$0")/lib.sh"

few=$scratch/few
some=$scratch/some
many=${RECORDS:-$scratch/many}
for folder in "$few" "$some" "$many"; do
    [ -d "$folder/.git" ] || repository "$folder"
    printf 'name: One step\nsteps:\n  - {id: only, run: "true"}\n' >"$folder/workflows/one.yaml"
    [ -z "$(git -C "$folder" status --porcelain)" ] || commit_all "$folder"
    (cd "$folder" && "$wfrepo" run one --json >/dev/null)
done
# with_notes DIR COUNT: that many further notes on the latest segment of runs.
with_notes() {
    local ref
    ref=$(git -C "$1" for-each-ref --format='%(refname)' 'refs/notes/wfrepo/runs/' | tail -n 1)
    python3 "$bench/generate.py" notes "$2" "$ref" | git -C "$1" fast-import --quiet
}
with_notes "$some" 10000
[ -n "${RECORDS:-}" ] || with_notes "$many" 1000000

heading "One run of one step, recorded (each is a whole process)"
header
side_by_side 10 \
    "1,000,000 records present" true "cd $many && '$wfrepo' run one --json" \
    "10,000 present" true "cd $some && '$wfrepo' run one --json" \
    "none present" true "cd $few && '$wfrepo' run one --json" \
    "git notes append, none present" true \
    "cd $few && git notes --ref=bench append -m '{\"schema\":\"wfrepo.run/1\"}' HEAD"
row "run and record, 1,000,000 present" "1,000,000 records present" "none present" 1.3
row "run and record, 10,000 present" "10,000 present" "none present" 1.3
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
