"""Writes the benchmarks' input. The same arguments always write the same bytes.

generate.py folder COUNT DIR          COUNT small workflows in DIR
generate.py chain STEPS               a workflow whose steps wait for each other
generate.py independent STEPS         a workflow whose steps wait for nothing
generate.py layers COUNT STEPS        a workflow of COUNT layers of STEPS steps, each of which waits for two of the layer before
generate.py make chain|independent STEPS    the same work for make
generate.py ninja chain|independent STEPS   the same work for ninja
generate.py pair STEPS OLD NEW        two workflows: in NEW, 5 steps are modified, 2 moved, 2 inserted, 1 removed, and
                                      1 variable is changed
generate.py history COMMITS WORKFLOWS a git fast-import stream: each commit changes one workflow, in turn
generate.py notes COUNT REF           a git fast-import stream: COUNT further notes on REF, in git's fan-out form
generate.py records COUNT COMMIT TREE BLOB CLONE END
                                      a git fast-import stream: COUNT recorded runs of five steps and their audit events, of
                                      100 workflows, spread over the year before END (seconds since 1970), as the recorder
                                      of the clone CLONE would have written them at COMMIT, whose tree is TREE; BLOB is any
                                      definition
"""

import functools
import hashlib
import json
import os
import random
import sys
import time


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


def layers(count, width):
    count, width = int(count), int(width)
    print("name: Layers of true\nsteps:")
    for layer in range(count):
        for place in range(width):
            needs = f"[s{layer - 1}_{place}, s{layer - 1}_{(place + 1) % width}]" if layer else "[]"
            print(f'  - {{id: s{layer}_{place}, run: "true", needs: {needs}}}')


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


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def crockford(number, width):
    digits = ""
    for _ in range(width):
        digits = CROCKFORD[number & 31] + digits
        number >>= 5
    return digits


@functools.lru_cache(maxsize=4096)
def second(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def moment(milliseconds):
    seconds, rest = divmod(milliseconds, 1000)
    return f"{second(seconds)}.{rest:03}Z"


def compact(value):
    return json.dumps(value, separators=(",", ":"))


@functools.lru_cache(maxsize=4096)
def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def attempt(number, times, error=None):
    failure = {"class": "exit", "message": error} if error else None
    return {"number": number} | times | {"exit": 1 if error else 0, "signal": None, "error": failure}


def run_step(workflow, name, start, duration, fails, retries):
    error = f"the script exited with status 1: {name} found no space left"
    # Times that follow from the step's own are left out.
    ended = {"ended": moment(start + duration)} if retries else {}
    attempts = [attempt(1, ended, error if fails or retries else None)]
    if retries:
        attempts.append(attempt(2, {"started": moment(start + duration + 100)}))
        duration = 2 * duration + 100
    result = "failure" if fails else "success"
    log = None
    if name == "load":
        text = f"{duration} rows\n"
        log = {"bytes": len(text), "omitted": 0, "sha256": digest(text), "tail": text}
    return {"id": name, "title": None, "status": "failed" if fails else "succeeded", "outcome": result,
            "conclusion": result, "started": moment(start), "duration_ms": duration, "attempts": attempts,
            "outputs": {"stdout": log["tail"].strip() if log else "", "stderr": "", "exit": 1 if fails else 0}, "log": log,
            "skipped": None, "compensation": None, "inputs_hash": digest(workflow + name)}


def record(number, ended, commit, tree, blob, chance):
    """A recorded run: its commit's id, time and message, the note, its line in the notes commit, and the run's events."""
    workflow, version = f"w{number % 100:05}", 1 + number % 7
    person = {"name": f"Person {number % 20}", "email": f"person{number % 20}@example.test"}
    fails = chance.random() < 0.05
    start = ended - 2000 - chance.randrange(4000)
    run = crockford(start, 10) + crockford(chance.getrandbits(80), 16)
    steps, at = [], start
    for position, name in enumerate(["fetch", "check", "load", "test", "tell"]):
        steps.append(run_step(workflow, name, at, chance.randrange(50, 200), fails and position == 4,
                              chance.random() < 0.02 and not fails))
        at += steps[-1]["duration_ms"]
    status = "failed" if fails else "succeeded"
    error = {"step": "tell", "class": "exit", "message": steps[4]["attempts"][0]["error"]["message"]} if fails else None
    fields = {
        "schema": "wfrepo.run/1", "run": run, "workflow": workflow, "title": f"Workflow {number % 100}", "version": version,
        "commit": commit, "tree": tree, "branch": "main", "path": f"workflows/{workflow}.yaml", "blob": blob,
        "uncommitted": False, "definition_hash": digest(workflow), "status": status,
        "trigger": {"event": "manual", "source": "wfrepo run", "run": None}, "actor": person,
        "inputs": {"day": moment(ended)[:10]}, "queued": moment(start), "started": moment(start), "ended": moment(ended),
        "duration_ms": ended - start, "correlation_id": run, "host": "bench", "workspace": "checkout", "steps": steps,
        "error": error}
    lines = []
    for key, value in fields.items():
        text = "[\n" + ",\n".join("    " + compact(step) for step in value) + "\n  ]" if key == "steps" else compact(value)
        lines.append(f'  "{key}": {text}')
    note = "{\n" + ",\n".join(lines) + "\n}\n"
    message = f"run {workflow} v{version} {status}\n\nRun: {run}\nWorkflow: {workflow}\nTrigger: manual\n"
    signature = f"{person['name']} <{person['email']}> {start // 1000} +0000"
    content = f"tree {tree}\nparent {commit}\nauthor {signature}\ncommitter {signature}\n\n{message}"
    run_commit = hashlib.sha1(f"commit {len(content)}\0{content}".encode()).hexdigest()
    details = [("run.queued", start, {"trigger": "manual", "commit": commit}), ("run.started", start, {"host": "bench"}),
               ("run.finished", ended, {"status": status, "duration_ms": ended - start, "run_commit": run_commit,
                                        "record_sha256": hashlib.sha256(note.encode()).hexdigest()})]
    events = []
    for place, (kind, at, detail) in enumerate(details):
        identity = crockford(at, 10) + str(place) + run[11:]
        events.append((identity, kind, {
            "id": identity, "time": moment(at), "event": kind, "workflow": workflow, "version": version, "run": run,
            "actor": person, "correlation_id": run, "source": {"kind": "system", "name": "engine"}, "details": detail}))
    line = f"{moment(ended)[:19]}Z {status} {run} {workflow} v{version} {(ended - start) // 10 / 100:.2f} s manual"
    return run_commit, signature, message, note, line, events


EVENTS = "wfrepo <wfrepo@localhost> 0 +0000"
NOTHING = "0" * 40


def event_message(commit, part):
    return f"audit events\n\nConcerns: {commit}\nPart: {part}\n"


@functools.lru_cache(maxsize=4096)
def event_commit(commit, part):
    """What bears the note with lines of `commit`: itself, or an event commit where there are more than 64."""
    if part == 1:
        return commit
    empty = hashlib.sha1(b"tree 0\0").hexdigest()
    content = f"tree {empty}\nauthor {EVENTS}\ncommitter {EVENTS}\n\n{event_message(commit, part)}"
    return hashlib.sha1(f"commit {len(content)}\0{content}".encode()).hexdigest()


def records(count, commit, tree, blob, clone, end):
    """Batches of 1,000, a notes commit each: first the run commits, then their notes, then the notes with their events."""
    count, chance = int(count), random.Random(1)
    end = int(end) * 1000
    step = max(1, 365 * 86_400_000 // count)
    chain, lines_so_far, mark = "0" * 64, 0, 0
    open_notes, marks_of = {}, {1: commit}

    def note_of(month):
        """The note of the month that gets the next line, and which part it is."""
        note, part = open_notes.get(month, ([], 1))
        if len(note) == 64:
            note, part = [], part + 1
        open_notes[month] = note, part
        return note, part

    for first in range(0, count, 1000):
        months = {}
        for number in range(first, min(first + 1000, count)):
            ended = end - (count - number) * step
            months.setdefault(moment(ended)[:7], []).append((ended, record(number, ended, commit, tree, blob, chance)))
        for month, timed in months.items():
            seconds, entries = timed[-1][0] // 1000 + 1, [entry for _, entry in timed]
            out = []
            marks = range(mark + 1, mark + 1 + len(entries))
            mark += len(entries)
            for one, (_, signature, message, _, _, _) in zip(marks, entries):
                out.append(f"commit refs/bench/runs\nmark :{one}\ncommitter {signature}\n{data(message)}\nfrom {commit}\n")
            out.append(f"commit refs/notes/wfrepo/runs/{clone}/{month}\n")
            out.append(f"committer Bench <bench@example.test> {seconds} +0000\n")
            summary = "\n".join(entry[4] for entry in entries)
            out.append(data(f"record {len(entries)} runs\n\n{summary}\n") + "\n")
            out += [f"merge :{one}\n" for one in marks]
            out += [f"N inline :{one}\n{data(entry[3])}\n" for one, entry in zip(marks, entries)]
            written, subjects, begun = {}, [], []
            for _, _, _, _, _, events in entries:
                for identity, kind, fields in events:
                    fields["previous"] = chain
                    line = compact(fields)
                    chain = hashlib.sha256(line.encode()).hexdigest()
                    lines_so_far += 1
                    note, part = note_of(month)
                    note.append(line + "\n")
                    written[part] = note
                    subjects.append(f"{identity} {kind} {event_commit(commit, part)}")
                    if part > 1 and len(note) == 1:
                        begun.append(part)
            for part in begun:
                mark += 1
                marks_of[part] = f":{mark}"
                out.append(f"commit refs/bench/event-{mark}\nmark :{mark}\ncommitter {EVENTS}\n")
                out.append(data(event_message(commit, part)) + "\n")
                out.append(f"reset refs/bench/event-{mark}\nfrom {NOTHING}\n")
            out.append(f"commit refs/notes/wfrepo/audit/{clone}/{month}\n")
            out.append(f"committer Bench <bench@example.test> {seconds} +0000\n")
            trailers = f"Audit-Count: {lines_so_far}\nAudit-Chain: {chain}"
            out.append(data(f"audit {len(subjects)} events\n\n" + "\n".join(subjects) + f"\n\n{trailers}\n") + "\n")
            out += [f"merge {marks_of[part]}\n" for part in begun]
            out += [f"N inline {marks_of[part]}\n{data(''.join(note))}\n" for part, note in written.items()]
            sys.stdout.write("".join(out))
    print(f"reset refs/bench/runs\nfrom {NOTHING}\n")


commands = {
    "folder": folder,
    "layers": layers,
    "chain": lambda count: steps_of_true(count, ""),
    "independent": lambda count: steps_of_true(count, ", needs: []"),
    "make": make,
    "ninja": ninja,
    "pair": pair,
    "history": history,
    "notes": notes,
    "records": records,
}
commands[sys.argv[1]](*sys.argv[2:])
