#!/usr/bin/env python3
"""Loads on a whole cluster of this machine, and what each part of it spent on them.

    tests/cluster/measure.py [--binary FILE] [--seconds 10] [--connections 200] [--lanes 2] [scenario...]

    steady   1:1 at 1,000 messages a second
    highest  1:1, faster and faster until something is lost or falls behind
    single   1:1 at the same rates as highest, with one logic and one repo instead of two
    crowd    one message after another to a group of 10,000 members, 2,000 of them connected

All of them unless some are named. Each starts servers and processes of its own and ends them.
"""
import argparse
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from cluster.house import ROOT, WHOLE, House  # noqa: E402  (found through the line above)
from cluster.servers.backend import NotInstalled  # noqa: E402

STEADY_RATE = 1000
RATES = [1000, 1500, 2000, 2500, 3000, 3500, 4000, 5000, 6000, 8000]
LANES = WHOLE["logic"]  # one for each: the brokers sync each lane by itself
KEPT_UP = 0.97  # of the offered rate, with the time until the last message is there counted in
FAILED, COULD_NOT_RUN = 1, 2


def load(house, scenario, *flags):
    """What the load printed and whether it kept every promise."""
    watched = [f"{one.role}={one.internal_url}" for one in house.processes]
    watched += [f"{one.name}={one.process.pid}" for one in house.backends]
    done = subprocess.run([house.binary, "bench", scenario, *map(str, flags), "--gateways",
                           ",".join(one.url for one in house.gateways), "--watch", ",".join(watched)],
                          stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, flush=True)
    return done.stdout, done.returncode == 0


def chat(house, options, rate):
    said, whole = load(house, "chat", "--rate", rate, "--seconds", options.seconds,
                       "--connections", options.connections)
    reached = re.search(r"^message +(\d+)/s", said, re.MULTILINE)
    return whole and reached is not None and int(reached.group(1)) >= KEPT_UP * rate


def climb(house, options):
    held = 0
    for rate in RATES:
        if not chat(house, options, rate):
            break
        held = rate
    print(f"== held {held}/s", flush=True)
    return held > 0


def steady(house, options):
    return chat(house, options, STEADY_RATE)


def crowd(house, _):
    return load(house, "fanout", "--members", 10_000, "--receivers", 2_000, "--messages", 10)[1]


SCENARIOS = {"steady": (steady, WHOLE), "highest": (climb, WHOLE),
             "single": (climb, {**WHOLE, "logic": 1, "repo": 1}), "crowd": (crowd, WHOLE)}


def run(name, options):
    scenario, plan = SCENARIOS[name]
    print(f"== {name}: " + ", ".join(f"{count} {role}" for role, count in plan.items()), flush=True)
    settings = {"GOCHAT_SERVER_PROFILE": "bench", "GOCHAT_KAFKA_LANES": str(options.lanes)}
    house = House(options.binary, plan=plan, settings=settings)
    try:
        return scenario(house.start(), options)
    finally:
        house.stop()


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", choices=[*SCENARIOS, []])
    parser.add_argument("--binary", default=str(ROOT / "build/release/gochat"))
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--lanes", type=int, default=LANES)
    options = parser.parse_args(arguments)
    try:
        whole = [run(name, options) for name in options.scenario or SCENARIOS]
    except NotInstalled as error:
        print(error, file=sys.stderr)
        return COULD_NOT_RUN
    return 0 if all(whole) else FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
