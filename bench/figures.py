"""figures.py PROGRAM REPOSITORY [DAYS]: what `wfrepo stats` says, beside SQL by hand over what git says.

The records are read with `git notes` and `git cat-file` alone, put into tables of their own, one row a run, a step and an
attempt, and asked with SQL written here. Each figure of `stats`, `stats NAME`, `stats errors`, `runs list` and `audit stats` that
differs is printed; the exit status is 1 where one does.
"""

import datetime
import json
import math
import sqlite3
import subprocess
import sys

PROGRAM, REPOSITORY = sys.argv[1:3]
DAYS = int(sys.argv[3]) if len(sys.argv) > 3 else 30
different = 0


def git(*arguments, **options):
    return subprocess.run(["git", "-C", REPOSITORY, *arguments], capture_output=True, check=True, **options).stdout


def wfrepo(*arguments):
    output = subprocess.run([PROGRAM, *arguments, "--json"], cwd=REPOSITORY, capture_output=True, check=True).stdout
    return json.loads(output)


def notes(kind):
    """The bytes of all notes of a kind of segment."""
    names = git("for-each-ref", "--format=%(refname)", f"refs/notes/wfrepo/{kind}/").decode().split()
    for name in names:
        blobs = [line.split()[2] for line in git("ls-tree", "-r", name).decode().splitlines()]
        with subprocess.Popen(["git", "-C", REPOSITORY, "cat-file", "--batch"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            for start in range(0, len(blobs), 100):
                some = blobs[start:start + 100]
                process.stdin.write("".join(blob + "\n" for blob in some).encode())
                process.stdin.flush()
                for _ in some:
                    size = int(process.stdout.readline().split()[2])
                    yield process.stdout.read(size)
                    process.stdout.read(1)
            process.stdin.close()


def day(text):
    return text[:10]


def load():
    database = sqlite3.connect(":memory:")
    database.executescript("""
        CREATE TABLE run (id, workflow, version, status, day, duration, class);
        CREATE TABLE step (run, workflow, day, id, status, duration, attempts);
        CREATE TABLE attempt (run, workflow, day, step, place, class, last, status);
        CREATE TABLE event (id, day, kind, workflow, name, email)""")
    for note in notes("runs"):
        if not note.startswith(b'{\n  "schema": "wfrepo.run/'):
            continue
        record, _ = json.JSONDecoder().raw_decode(note.decode())
        ended = day(record["ended"] or record["queued"])
        error = record["error"]
        database.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)", (
            record["run"], record["workflow"], record["version"] or 0, record["status"], ended, record["duration_ms"],
            error["class"] if error and error["step"] is None else None))
        for step in record["steps"]:
            attempts = step["attempts"]
            database.execute("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?)", (
                record["run"], record["workflow"], ended, step["id"], step["status"], step["duration_ms"], len(attempts)))
            errors = [attempt["error"]["class"] for attempt in attempts if attempt["error"]]
            database.executemany("INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [
                (record["run"], record["workflow"], ended, step["id"], place, kind, place == len(errors) - 1, step["status"])
                for place, kind in enumerate(errors)])
    for note in notes("audit"):
        for line in note.decode().splitlines():
            event = json.loads(line)
            if "event" in event:
                database.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", (
                    event["id"], day(event["time"]), event["event"], event.get("workflow"), event["actor"]["name"],
                    event["actor"]["email"]))
    return database


def expect(what, ours, theirs):
    global different
    if ours != theirs:
        different += 1
        print(f"{what}: wfrepo says {ours}, SQL says {theirs}")


TOTALS = """count(*), coalesce(sum(status = 'succeeded'), 0), coalesce(sum(status NOT IN ('succeeded', 'cancelled')), 0),
    coalesce(sum(status = 'cancelled'), 0), CAST(avg(duration) AS INTEGER)"""
STEPS = """sum(attempts > 0), sum(status = 'failed'), sum(attempts > 1),
    sum(status IN ('succeeded', 'compensated') AND (run, id) IN (SELECT run, step FROM attempt)),
    sum(duration) / nullif(sum(attempts > 0), 0)"""


def of_runs(value):
    return value["runs"], value["succeeded"], value["failed"], value["cancelled"], value["mean_ms"]


def of_steps(value):
    return value["runs"], value["failed"], value["retried"], value["recovered"], value["mean_ms"]


def check_rates(what, values):
    """Cancelled runs count for neither side."""
    for value in values:
        judged = value["succeeded"] + value["failed"]
        rate = None if judged == 0 else value["succeeded"] / judged
        ours = value["success_rate"]
        if (ours is None) != (rate is None) or (ours is not None and abs(ours - rate) > 1e-6):
            expect(f"{what}: success rate", ours, rate)


def percentile(durations, share):
    """By the nearest rank."""
    return durations[max(1, math.ceil(share * len(durations))) - 1]


def check_errors(what, ours, ask, where):
    expect(what, sorted((value["class"], value["attempts"], value["failed"], value["recovered"]) for value in ours), ask(f"""
        SELECT class, count(*), sum(last AND status = 'failed'),
            sum(place = 0 AND status IN ('succeeded', 'compensated')) FROM attempt WHERE {where} GROUP BY class
        UNION ALL
        SELECT class, count(*), count(*), 0 FROM run WHERE class IS NOT NULL AND {where} GROUP BY class
        ORDER BY 1"""))


def check_days(what, ours, ask, where):
    """Days without runs may stand there with zeros."""
    expect(what, [(value["day"], value["succeeded"], value["failed"]) for value in ours
                  if value["succeeded"] + value["failed"] > 0],
           [row for row in ask(f"""SELECT day, sum(status = 'succeeded'), sum(status NOT IN ('succeeded', 'cancelled')) FROM run
                WHERE {where} GROUP BY day ORDER BY day""") if row[1] + row[2] > 0])


def check_overview(ask, span, *options):
    overview = wfrepo("stats", *options)
    expect("stats", [of_runs(overview)], ask(f"SELECT {TOTALS} FROM run WHERE {span}"))
    expect("stats: active workflows", overview["active_workflows"],
           ask(f"SELECT count(DISTINCT workflow) FROM run WHERE {span}")[0][0])
    active = overview["most_active"]
    expect("stats: most active", [(value["workflow"], *of_runs(value)) for value in active], ask(f"""
        SELECT workflow, {TOTALS} FROM run WHERE {span} GROUP BY workflow ORDER BY count(*) DESC, workflow LIMIT 1000"""))
    check_rates("stats", active + [overview])
    check_days("stats: days", overview["days"], ask, span)


def check_workflow(name, ask, span, *options):
    where = f"{span} AND workflow = '{name}'"
    ours = wfrepo("stats", name, *options)
    expect(f"stats {name}", [of_runs(ours)], ask(f"SELECT {TOTALS} FROM run WHERE {where}"))
    durations = [row[0] for row in ask(f"SELECT duration FROM run WHERE duration IS NOT NULL AND {where} ORDER BY 1")]
    if durations:
        for key, share in [("p50_ms", 0.5), ("p95_ms", 0.95), ("p99_ms", 0.99), ("longest_ms", 1)]:
            expect(f"stats {name}: {key}", ours[key], percentile(durations, share))
    versions = ask(f"SELECT version, {TOTALS} FROM run WHERE {where} GROUP BY version ORDER BY version DESC")
    # Runs of a file that was not committed have no number.
    expect(f"stats {name}: versions", [of_runs(value) for value in ours["versions"]], [row[1:] for row in versions])
    check_rates(f"stats {name}", ours["versions"])
    expect(f"stats {name}: steps", sorted((value["step"], *of_steps(value)) for value in ours["steps"]),
           ask(f"SELECT id, {STEPS} FROM step WHERE {where} GROUP BY id ORDER BY id"))
    check_errors(f"stats {name}: errors", ours["errors"], ask, where)
    check_days(f"stats {name}: days", ours["days"], ask, where)


def check_failures(ask, span, *options):
    ours = wfrepo("stats", "errors", *options)
    expect("stats errors: steps", [(value["workflow"], value["step"], *of_steps(value)) for value in ours["steps"]], ask(f"""
        SELECT workflow, id, {STEPS} FROM step WHERE {span} GROUP BY workflow, id
        HAVING sum(status = 'failed') + sum(attempts > 1) > 0
        ORDER BY sum(status = 'failed') DESC, sum(attempts > 1) DESC, workflow, id LIMIT 1000"""))
    check_errors("stats errors", ours["classes"], ask, span)


def check_audit(ask, span, *options):
    ours = wfrepo("audit", "stats", *options)
    expect("audit stats", sorted((value["event"], value["events"]) for value in ours["kinds"]),
           ask(f"SELECT kind, count(*) FROM event WHERE {span} GROUP BY kind ORDER BY kind"))
    expect("audit stats: users", sorted((value["user"], value["events"]) for value in ours["users"]), ask(f"""
        SELECT name || ' <' || email || '>', count(*) FROM event WHERE {span} GROUP BY 1 ORDER BY 1"""))


def main():
    # Events that still wait are counted, too, but git does not know them yet.
    subprocess.run([PROGRAM, "audit", "fold", "--quiet"], cwd=REPOSITORY, check=True)
    database = load()

    def ask(query):
        return database.execute(query).fetchall()

    today = datetime.datetime.now(datetime.timezone.utc).date()
    for days in (DAYS, 366):
        span = f"day BETWEEN '{today - datetime.timedelta(days=days - 1)}' AND '{today}'"
        options = ("--days", str(days), "--limit", "1000")
        check_overview(ask, span, *options)
        check_failures(ask, span, *options)
        check_audit(ask, span, *options)
        for (name,) in ask(f"SELECT DISTINCT workflow FROM run WHERE {span} ORDER BY 1 LIMIT 10"):
            check_workflow(name, ask, span, *options)
    listed = [value["run"] for value in wfrepo("runs", "list", "--limit", "100000000")]
    expect("runs list: how many", len(listed), ask("SELECT count(*) FROM run")[0][0])
    expect("runs list", listed[:1000], [row[0] for row in ask("SELECT id FROM run ORDER BY id DESC LIMIT 1000")])
    runs, steps, events = (ask(f"SELECT count(*) FROM {table}")[0][0] for table in ("run", "step", "event"))
    print(f"{runs} runs, {steps} steps, {events} events: {different} answers differ")
    sys.exit(1 if different else 0)


main()
