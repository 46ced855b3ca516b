#!/bin/bash
# Every benchmark, each beside its peer. A ratio is our time over the peer's, measured in turns in the same minutes.
cd "$(dirname "$0")" || exit
echo "$(nproc) cores, $(uname -sr), $(git --version)"
status=0
for benchmark in startup save log diff chain independent layers overhead http records queries kinds backup; do
    "./$benchmark.sh" || {
        echo "$benchmark.sh failed" >&2
        status=1
    }
done
exit "$status"
