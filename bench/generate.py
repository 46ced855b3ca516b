"""Writes the benchmarks' input. The same arguments always write the same bytes.

generate.py folder COUNT DIR          COUNT small workflows in DIR
generate.py chain STEPS               a workflow whose steps wait for each other
generate.py independent STEPS         a workflow whose steps wait for nothing
generate.py make chain|independent STEPS    the same work for make
generate.py ninja chain|independent STEPS   the same work for ninja
generate.py pair STEPS OLD NEW        two workflows: in NEW, 5 steps are modified, 2 moved, 2 inserted, 1 removed, and
                                      1 variable is changed
generate.py history COMMITS WORKFLOWS a git fast-import stream: each commit changes one workflow, in turn
generate.py notes COUNT REF           a git fast-import stream: COUNT further notes on REF, in git's fan-out form
"""

import hashlib
import os
import random
import sys


def small_workflow(number, revision=0):
    return f"""name: Workflow {number}
description: Revision {revision} of a small workflow
inputs:
  day: {{type: string, default: "2026-11-01"}}
env: {{STAGE: test}}
timeout: 10m
steps:
  - id: fetch
    run: echo fetch {number} "${{{{ inputs.day }}}}"
    retry: {{strategy: exponential, max-attempts: 3, delay: 1s}}
  - id: check
    run: test -n "$STAGE"
  - id: load
    needs: [fetch, check]
    timeout: 1m
    run: |
      echo "load {number}"
      echo "rows={number}" >>"$WFREPO_OUTPUT"
"""


def folder(count, directory):
    os.makedirs(directory, exist_ok=True)
    for number in range(int(count)):
        with open(f"{directory}/w{number:05}.yaml", "w", encoding="utf-8") as file:
            file.write(small_workflow(number))


def steps_of_true(count, needs):
    print("name: Steps of true\nsteps:")
    for number in range(int(count)):
        print(f'  - {{id: s{number}, run: "true"{needs}}}')


def rules(count, chained):
    for number in range(int(count)):
        yield f"state/{number}", f"state/{number - 1}" if chained and number else ""


def make(shape, count):
    print(f"all: {' '.join(target for target, _ in rules(count, False))}")
    for target, before in rules(count, shape == "chain"):
        print(f"{target}: {before}\n\t@true >$@")


def ninja(shape, count):
    print("rule true\n  command = true >$out")
    for target, before in rules(count, shape == "chain"):
        print(f"build {target}: true {before}")


def step(number, chance):
    names = ["orders", "invoices", "customers", "stock", "returns"]
    return [
        f"  - id: step-{number}",
        f"    name: Handle {chance.choice(names)} of region {chance.randrange(100)}",
        f"    run: ./handle.sh --region {chance.randrange(100)} --table {chance.choice(names)} --batch {number}",
        f"    timeout: {chance.randrange(10, 100)}s",
        "    env:",
        f"      REGION: r{chance.randrange(100)}",
        f"      TABLE: {chance.choice(names)}",
        "    retry:",
        "      strategy: exponential",
        f"      max-attempts: {chance.randrange(2, 6)}",
    ]


def pair(count, old_path, new_path):
    count = int(count)
    chance = random.Random(2026)
    steps = [step(number, chance) for number in range(count)]
    write_pair(old_path, steps, "blue")
    steps = [list(lines) for lines in steps]
    places = chance.sample(range(count), 10)
    for place in places[:5]:
        steps[place][3] = "    timeout: 5m"
    for place in places[5:7]:
        steps.insert(chance.randrange(count), steps.pop(place))
    for offset, place in enumerate(places[7:9]):
        steps.insert(place, step(count + offset, chance))
    steps.pop(places[9])
    write_pair(new_path, steps, "green")


def write_pair(path, steps, colour):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"name: Many steps\nenv:\n  COLOUR: {colour}\n  STAGE: test\nsteps:\n")
        file.writelines(line + "\n" for lines in steps for line in lines)


def data(text):
    return f"data {len(text.encode())}\n{text}"


def history(commits, workflows):
    for number in range(int(commits)):
        workflow = number % int(workflows)
        print("commit refs/heads/main")
        print(f"committer Bench <bench@example.test> {1_700_000_000 + 60 * number} +0000")
        print(data(f"Change workflow {workflow}\n"))
        if number == 0:
            print("from refs/heads/main^0")
        print(f"M 100644 inline workflows/w{workflow:05}.yaml")
        print(data(small_workflow(workflow, number)))


def notes(count, ref):
    print("blob\nmark :1")
    print(data('{"schema":"wfrepo.run/1"}\n'))
    print(f"commit {ref}\ncommitter Bench <bench@example.test> 1700000000 +0000")
    print(data("Many notes\n"))
    print(f"from {ref}^0")
    for number in range(int(count)):
        name = hashlib.sha1(str(number).encode()).hexdigest()
        print(f"M 100644 :1 {name[:2]}/{name[2:4]}/{name[4:]}")


commands = {
    "folder": folder,
    "chain": lambda count: steps_of_true(count, ""),
    "independent": lambda count: steps_of_true(count, ", needs: []"),
    "make": make,
    "ninja": ninja,
    "pair": pair,
    "history": history,
    "notes": notes,
}
commands[sys.argv[1]](*sys.argv[2:])
