#!/bin/bash
# A chain of 100 steps: within 1.5 times make's time, although each step is durable.
source "$(dirname "$0")/steps.sh"
steps chain 100 1.5 - -
