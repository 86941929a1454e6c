#!/usr/bin/python3
"""Runs what judges the released binary itself, with the black box's report.

run.py [--gtest_output=json:FILE] [part of a test's name]
"""
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "blackbox"))

from run import main  # noqa: E402  the black box's, which lies before this one now

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], FOLDER))
