#!/bin/bash
# The work of kinds of step beside the program that people use for it, as the work of one step: extracting a tar, a jq
# program over 100 MB of JSON lines; and what masking secrets adds to a step that prints 100 MB.
# What was extracted is moved aside, not removed: ext4 without a journal looks at every file that was removed in the last
# minutes whenever it makes one, which would be most of what is measured.
source "$(dirname "$0")/lib.sh"

# kind KIND PARAMETERS: the request that a step's process reads (docs/kinds.md).
kind() { printf '{"kind":"%s","with":%s,"directory":"%s","step":"s","attempt":1}' "$1" "$2" "$scratch"; }

python3 - "$scratch" <<'PYTHON'
import json, os, random, sys
folder, chance = sys.argv[1], random.Random(1)
for number in range(2000):
    path = f"{folder}/tree/{number % 20}/{number}.txt"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file: file.write(chance.randbytes(chance.randrange(1, 100_000)))
with open(f"{folder}/rows.jsonl", "w") as file:
    size = 0
    while size < 100_000_000:
        number = chance.randrange(10 ** 9)
        size += file.write(json.dumps({"id": number, "name": f"item {number}", "price": number / 100, "tags": ["a", "b"]}) + "\n")
PYTHON
tar -C "$scratch" -cf "$scratch/tree.tar" tree
mkdir "$scratch/old"
kind file '{"action":"extract","path":"tree.tar","to":"ours"}' >"$scratch/extract.json"
kind transform '{"file":"rows.jsonl","program":"{id, price: (.price * 2)}","to":"ours.jsonl"}' >"$scratch/transform.json"

heading "Kinds of step"
header
side_by_side 2 \
    wfrepo "mv $scratch/ours $scratch/old/\$\$ 2>/dev/null; sync" "'$wfrepo' kind-work <$scratch/extract.json >/dev/null" \
    tar "mv $scratch/theirs $scratch/old/\$\$ 2>/dev/null; mkdir $scratch/theirs && sync" "tar -C $scratch/theirs -xf $scratch/tree.tar"
row "extract 2,000 files, 100 MB" wfrepo tar 1.2
side_by_side 1 \
    wfrepo "rm -f $scratch/ours.jsonl" "'$wfrepo' kind-work <$scratch/transform.json >/dev/null" \
    jq true "jq -c '{id, price: (.price * 2)}' $scratch/rows.jsonl >$scratch/theirs.jsonl"
row "jq over 100 MB of JSON lines" wfrepo jq 1.2

repository "$scratch/print"
printf 'workspace: none\nsteps:\n  - {id: print, run: cat %s}\n' "$scratch/rows.jsonl" >"$scratch/print/workflows/plain.yaml"
printf 'workspace: none\nsecrets: [ONE, TWO]\nsteps:\n  - {id: print, run: cat %s}\n' "$scratch/rows.jsonl" \
    >"$scratch/print/workflows/masked.yaml"
commit_all "$scratch/print"
export ONE=correct-horse-battery TWO=staple-4711-x
side_by_side 2 \
    masked true "cd $scratch/print && '$wfrepo' run masked --quiet" \
    plain true "cd $scratch/print && '$wfrepo' run plain --quiet"
row "a step prints 100 MB, masked" masked plain 1.05
