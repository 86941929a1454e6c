#!/usr/bin/python3
"""Runs the tests of whole clusters of GOCHAT_BINARY, with the black box's clients and its report.

run.py [bad_days] [--gtest_output=json:FILE] [part of a test's name]

Those of the folder bad_days when it is named, otherwise those of this one.
"""
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parent / "blackbox"), str(FOLDER.parent)]

from cluster import whole  # noqa: E402
from run import main  # noqa: E402  the black box's, which lies before this one now

if __name__ == "__main__":
    arguments = sys.argv[1:]
    folder = FOLDER / arguments.pop(0) if arguments[:1] == ["bad_days"] else FOLDER
    try:
        status = main(arguments, folder)
    finally:
        whole.end()
    sys.exit(status)
