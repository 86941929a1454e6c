import contextlib
import importlib.util
import io
import json
import pathlib
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = {
    "test_module.py": """
import unittest
def setUpModule():
    raise RuntimeError("the module cannot begin")
class Hidden(unittest.TestCase):
    def test_never_runs(self):
        pass
""",
    "test_classes.py": """
import unittest
class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("the class cannot begin")
    def test_never_runs(self):
        pass
class Elsewhere(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise unittest.SkipTest("another suite runs it")
    def test_never_runs(self):
        pass
class Good(unittest.TestCase):
    def test_runs(self):
        pass
class Left(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise unittest.SkipTest("nothing to stand on")
    def test_never_runs(self):
        pass
class Untidy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(lambda: 1 / 0)
    def test_runs(self):
        pass
"""}


class BlackboxRunner(unittest.TestCase):
    def test_what_fails_around_tests_is_a_failure_by_name(self):
        spec = importlib.util.spec_from_file_location("blackbox_run", ROOT / "tests/blackbox/run.py")
        runner = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(runner)
        with tempfile.TemporaryDirectory() as folder:
            for name, text in TESTS.items():
                (pathlib.Path(folder) / name).write_text(text, encoding="utf-8")
            report = pathlib.Path(folder) / "report.json"
            with contextlib.redirect_stdout(io.StringIO()):
                status = runner.main([f"--gtest_output=json:{report}"], pathlib.Path(folder), "another suite runs it")
            told = json.loads(report.read_text(encoding="utf-8"))
        self.assertEqual(status, 1)
        rows = {(row["classname"], row["name"]): "FAILED" if row.get("failures") else row["result"]
                for suite in told["testsuites"] for row in suite["testsuite"]}
        self.assertEqual(rows, {
            ("Broken", "setUpClass"): "FAILED", ("Good", "test_runs"): "COMPLETED", ("Left", "setUpClass"): "SKIPPED",
            ("Untidy", "test_runs"): "COMPLETED", ("Untidy", "tearDownClass"): "FAILED",
            ("test_module", "setUpModule"): "FAILED"})


if __name__ == "__main__":
    unittest.main()
