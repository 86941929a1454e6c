#!/usr/bin/env python3
"""clang-tidy over files of one build, within some seconds; files not reached count as skipped."""
import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import time

import ledger


def compiled_in(build):
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    return {pathlib.Path(entry["directory"], entry["file"]).resolve() for entry in commands}


def tidy(build, file, until):
    if until and time.monotonic() > until:
        return file, None, ""
    done = subprocess.run(["clang-tidy-19", "-p", str(build), "--quiet", file],
                          check=False, capture_output=True, text=True)
    return file, done.returncode == 0, done.stdout


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=0, help="0: no limit")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args(arguments)
    until = time.monotonic() + options.seconds if options.seconds else None
    known = compiled_in(options.build)
    files = [file for file in options.files if pathlib.Path(file).resolve() in known]
    passed, failed, skipped = 0, [], []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(tidy, options.build, file, until) for file in files]
        for file, clean, output in (run.result() for run in runs):
            if clean is None:
                skipped.append(f"{file} (past {options.seconds} s)")
            elif clean:
                passed += 1
            else:
                failed.append(file)
                print(output, flush=True)
    ledger.append(options.ledger, "clang-tidy", passed, failed, skipped)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
