#!/bin/bash
# scripts/demo.sh WFREPO: the story of one workflow, told by wfrepo and by git, in a scratch repository with a home of
# its own. Touches nothing else, and needs no network.
set -euo pipefail

program=$(realpath -e -- "${1:?usage: scripts/demo.sh WFREPO}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/home" "$scratch/bin"
ln -s "$program" "$scratch/bin/wfrepo"
export HOME=$scratch/home PATH=$scratch/bin:$PATH GIT_PAGER=cat PAGER=cat GIT_CONFIG_NOSYSTEM=1
unset XDG_CONFIG_HOME XDG_STATE_HOME XDG_DATA_HOME GIT_CONFIG_GLOBAL
cd "$scratch"
git config --global user.name "Ada Example"
git config --global user.email ada@example.test
git config --global init.defaultBranch main

if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi

say() { printf '\n%s\n' "$*"; }

# show COMMAND: prints a command line, then runs it. Without input, so that nothing waits for an answer.
show() {
    printf '%s$ %s%s\n' "$bold" "$1" "$plain"
    eval "$1" </dev/null
}

# fails COMMAND: the same for a command that must fail.
fails() {
    if show "$1"; then
        echo "demo: this should have failed" >&2
        exit 1
    else
        printf '(exit status %s)\n' "$?"
    fi
}

say "A repository for workflows is a git repository."
show "wfrepo init shop"
show "cd shop"

say "A workflow that loads a CSV file into SQLite, from a template, with its sample data."
show "wfrepo new orders --template data-load -m 'Load the orders of each week'"
show "grep -E '^(name|steps)|^  - id' workflows/orders.yaml"

say "It runs exactly what is committed, and the result is recorded in git."
show "wfrepo run orders"
show "sqlite3 -box data/warehouse.sqlite 'SELECT count(*) AS orders, sum(amount) AS amount FROM orders'"

say "The next file corrects an order. Meanwhile somebody expects far more orders than there are."
show "sed -i 's/^1006,\(.*\),410.75/1006,\1,514.57/' data/orders.csv"
show "sed -i 's/count(\*) >= 10 /count(*) >= 1000 /' workflows/orders.yaml"
show "wfrepo commit -m 'Expect a thousand orders a file' orders"

say "The run loads the file, finds that the batch breaks the rule, and takes the load back: the old rows return."
fails "wfrepo run orders"
show "sqlite3 -box data/warehouse.sqlite 'SELECT count(*) AS orders, sum(amount) AS amount FROM orders'"

say "What changed between the version that worked and this one?"
show "wfrepo diff orders@v1 orders@v2"

say "Back to it. A rollback is a commit, too: it says why, and nothing is lost."
show "wfrepo rollback orders --to v1 --reason 'The shop has no thousand orders a week'"
show "wfrepo run orders"
show "sqlite3 -box data/warehouse.sqlite 'SELECT count(*) AS orders, sum(amount) AS amount FROM orders'"

say "The whole story, by wfrepo..."
show "wfrepo log orders"
say "... and by plain git: who changed what, why, and how each version's runs ended."
show "git log --graph --notes='wfrepo/runs/*'"
