#!/usr/bin/env python3
"""Adds up what runs have left: totals.py FILE... prints one line per kind of fault, for docs/reliability.md.

The files are those of GOCHAT_FAULT_RESULTS; runs with a planted bug count apart.
"""
import collections
import json
import sys

from checker import ERRORS

SUMMED = ("sent", "attempts", "stored", "rejected", "faults")


def kind_of(line):
    if line.get("planted"):
        return None
    for name in ("point", "fault", "disk"):
        if name in line:
            return f"{name} {line[name]}"
    return None


def main(paths):
    totals, runs, caught = collections.defaultdict(collections.Counter), collections.Counter(), collections.Counter()
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for line in map(json.loads, file):
                if "caught" in line:
                    caught[line["planted"], line["caught"], line["runs_to_catch"]] += 1
                elif kind := kind_of(line):
                    runs[kind] += 1
                    totals[kind].update({name: line[name] for name in (*SUMMED, *ERRORS)})
    for kind, total in sorted(totals.items()):
        errors = {name: total[name] for name in ERRORS if total[name]}
        print(f"{kind}: {runs[kind]} runs,", ", ".join(f"{total[name]} {name}" for name in SUMMED),
              f"; errors {errors or 0}")
    for (bug, was_caught, run), times in sorted(caught.items()):
        print(f"planted {bug}: {'caught in run' if was_caught else 'missed after'} {run}, {times} times")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
