#!/usr/bin/env python3
"""What every runner of a test run counted: one JSON line each, and the total at the end."""
import json
import sys


def append(ledger, runner, passed=0, failed=(), skipped=()):
    """`failed` and `skipped` are names, so that the end of a run can list them."""
    line = {"runner": runner, "passed": passed, "failed": list(failed), "skipped": list(skipped)}
    with open(ledger, "a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


def read(ledger):
    with open(ledger, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def total(ledger, status):
    """Prints the last lines of a run; true when everything counted passed."""
    rows = read(ledger)
    passed = sum(row["passed"] for row in rows)
    failed = [f"{row['runner']}: {name}" for row in rows for name in row["failed"]]
    skipped = [f"{row['runner']}: {name}" for row in rows for name in row["skipped"]]
    if status != 0 and not failed:
        failed.append(f"the run itself ended with status {status}")
    print()
    for name in skipped:
        print(f"skipped  {name}")
    for name in failed:
        print(f"FAILED   {name}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return not failed


def main(arguments):
    verb, ledger, *rest = arguments
    if verb == "record":
        name, outcome = rest
        if outcome == "passed":
            append(ledger, name, passed=1)
        elif outcome == "skipped":
            append(ledger, name, skipped=[name])
        else:
            append(ledger, name, failed=[name])
        return 0
    return 0 if total(ledger, int(rest[0])) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
