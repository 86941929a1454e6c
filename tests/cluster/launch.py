#!/usr/bin/env python3
"""A cluster on this machine that stays until it is ended.

    tests/cluster/launch.py up [--binary FILE] [--folder FOLDER]
    tests/cluster/launch.py status|down [--folder FOLDER]

`up` starts MariaDB with a replica, Redis, etcd and Kafka and two gateways, two logic, two repo and one task on free
loopback ports and prints the addresses of the gateways; everything lies in a temporary directory. FOLDER keeps only the
note of what runs, build/cluster unless told.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from cluster.house import ROOT, House  # noqa: E402  (found through the line above)
from cluster.servers.backend import NotInstalled  # noqa: E402

STOP_SECONDS_MAX = 30
FAILED, COULD_NOT_RUN = 1, 2


def note_in(folder):
    return pathlib.Path(folder) / "cluster.json"


def started_at(pid):
    """The start of that process in the kernel's ticks: another one with its number has another; None: it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    fields = text.rsplit(")", 1)[1].split()
    return None if fields[0] == "Z" else fields[19]


def runs(entry):
    return started_at(entry["pid"]) == entry["started"]


def read(folder):
    try:
        return json.loads(note_in(folder).read_text(encoding="utf-8"))
    except OSError:
        return None


def up(options):
    known = read(options.folder)
    if known and any(runs(entry) for entry in known["processes"]):
        print("a cluster runs already; see ./dev cluster status", file=sys.stderr)
        return FAILED
    home = pathlib.Path(tempfile.mkdtemp(prefix="gochat-cluster-"))
    house = House(options.binary, home)
    began = time.monotonic()
    try:
        house.start()
    except (NotInstalled, RuntimeError) as error:
        print(error, file=sys.stderr)
        house.stop()
        shutil.rmtree(home, ignore_errors=True)
        return COULD_NOT_RUN
    entries = [{"name": one.name, "pid": one.process.pid, "started": started_at(one.process.pid),
                "address": one.address(), "internal": getattr(one, "internal_url", None)}
               for one in [*house.processes, *house.backends]]
    note = {"home": str(home), "processes": entries, "urls": [one.url for one in house.gateways]}
    note_in(options.folder).parent.mkdir(parents=True, exist_ok=True)
    note_in(options.folder).write_text(json.dumps(note, indent=1), encoding="utf-8")
    for url in note["urls"]:
        print(url)
    print(f"ready after {time.monotonic() - began:.1f} s; logs and files lie in {home}", file=sys.stderr)
    return 0


def is_ready(internal):
    try:
        with urllib.request.urlopen(f"{internal}/readyz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def status(options):
    note = read(options.folder)
    if not note:
        print("no cluster was started; ./dev cluster up starts one", file=sys.stderr)
        return FAILED
    well = True
    for entry in note["processes"]:
        alive = runs(entry)
        word = "gone" if not alive else "runs" if not entry["internal"] else \
            "ready" if is_ready(entry["internal"]) else "not ready"
        well = well and word in ("runs", "ready")
        print(f"{entry['name']:16} {word:10} {entry['pid']:>8}  {entry['address']:22} {entry['internal'] or ''}")
    print("\n".join(note["urls"]))
    return 0 if well else FAILED


def down(options):
    note = read(options.folder)
    if not note:
        return 0
    pause = 0.05
    # In the order in which they were noted: what stands on others goes first.
    for entry in note["processes"]:
        if runs(entry):
            os.kill(entry["pid"], signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS_MAX
        while runs(entry) and time.monotonic() < until:
            time.sleep(pause)
        if runs(entry):
            os.kill(entry["pid"], signal.SIGKILL)
    shutil.rmtree(note["home"], ignore_errors=True)
    note_in(options.folder).unlink()
    return 0


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["up", "status", "down"])
    parser.add_argument("--binary", default=str(ROOT / "build/release/gochat"))
    parser.add_argument("--folder", default=str(ROOT / "build/cluster"))
    options = parser.parse_args(arguments)
    return {"up": up, "status": status, "down": down}[options.verb](options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
