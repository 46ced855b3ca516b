"""table.py: prints the table's head. table.py WORK OURS PEER AT-MOST FILE...: prints a row.

The files are hyperfine's JSON exports, one a round; OURS and PEER name commands in them. A figure is the median of all
runs of all rounds in milliseconds, the ratio is ours over the peer's, and AT-MOST is what the ratio may be ("-": no
target).
"""

import json
import statistics
import sys

FORM = "{:<44} {:>10}   {:<34} {:>10} {:>8}   {:<8} {}"


def median_ms(name, paths):
    times = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            results = json.load(file)["results"]
        times += next(result["times"] for result in results if result["command"] == name)
    return statistics.median(times) * 1000


def main(arguments):
    if not arguments:
        print(FORM.format("work", "ours ms", "beside", "its ms", "ratio", "at most", ""))
        return
    work, ours, peer, at_most, *paths = arguments
    our_ms, peer_ms = median_ms(ours, paths), median_ms(peer, paths)
    ratio = our_ms / peer_ms
    verdict = "" if at_most == "-" else "reached" if ratio <= float(at_most) else "missed"
    print(FORM.format(work, f"{our_ms:.1f}", peer, f"{peer_ms:.1f}", f"{ratio:.3f}", at_most, verdict))


main(sys.argv[1:])
