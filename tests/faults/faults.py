"""The names of the binary's fault points and planted bugs, what the environment chooses, and where results go."""
import asyncio
import json
import os
import random
import unittest

from process import run


class FaultTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        # Its debug mode, which every test of this kind is given, times each call and prints the slow ones.
        asyncio.get_running_loop().set_debug(False)


def switches(kind):
    """[name] of `point` or `bug`, as the binary itself lists them."""
    status, listed, said = run(["faults", "list", "--json"])
    if status != 0:
        raise unittest.SkipTest(said.strip())
    return [row["name"] for row in map(json.loads, listed.splitlines()) if row["kind"] == kind]


def number(name, otherwise):
    return int(os.environ.get(name, otherwise))


SUITE_SEED = number("GOCHAT_SEED", random.randrange(1 << 32))


def seed():
    """The same for the whole suite, GOCHAT_SEED if it is set; every line of a run names it."""
    return SUITE_SEED


def report(line):
    """One JSON line of what a run did and counted; kept in the file GOCHAT_FAULT_RESULTS too."""
    text = json.dumps({**line, "GOCHAT_SEED": SUITE_SEED})
    print(text, flush=True)
    kept = os.environ.get("GOCHAT_FAULT_RESULTS")
    if kept:
        with open(kept, "a", encoding="utf-8") as file:
            file.write(text + "\n")
