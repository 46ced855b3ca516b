#!/bin/bash
# Questions to many records, beside the same SQL in the sqlite3 shell; making the index, and one more run. RUNS=1000000 takes
# about half an hour to generate; fewer show the shape. RECORDS names a repository that was generated before: its index is made
# anew, and runs are added to it.
source "$(dirname "$0")/lib.sh"

ours=${RECORDS:-$scratch/ours}
if [ -z "${RECORDS:-}" ]; then
    repository "$ours"
    python3 "$bench/generate.py" folder 100 "$ours/workflows" >/dev/null
    commit_all "$ours"
    git -C "$ours" commit-graph write --reachable --no-progress
    python3 "$bench/generate.py" records "${RUNS:-100000}" "$(git -C "$ours" rev-parse HEAD)" \
        "$(git -C "$ours" rev-parse 'HEAD^{tree}')" "$(git -C "$ours" rev-parse HEAD:workflows/w00000.yaml)" \
        "$(head -n 1 "$ours/.git/wfrepo/clone-id")" "$(date +%s)" | git -C "$ours" fast-import --quiet
    git -C "$ours" repack -q -a -d --depth=20 --window=20
fi

heading "The index made anew"
start=$(date +%s%N)
(cd "$ours" && /usr/bin/time -f "%M KiB of memory, %U s user, %S s system" "$wfrepo" reindex)
elapsed=$((($(date +%s%N) - start) / 1000000))
index=$ours/.git/wfrepo/index.sqlite
runs=$(sqlite3 "$index" "SELECT count(*) FROM runs")
echo "$runs runs, $((runs * 1000 / elapsed)) a second (to reach: 20000); at most 200 MB of memory"

# The last thirty days, as statistics take them where nothing is said: each table by its first column.
today=$(($(date +%s) / 86400))
days="day BETWEEN $((today - 29)) AND $today"
workflow="(SELECT id FROM workflows WHERE name = 'w00050')"
each="workflow IN (SELECT id FROM workflows) AND $days"
sums="sum(runs) AS runs, sum(runs) FILTER (WHERE status = 'succeeded'), sum(runs) FILTER (WHERE status = 'cancelled'),
    sum(duration), sum(timed)"
steps="sum(runs), sum(failed) AS failed, sum(retried) AS retried, sum(recovered), sum(duration)"
name="(SELECT name FROM workflows WHERE id = workflow) AS name"

heading "Questions, each a whole process (to reach: 60 ms, and 1.5 times the shell)"
header
# compare NAME COMMAND SQL: the shell answers what the command shows, from the same tables.
compare() {
    side_by_side 10 "$1" true "cd $ours && '$wfrepo' $2 >/dev/null" "sqlite3" true "sqlite3 '$index' \"$3\" >/dev/null"
    row "$1" "$1" "sqlite3" 1.5
}
compare "stats" "stats --json" "
    SELECT count(DISTINCT workflow) FROM days WHERE $days;
    SELECT $sums FROM days WHERE $days;
    SELECT day, $sums FROM days WHERE $days GROUP BY day ORDER BY day;
    SELECT $name, $sums FROM days WHERE $days GROUP BY workflow ORDER BY runs DESC, name LIMIT 10"
compare "stats of one workflow, 30 days" "stats w00050 --json" "
    SELECT $sums FROM version_days WHERE workflow = $workflow AND $days;
    SELECT day, $sums FROM version_days WHERE workflow = $workflow AND $days GROUP BY day ORDER BY day;
    SELECT version, $sums FROM version_days WHERE workflow = $workflow AND $days GROUP BY version ORDER BY version DESC;
    SELECT hex(sketch) FROM duration_days WHERE workflow = $workflow AND $days;
    SELECT step, $steps FROM step_days WHERE workflow = $workflow AND $days GROUP BY step ORDER BY failed DESC LIMIT 10;
    SELECT class, sum(attempts) AS attempts, sum(failed), sum(recovered) FROM error_days
        WHERE workflow = $workflow AND $days GROUP BY class ORDER BY attempts DESC"
compare "steps that fail most" "stats errors --json" "
    SELECT day, $sums FROM days WHERE $days GROUP BY day ORDER BY day;
    SELECT $name, step, $steps FROM step_days WHERE $each GROUP BY workflow, step HAVING sum(failed) + sum(retried) > 0
        ORDER BY failed DESC, retried DESC, name, step LIMIT 10;
    SELECT class, sum(attempts) AS attempts, sum(failed), sum(recovered) FROM error_days WHERE $each GROUP BY class
        ORDER BY attempts DESC;
    SELECT $name, $sums FROM days WHERE $days GROUP BY workflow ORDER BY runs DESC, name"
finished="SELECT e.*, s.reference FROM events e JOIN sources s ON s.id = e.source
    WHERE e.workflow = 'w00050' AND e.event = 'run.finished' ORDER BY e.id DESC LIMIT 20"
compare "audit list with filters" "audit list --workflow w00050 --event run.finished --limit 20" "$finished"
listed="SELECT r.*, w.name, s.reference FROM runs r JOIN workflows w ON w.id = r.workflow JOIN sources s ON s.id = r.source"
failed="$listed WHERE r.workflow = $workflow AND r.status = 'failed' ORDER BY r.id DESC LIMIT 20"
compare "runs list" "runs list" "$listed ORDER BY r.id DESC LIMIT 20"
compare "runs list of failed ones" "runs list w00050 --status failed" "$failed"
compare "search" "search 'tell found' --json" \
    "SELECT subject FROM texts WHERE texts MATCH 'tell found' ORDER BY rank LIMIT 20"

# With --json a list has whole lines and records, with all steps, which no table of the index has: they are read from git.
compare "audit list with its lines" "audit list --workflow w00050 --event run.finished --limit 20 --json" "$finished"
compare "failed runs with their records" "runs list w00050 --status failed --json" "$failed"

heading "One more run, then the index brought up to date by the next question (to reach: 20 ms more)"
header
side_by_side 5 \
    "stats after one more run" "cd $ours && '$wfrepo' run w00001 --quiet" "cd $ours && '$wfrepo' stats --json >/dev/null" \
    "stats" true "cd $ours && '$wfrepo' stats --json >/dev/null"
row "stats after one more run" "stats after one more run" "stats" -
