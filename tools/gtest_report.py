"""Reads what a GoogleTest executable left: its JSON report, or what it printed before a crash."""
import json
import re


def from_json(text):
    """(passed, names that failed, names that were skipped) of a --gtest_output=json report."""
    passed, failed, skipped = 0, [], []
    for suite in json.loads(text)["testsuites"]:
        for test in suite["testsuite"]:
            name = f"{suite['name']}.{test['name']}"
            if test.get("failures"):
                failed.append(name)
            elif test["status"] == "NOTRUN" or test["result"] == "SKIPPED":
                skipped.append(name)
            else:
                passed += 1
    return passed, failed, skipped


def worth_reading(text):
    """The lines of a failed run without those of the tests that passed in silence."""
    kept = []
    for line in text.splitlines():
        if re.match(r"\[ +OK \]", line):
            if kept and kept[-1].startswith("[ RUN      ]"):
                kept.pop()
        elif not line.startswith("[-----"):
            kept.append(line)
    return kept


def from_output(text):
    """The same from the printed lines; a test that began and did not end has crashed."""
    passed, failed, skipped, running = 0, [], [], None
    for mark, name in re.findall(r"^\[ +(RUN|OK|FAILED|SKIPPED) +\] (\S+)", text, re.M):
        name = name.rstrip(",")
        if mark == "RUN":
            running = name
            continue
        if name != running:
            continue
        running = None
        if mark == "OK":
            passed += 1
        elif mark == "FAILED":
            failed.append(name)
        else:
            skipped.append(name)
    if running:
        failed.append(f"{running} (crashed)")
    return passed, failed, skipped
