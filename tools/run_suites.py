#!/usr/bin/env python3
"""Runs the test executables that one build folder knows and writes what they count into the ledger.

A suite whose name begins with `blackbox` gets a server of the same build: its address comes in
GOCHAT_URL and GOCHAT_INTERNAL_URL; the binary, for tests that kill and restart servers of their
own, in GOCHAT_BINARY. One that begins with `e2e`, `faults` or `release` gets the binary alone and starts all
its servers; what the runs of `faults` count is left beside the ledger. `cluster_contract` finds the addresses of
the servers that a cluster stands on in its environment; any other that begins with `cluster` gets the binary too.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import gtest_report
import ledger
from server import Server

SUITE_SECONDS_MAX = 1200
# First those that take minutes, or one of them would be left over for the end with nothing beside it.
LONGEST = ["cluster_bad_days_test", "blackbox_test", "cluster_test", "cluster_contract_test", "faults_test"]
TAIL_LINES = 60
WITH_SERVERS = [sys.executable, str(pathlib.Path(__file__).resolve().parents[1] / "tests/cluster/servers/run.py"),
                "--"]


def suites_of(build):
    """[(name, command, environment)] of every test that ctest knows there."""
    shown = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"],
                           check=True, capture_output=True)
    suites = []
    for test in json.loads(shown.stdout)["tests"]:
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        environment = dict(entry.split("=", 1) for entry in properties.get("ENVIRONMENT", []))
        suites.append((test["name"], test.get("command"), environment))
    return suites


def outcome_of(process_status, report, output):
    """(passed, failed, skipped); a crash, a leak at the end and an empty suite are failures."""
    if report.exists():
        passed, failed, skipped = gtest_report.from_json(report.read_text(encoding="utf-8"))
    elif "[==========]" in output:
        passed, failed, skipped = gtest_report.from_output(output)
    else:
        passed, failed, skipped = int(process_status == 0), [], []
    if process_status != 0 and not failed:
        failed.append(f"ended with status {process_status}")
    if passed == 0 and not failed and not skipped:
        failed.append("ran no test")
    return passed, failed, skipped


def run_one(command, environment, scratch):
    """(passed, failed, skipped, printed output) of one executable in a folder of its own."""
    report = scratch / "report.json"
    log = scratch / "output.txt"
    with open(log, "wb") as out:
        try:
            status = subprocess.run(
                [*command, f"--gtest_output=json:{report}"], cwd=scratch,
                env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, timeout=SUITE_SECONDS_MAX, check=False).returncode
        except subprocess.TimeoutExpired:
            status = f"none: stopped after {SUITE_SECONDS_MAX} s"
        except OSError as error:
            status = f"none: {error}"
    output = log.read_text(encoding="utf-8", errors="replace")
    return *outcome_of(status, report, output), output


def run_with_server(binary, command, environment, scratch):
    with Server(binary, scratch) as server:
        told = {**environment, "GOCHAT_URL": server.url,
                "GOCHAT_INTERNAL_URL": server.internal_url, "GOCHAT_BINARY": str(binary)}
        passed, failed, skipped, output = run_one(command, told, scratch)
    if server.complaint:
        failed.append(f"the server {server.complaint}")
        output += server.output()
    return passed, failed, skipped, output


def run_suite(build, suite, ledger_path):
    """Runs one suite, prints its line, and its output when it failed."""
    name, command, environment = suite
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gochat-test-") as folder:
        scratch = pathlib.Path(folder)
        if not command or not os.access(command[0], os.X_OK):
            passed, failed, skipped, output = 0, ["was not built"], [], ""
        elif name.startswith("blackbox"):
            passed, failed, skipped, output = run_with_server(
                build / "gochat", command, environment, scratch)
        elif name.startswith("cluster_contract"):
            passed, failed, skipped, output = run_one([*WITH_SERVERS, *command], environment, scratch)
        elif name.startswith(("cluster", "e2e", "faults", "release")):
            told = {**environment, "GOCHAT_BINARY": str(build / "gochat"),
                    "GOCHAT_FAULT_RESULTS": str(pathlib.Path(ledger_path).resolve().with_name("faults.jsonl"))}
            passed, failed, skipped, output = run_one(command, told, scratch)
        else:
            passed, failed, skipped, output = run_one(command, environment, scratch)
    ledger.append(ledger_path, f"{build.name} {name}", passed, failed, skipped)
    seconds = time.monotonic() - began
    counts = f"{passed} passed" + (f", {len(failed)} failed" if failed else "")
    counts += f", {len(skipped)} skipped" if skipped else ""
    text = f"{'FAILED' if failed else 'ok':6} {name:20} {counts}, {seconds:.1f} s"
    if failed:
        tail = gtest_report.worth_reading(output)[-TAIL_LINES:]
        text += "\n" + "\n".join(f"       {test}" for test in failed)
        text += "\n" + "\n".join(f"     | {line}" for line in tail)
    print(text, flush=True)
    return not failed


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="", help="run suites whose name this expression matches")
    parser.add_argument("--except", dest="but", help="leave out those that this one matches")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    build = options.build.resolve()
    chosen = [suite for suite in suites_of(build) if re.search(options.only, suite[0])
              and not (options.but and re.search(options.but, suite[0]))]
    chosen.sort(key=lambda suite: LONGEST.index(suite[0]) if suite[0] in LONGEST else len(LONGEST))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(run_suite, build, suite, options.ledger) for suite in chosen]
    return 0 if all(run.result() for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
