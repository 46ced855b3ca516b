#!/bin/bash
# 1,000 independent steps on two cores: no slower than ninja, within 1.4 times the bare spawns, below 60 MB.
source "$(dirname "$0")/steps.sh"
steps independent 1000 - 1 1.4
