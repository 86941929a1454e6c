#!/usr/bin/python3
"""Runs the browser tests and reports in the form of the other suites.

run.py [--cluster] [--gtest_output=json:FILE] [part of a test's name]

GOCHAT_BINARY is the server under test; each file of tests starts its own. With --cluster it starts a whole cluster,
and the tests are those of talking and of cluster/. Without a browser, Node 20 or the installed packages everything is
reported as skipped, by name and with what is missing.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
NODE_MAJOR_MIN = 20
TEST = re.compile(r"^ *test\(\s*['`]([^'`]+)['`]", re.M)


def node_major():
    shown = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", shown.stdout)
    return int(found.group(1)) if found else 0


def browser():
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def what_is_missing():
    if not browser():
        return "chromium"
    if not shutil.which("node") or node_major() < NODE_MAJOR_MIN:
        return f"node {NODE_MAJOR_MIN}"
    if not (FOLDER / "node_modules" / "playwright-core").is_dir():
        return "the packages of tests/e2e (npm ci --ignore-scripts)"
    return ""


def files_of(cluster):
    return [FOLDER / "talk.test.js", *sorted(FOLDER.glob("cluster/*.test.js"))] if cluster else \
        sorted(FOLDER.glob("*.test.js"))


def report_skipped(report, files, missing):
    suites = []
    for file in files:
        names = TEST.findall(file.read_text(encoding="utf-8"))
        suites.append({"name": file.name.removesuffix(".test.js"), "testsuite": [
            {"name": name, "status": "RUN", "result": "SKIPPED"} for name in names]})
        for name in names:
            print(f"[ SKIPPED ] {suites[-1]['name']}.{name}: there is no {missing}")
    if report:
        pathlib.Path(report).write_text(json.dumps({"testsuites": suites}), encoding="utf-8")


def main(arguments):
    report, part, cluster = "", "", False
    for argument in arguments:
        if argument.startswith("--gtest_output=json:"):
            report = str(pathlib.Path(argument.removeprefix("--gtest_output=json:")).absolute())
        elif argument == "--cluster":
            cluster = True
        else:
            part = argument
    files = files_of(cluster)
    missing = what_is_missing()
    if missing:
        report_skipped(report, files, missing)
        return 0
    command = ["node", "--test", f"--test-reporter={FOLDER}/support/gtest_reporter.js",
               "--test-reporter-destination=stdout"]
    if part:
        command.append(f"--test-name-pattern={re.escape(part)}")
    command += map(str, files)
    told = {"CHROMIUM": browser(), "GOCHAT_E2E_REPORT": report, "GOCHAT_E2E_CLUSTER": "1" if cluster else ""}
    return subprocess.run(command, cwd=FOLDER, check=False, env={**os.environ, **told}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
