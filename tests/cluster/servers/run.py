#!/usr/bin/env python3
"""Starts servers and runs a command with their addresses in its environment.

    tests/cluster/servers/run.py [<server>...] -- <command>...

Without a name it starts every server that it knows. One that is not installed is left out, and its suites then name
themselves as skipped. The exit code is the command's.
"""
import contextlib
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from cluster.servers import catalogue  # noqa: E402  (found through the line above)
from cluster.servers.backend import NotInstalled  # noqa: E402

USAGE = 64


@contextlib.contextmanager
def servers(names):
    """The environment that names the addresses of these servers; they end with the block."""
    environment = {}
    with contextlib.ExitStack() as started:
        for name in names:
            one = catalogue.server(name)
            started.callback(one.stop)
            try:
                one.start()
            except NotInstalled as reason:
                print(f"{name}: {reason}", file=sys.stderr)
                continue
            environment[one.variable] = one.address()
        yield environment


def main(arguments):
    if "--" not in arguments or not arguments[arguments.index("--") + 1:]:
        print(__doc__, file=sys.stderr)
        return USAGE
    at = arguments.index("--")
    names, command = arguments[:at] or catalogue.known(), arguments[at + 1:]
    unknown = [name for name in names if name not in catalogue.known()]
    if unknown:
        print(f"no server `{unknown[0]}`; there are: {', '.join(catalogue.known())}", file=sys.stderr)
        return USAGE
    with servers(names) as environment:
        return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
