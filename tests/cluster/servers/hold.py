#!/usr/bin/env python3
"""Holds one server for a test that breaks it.

    tests/cluster/servers/hold.py <server>

Says the server's address, or `absent` where it is not installed; nothing is started yet. Then each line that it reads
is one of start, kill, pause, resume, and is answered by `done`. The server ends with the input.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from cluster.servers import catalogue  # noqa: E402  (found through the line above)
from cluster.servers.backend import NotInstalled  # noqa: E402

VERBS = {"start", "kill", "pause", "resume"}


def say(text):
    print(text, flush=True)


def main(name):
    held = catalogue.server(name)
    try:
        held.command()  # finds out what is missing
    except NotInstalled:
        say("absent")
        return
    say(held.address())
    try:
        for line in sys.stdin:
            if line.strip() in VERBS:
                getattr(held, line.strip())()
                say("done")
    finally:
        if held.running():
            held.resume()
        held.stop()


if __name__ == "__main__":
    main(sys.argv[1])
