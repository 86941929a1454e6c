"""`./dev run`, as the README begins: a built tree, one command, an address, a first message, Ctrl-C."""
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import unittest
import urllib.request

from process import READY_SECONDS_MAX, binary
from readme import ROOT, follow

ADDRESS_LINE = re.compile(r"^GoChat listens on (http://127\.0\.0\.1:\d+)$")


class DevRun(unittest.TestCase):
    def setUp(self):
        built = ROOT / "build/release/gochat"
        if not built.exists() or pathlib.Path(binary()).resolve() != built:
            self.skipTest("build/release/gochat is not the binary under test: it would be built here")
        folder = tempfile.TemporaryDirectory(prefix="gochat-dev-run-")
        self.addCleanup(folder.cleanup)
        self.data = os.path.join(folder.name, "data")
        # A session of its own, as a terminal's: Ctrl-C reaches everything in it.
        self.process = subprocess.Popen(
            ["./dev", "run", "--listen", "127.0.0.1:0", "--internal-listen", "127.0.0.1:0", "--data", self.data],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True)
        self.addCleanup(self.end)
        self.lines = []

    def end(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def address(self):
        """Of the line that ends the start; everything before it is kept."""
        cut_off = threading.Timer(READY_SECONDS_MAX, self.process.kill)
        cut_off.start()
        try:
            for line in self.process.stdout:
                self.lines.append(line)
                if found := ADDRESS_LINE.match(line.rstrip("\n")):
                    return found[1]
        finally:
            cut_off.cancel()
        raise AssertionError(f"no address in {self.lines}, {self.process.stderr.read()}")

    def test_it_starts_says_where_takes_a_message_and_ends_by_ctrl_c(self):
        url = self.address()
        installed = [line for line in self.lines if "apt" in line or "Setting up" in line]
        self.assertEqual(installed, [], "nothing was missing, so nothing is installed")
        with urllib.request.urlopen(url) as page:
            self.assertIn("<title>GoChat</title>", page.read().decode())
        answer = follow(url)
        self.assertEqual((answer["success"], answer["data"]["status"]), (True, "stored"))
        os.killpg(self.process.pid, signal.SIGINT)
        shown = "".join(self.lines) + self.process.stdout.read()
        complained = self.process.stderr.read()
        self.assertEqual((self.process.wait(READY_SECONDS_MAX), complained), (0, ""))
        self.assertIn("Ctrl-C stops it.", shown)
        self.assertIn('"msg":"stopped"', shown, "what the drain says is still shown")
        self.assertTrue(os.path.isdir(self.data))
