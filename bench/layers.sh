#!/bin/bash
# 10 layers of 100 steps, each of which waits for two of the layer before: four times as fast as LangGraph with SQLite
# checkpoints, although each step is durable here and each layer there.
source "$(dirname "$0")/lib.sh"

peer=$build/bench-langgraph
[ -x "$peer/bin/python" ] || {
    python3 -m venv "$peer"
    "$peer/bin/pip" install -q langgraph langgraph-checkpoint-sqlite
}

repository "$scratch/ours"
python3 "$bench/generate.py" layers 10 100 >"$scratch/ours/workflows/layers.yaml"
commit_all "$scratch/ours"

heading "Run 10 layers of 100 steps (durable: ours each step, LangGraph's each layer)"
header
side_by_side 1 \
    wfrepo true "cd $scratch/ours && taskset -c 0,1 '$wfrepo' run layers --json" \
    LangGraph "rm -f $scratch/checkpoints*" \
    "taskset -c 0,1 $peer/bin/python $bench/langgraph_layers.py 10 100 $scratch/checkpoints"
row "10 layers of 100 steps" wfrepo LangGraph 0.25

kib=$(cd "$scratch/ours" && /usr/bin/time -f %M "$wfrepo" run layers --json 2>&1 >/dev/null | tail -n 1)
echo "memory at its peak: $((kib / 1024)) MiB (at most 60)"
