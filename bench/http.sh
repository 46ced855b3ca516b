#!/bin/bash
# Requests to a service on loopback: one, as the work of one step, and 1,000 in one foreach, beside curl.
source "$(dirname "$0")/lib.sh"

gcc -O2 -pthread -o "$scratch/server" "$bench/server.c"
mkfifo "$scratch/alive"
"$scratch/server" <"$scratch/alive" >"$scratch/port" &
exec 9>"$scratch/alive"
until [ -s "$scratch/port" ]; do sleep 0.02; done
url=http://127.0.0.1:$(cat "$scratch/port")

repository "$scratch/ours"
cd "$scratch/ours"
cat >workflows/one.yaml <<YAML
workspace: none
steps:
  - {id: ask, uses: http, with: {url: "$url/one"}}
YAML
cat >workflows/curl.yaml <<YAML
workspace: none
steps:
  - {id: ask, run: 'curl -sSf $url/one'}
YAML
cat >workflows/many.yaml <<YAML
workspace: none
steps:
  - id: ask
    foreach: [$(seq -s, 1000)]
    uses: http
    with: {url: "$url/\${{ item }}"}
YAML
commit_all .

heading "Requests"
header
side_by_side 10 \
    "uses: http" true "'$wfrepo' run one --json" \
    "run: curl" true "'$wfrepo' run curl --json"
row "one request as the work of one step" "uses: http" "run: curl" 1.5
side_by_side 1 \
    "foreach, http" true "'$wfrepo' run many --json" \
    "xargs -P2 curl" true "seq 1000 | xargs -P2 -I{} curl -sSf -o /dev/null $url/{}"
row "1,000 requests" "foreach, http" "xargs -P2 curl" 1
exec 9>&-
