import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import gtest_report
import ledger
from run_suites import outcome_of

PRINTED = """[==========] Running 4 tests from 1 test suite.
[ RUN      ] Gate.closes
[       OK ] Gate.closes (0 ms)
[ RUN      ] Gate.skips
[  SKIPPED ] Gate.skips (0 ms)
[ RUN      ] Gate.fails
[  FAILED  ] Gate.fails (0 ms)
[ RUN      ] Gate.dies
"""


class Results(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.report = self.folder / "report.json"
        self.ledger = self.folder / "ledger.jsonl"

    def write_report(self, *tests):
        suites = [{"name": "Gate", "testsuite": list(tests)}]
        self.report.write_text(json.dumps({"testsuites": suites}), encoding="utf-8")

    def total(self, status=0):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            good = ledger.total(self.ledger, status)
        return good, out.getvalue()

    def test_a_report_is_counted_by_kind(self):
        ran = {"status": "RUN", "result": "COMPLETED"}
        self.write_report({"name": "a", **ran}, {"name": "b", **ran, "failures": [{}]},
                          {"name": "c", "status": "RUN", "result": "SKIPPED"},
                          {"name": "d", "status": "NOTRUN", "result": "SUPPRESSED"})
        self.assertEqual(outcome_of(1, self.report, ""),
                         (1, ["Gate.b"], ["Gate.c", "Gate.d"]))

    def test_a_crash_keeps_what_had_passed_and_names_the_test(self):
        self.assertEqual(gtest_report.from_output(PRINTED),
                         (1, ["Gate.fails", "Gate.dies (crashed)"], ["Gate.skips"]))
        self.assertEqual(outcome_of(-6, self.report, PRINTED)[1][-1], "Gate.dies (crashed)")

    def test_what_is_shown_of_a_failure_leaves_out_what_passed(self):
        self.assertEqual(gtest_report.worth_reading(PRINTED)[1:],
                         ["[ RUN      ] Gate.skips", "[  SKIPPED ] Gate.skips (0 ms)",
                          "[ RUN      ] Gate.fails", "[  FAILED  ] Gate.fails (0 ms)",
                          "[ RUN      ] Gate.dies"])

    def test_a_bad_end_after_good_tests_is_a_failure(self):
        self.write_report({"name": "a", "status": "RUN", "result": "COMPLETED"})
        self.assertEqual(outcome_of(23, self.report, ""), (1, ["ended with status 23"], []))

    def test_a_suite_without_tests_is_a_failure(self):
        self.write_report()
        self.assertEqual(outcome_of(0, self.report, ""), (0, ["ran no test"], []))

    def test_the_total_ends_with_the_counted_line(self):
        ledger.append(self.ledger, "asan net_test", 3, [], ["Net.needs_a_disk"])
        ledger.append(self.ledger, "tsan net_test", 2)
        good, text = self.total()
        self.assertTrue(good)
        self.assertIn("skipped  asan net_test: Net.needs_a_disk\n", text)
        self.assertEqual(text.splitlines()[-1], "5 passed, 0 failed, 1 skipped")

    def test_one_failure_fails_the_run(self):
        ledger.append(self.ledger, "asan net_test", 3, ["Net.sends"])
        good, text = self.total()
        self.assertFalse(good)
        self.assertEqual(text.splitlines()[-1], "3 passed, 1 failed, 0 skipped")

    def test_a_run_that_broke_off_is_a_failure(self):
        ledger.append(self.ledger, "asan net_test", 3)
        self.assertFalse(self.total(status=1)[0])


if __name__ == "__main__":
    unittest.main()
