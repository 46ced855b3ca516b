#!/bin/bash
# A backup of a repository with 10,000 versions and 100,000 recorded runs, beside a bundle of the same by git.
source "$(dirname "$0")/lib.sh"

folder=$scratch/many
repository "$folder"
python3 "$bench/generate.py" folder 20 "$folder/workflows" >/dev/null
commit_all "$folder"
python3 "$bench/generate.py" history 10000 20 | git -C "$folder" fast-import --quiet --force
git -C "$folder" reset -q --hard
python3 "$bench/generate.py" records "${RUNS:-100000}" "$(git -C "$folder" rev-parse HEAD)" \
    "$(git -C "$folder" rev-parse 'HEAD^{tree}')" "$(git -C "$folder" rev-parse HEAD:workflows/w00000.yaml)" \
    "$(head -n 1 "$folder/.git/wfrepo/clone-id")" "$(date +%s)" | git -C "$folder" fast-import --quiet
git -C "$folder" -c core.fsync=none repack -q -a -d

heading "A backup of 10,000 versions and ${RUNS:-100000} runs"
header
side_by_side 1 \
    wfrepo "rm -rf $scratch/shelf" "cd $folder && '$wfrepo' backup create --folder $scratch/shelf" \
    "git bundle create" "rm -f $scratch/all.bundle" \
    "git -C $folder bundle create --quiet $scratch/all.bundle --all && sync $scratch/all.bundle"
row "backup" wfrepo "git bundle create" 1.5
