"""Servers of a test's own, which it may kill and start again over the same data."""
import json
import os
import select
import signal
import subprocess
import tempfile
import threading
import time
import unittest

READY_SECONDS_MAX = 60


# Why a test that needs a server of its own leaves itself out.
NOT_OURS = "GOCHAT_BINARY is not set: this address is not ours to kill"


def binary():
    path = os.environ.get("GOCHAT_BINARY")
    if not path:
        raise unittest.SkipTest(NOT_OURS)
    return path


class OwnServer:
    def __init__(self, data=None, environment=None, flags=(), stderr=None, reads=True):
        self._folder = None if data else tempfile.TemporaryDirectory(prefix="gochat-blackbox-")
        self.data = data or os.path.join(self._folder.name, "data")
        self.environment = environment or {}
        self.flags = list(flags)
        self.stderr = stderr  # a file, or None: where the test's own goes
        self.reads = reads  # what it logs once it is ready; otherwise when read_on() is called
        self.port = 0
        self.process = None
        self.lines = []  # what it has logged since it was started, parsed
        self._said = threading.Condition()

    def command(self):
        return [binary(), "serve", "--listen", f"127.0.0.1:{self.port}", "--internal-listen", "127.0.0.1:0",
                "--data", self.data, *self.flags]

    def start(self):
        self.lines = []
        self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self.stderr, bufsize=0, env={**os.environ, **self.environment})
        until = time.monotonic() + READY_SECONDS_MAX
        line = b""
        while time.monotonic() < until:
            ready, _, _ = select.select([self.process.stdout], [], [], until - time.monotonic())
            line = self.process.stdout.readline() if ready else b""
            if not line:
                break
            said = json.loads(line)
            self.lines.append(said)
            if said.get("msg") == "ready":
                self.url, self.internal_url = said["url"], said["internalUrl"]
                self.port = int(self.url.rsplit(":", 1)[1])
                self._reader = None
                if self.reads:
                    self.read_on()
                return self
        raise AssertionError(f"the server did not become ready, last line {line!r}")

    def read_on(self):
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()

    # To the end, so that no line that a test waits for is dropped.
    def _read(self, stdout):
        for line in stdout:
            with self._said:
                self.lines.append(json.loads(line))
                self._said.notify_all()

    def line(self, msg, where=lambda line: True):
        """The first logged line with this message; waits for it."""
        def found():
            return next((l for l in self.lines if l["msg"] == msg and where(l)), None)
        with self._said:
            assert self._said.wait_for(found, READY_SECONDS_MAX), f"no line {msg!r} in {self.lines}"
            return found()

    def kill(self):
        self.process.kill()
        return self.ended()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self):
        """Waits for its end, however it came: the exit code."""
        status = self.process.wait(READY_SECONDS_MAX)
        if self._reader:
            self._reader.join()
        self.process.stdout.close()
        return status

    def end(self):
        if self.process and self.process.poll() is None:
            self.kill()
        if self._folder:
            self._folder.cleanup()


def run(arguments, **more):
    """Runs the binary to its end: (status, stdout, stderr)."""
    done = subprocess.run([binary(), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=READY_SECONDS_MAX, check=False, **more)
    return done.returncode, done.stdout, done.stderr


class Alone:
    """Stands before BlackBox in a test whose people are on a server of their own, which it may end and start again."""
    flags = ()

    async def asyncSetUp(self):
        self.server = OwnServer(flags=self.flags).start()
        self.addCleanup(self.server.end)
        self.url = self.server.url
        await super().asyncSetUp()
