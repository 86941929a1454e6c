#!/usr/bin/python3
"""Runs the tests of a folder, the black box by default, and reports in the form of the other suites.

run.py [--gtest_output=json:FILE] [part of a test's name]
"""
import json
import pathlib
import sys
import time
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent


class Results(unittest.TestResult):
    def __init__(self, elsewhere=None):
        super().__init__()
        self.tests = []
        self._elsewhere = elsewhere  # why a test leaves itself out that another suite runs
        self._failure = self._skip = None

    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()
        self._failure = self._skip = None

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._failure = self.failures[-1][1]

    def addError(self, test, err):
        super().addError(test, err)
        self._failure = self.errors[-1][1]
        self._outside_of_tests(test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._failure = f"{subtest}\n{self._exc_info_to_string(err, test)}"

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._skip = reason
        self._outside_of_tests(test)

    def _outside_of_tests(self, test):
        """What a class or a module does before and after its tests has neither a start nor a stop of its own."""
        if not isinstance(test, unittest.TestCase):
            step, of = test.id().rstrip(")").split(" (")
            self._began = time.monotonic()
            self._report(of.rsplit(".", 1)[-1], step)
            self._failure = self._skip = None

    def stopTest(self, test):
        super().stopTest(test)
        suite, name = test.id().rsplit(".", 1)
        self._report(suite.rsplit(".", 1)[-1], name)

    def _report(self, suite, name):
        if self._skip and self._skip == self._elsewhere:
            return
        result = {"name": name, "classname": suite, "status": "RUN",
                  "result": "SKIPPED" if self._skip else "COMPLETED",
                  "time": f"{time.monotonic() - self._began:.3f}s"}
        word = "     OK"
        if self._failure:
            result["failures"] = [{"failure": self._failure, "type": ""}]
            word = " FAILED"
            print(self._failure)
        elif self._skip:
            word = "SKIPPED"
        print(f"[ {word} ] {suite}.{name} ({result['time']}){' ' + self._skip if self._skip else ''}", flush=True)
        self.tests.append(result)


def chosen(suite, part):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from chosen(test, part)
        elif part in test.id():
            yield test


def main(arguments, folder=FOLDER, elsewhere=None):
    report = None
    part = ""
    for argument in arguments:
        if argument.startswith("--gtest_output=json:"):
            report = argument.removeprefix("--gtest_output=json:")
        else:
            part = argument
    sys.path.insert(0, str(folder))
    found = unittest.TestLoader().discover(str(folder), pattern="test_*.py", top_level_dir=str(folder))
    results = Results(elsewhere)
    unittest.TestSuite(chosen(found, part)).run(results)
    failed = sum(1 for test in results.tests if test.get("failures"))
    suites = {}
    for test in results.tests:
        suites.setdefault(test["classname"], []).append(test)
    if report:
        body = {"tests": len(results.tests), "failures": failed,
                "testsuites": [{"name": name, "tests": len(tests), "testsuite": tests}
                               for name, tests in suites.items()]}
        pathlib.Path(report).write_text(json.dumps(body), encoding="utf-8")
    print(f"{len(results.tests)} tests, {failed} failed")
    return 1 if failed or not results.tests else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
