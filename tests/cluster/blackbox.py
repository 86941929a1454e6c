#!/usr/bin/python3
"""Runs the black box against a cluster of GOCHAT_BINARY: the same tests, the same answers.

blackbox.py [--gtest_output=json:FILE] [part of a test's name]

The cluster has had bad days by then: each of its backends and one process of each role were killed and came back.

Tests that start a server of their own are not among them: what they ask about is one process, and the black box runs
them.
"""
import os
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parent / "blackbox"), str(FOLDER.parent)]

from cluster.house import WHOLE, House  # noqa: E402  (found through the lines above)


def run(arguments):
    house = House(os.environ.pop("GOCHAT_BINARY"))
    try:
        house.start()
        for lost in [*house.backends, *(house.of(role)[0] for role in WHOLE)]:
            lost.kill()
            lost.start()
        os.environ.update(GOCHAT_URL=house.gateways[0].url, GOCHAT_INTERNAL_URL=house.gateways[0].internal_url,
                          GOCHAT_URLS=",".join(gateway.url for gateway in house.gateways))
        from run import main  # the clients read the environment when they are loaded
        from process import NOT_OURS
        from cluster.watching import LANES, measures_of, wait_until
        # Kafka keeps the lanes of a killed logic for it until its session is over.
        logics = house.of("logic")
        wait_until(lambda: sum(measures_of(one).value(LANES) for one in logics) == house.lanes)
        return main(arguments, elsewhere=NOT_OURS)
    finally:
        house.stop()


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
