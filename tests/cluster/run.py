#!/usr/bin/python3
"""Runs the tests of whole clusters of GOCHAT_BINARY, with the black box's clients and its report.

run.py [--gtest_output=json:FILE] [part of a test's name]
"""
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parent / "blackbox"), str(FOLDER.parent)]

from cluster import whole  # noqa: E402
from run import main  # noqa: E402  the black box's, which lies before this one now

if __name__ == "__main__":
    try:
        status = main(sys.argv[1:], FOLDER)
    finally:
        whole.end()
    sys.exit(status)
