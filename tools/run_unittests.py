#!/usr/bin/env python3
"""Runs the tests of the tools and writes what they count into the ledger."""
import pathlib
import sys
import unittest

import ledger


def main(ledger_path):
    here = pathlib.Path(__file__).resolve().parent
    sys.path.insert(0, str(here.parent / "cmake"))
    tests = unittest.defaultTestLoader.discover(str(here / "tests"), pattern="*_test.py")
    result = unittest.TextTestRunner(verbosity=1).run(tests)
    failed = [str(test) for test, _ in result.failures + result.errors]
    skipped = [str(test) for test, _ in result.skipped]
    passed = result.testsRun - len(failed) - len(skipped)
    ledger.append(ledger_path, "tools", passed, failed, skipped)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
