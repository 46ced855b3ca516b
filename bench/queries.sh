#!/bin/bash
# Questions to many records, beside the same SQL in the sqlite3 shell; making the index, and one more run. RUNS=1000000 takes
# about half an hour to generate; fewer show the shape.
source "$(dirname "$0")/lib.sh"

runs=${RUNS:-100000}
ours=$scratch/ours
repository "$ours"
python3 "$bench/generate.py" folder 100 "$ours/workflows" >/dev/null
commit_all "$ours"
git -C "$ours" commit-graph write --reachable --no-progress
python3 "$bench/generate.py" records "$runs" "$(git -C "$ours" rev-parse HEAD)" "$(git -C "$ours" rev-parse 'HEAD^{tree}')" \
    "$(git -C "$ours" rev-parse HEAD:workflows/w00000.yaml)" "$(head -n 1 "$ours/.git/wfrepo/clone-id")" "$(date +%s)" |
    git -C "$ours" fast-import --quiet
git -C "$ours" repack -q -a -d --depth=20 --window=20

heading "The index of $runs runs made anew"
start=$(date +%s%N)
(cd "$ours" && /usr/bin/time -f "%M KiB of memory" "$wfrepo" reindex)
elapsed=$((($(date +%s%N) - start) / 1000000))
echo "$((runs * 1000 / elapsed)) runs a second (to reach: 20000); at most 200 MB of memory"

index=$ours/.git/wfrepo/index.sqlite
today=$(($(date +%s) / 86400))
# sql NAME QUERY: the shell's side of a comparison.
sql() { echo "sqlite3 '$index' \"$1\" >/dev/null"; }
workflow="(SELECT id FROM workflows WHERE name = 'w00050')"
heading "Questions, each a whole process (to reach: 60 ms, and 1.5 times the shell)"
header
compare() {
    side_by_side 10 "$1" true "cd $ours && '$wfrepo' $2 >/dev/null" "sqlite3" true "$(sql "$3")"
    row "$1" "$1" "sqlite3" 1.5
}
compare "stats" "stats --json" \
    "SELECT workflow, sum(runs), sum(runs) FILTER (WHERE status = 'succeeded') FROM days WHERE day > $((today - 30)) GROUP BY 1 ORDER BY 2 DESC LIMIT 10"
compare "stats of one workflow, 30 days" "stats w00050 --json" \
    "SELECT duration FROM runs WHERE workflow = $workflow AND ended >= $(((today - 29) * 86400000)) ORDER BY duration"
compare "steps that fail most" "stats errors --json" \
    "SELECT workflow, step, sum(failed) FROM step_days WHERE day > $((today - 30)) GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 10"
compare "audit list with filters" "audit list --workflow w00050 --event run.finished --limit 20 --json" \
    "SELECT * FROM events WHERE workflow = 'w00050' AND event = 'run.finished' ORDER BY id DESC LIMIT 20"
compare "runs list" "runs list --json" "SELECT * FROM runs ORDER BY id DESC LIMIT 20"
compare "runs list of failed ones" "runs list w00050 --status failed --json" \
    "SELECT * FROM runs WHERE workflow = $workflow AND status = 'failed' ORDER BY id DESC LIMIT 20"
compare "search" "search 'tell found' --json" \
    "SELECT subject FROM texts WHERE texts MATCH 'tell found' ORDER BY rank LIMIT 20"

heading "One more run, then the index brought up to date by the next question (to reach: 20 ms more)"
header
side_by_side 5 \
    "stats after one more run" "cd $ours && '$wfrepo' run w00001 --quiet" "cd $ours && '$wfrepo' stats --json >/dev/null" \
    "stats" true "cd $ours && '$wfrepo' stats --json >/dev/null"
row "stats after one more run" "stats after one more run" "stats" -
