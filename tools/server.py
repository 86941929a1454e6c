"""A server for the black box: its own folder, free ports, ended by its own pid."""
import json
import subprocess
import threading

READY_SECONDS_MAX = 60
DRAIN_SECONDS_MAX = 30


class Server:
    """Starts on entering and ends on leaving; what it did not do well is told by `complaint`."""

    def __init__(self, binary, scratch):
        self.url = self.internal_url = ""
        self.complaint = ""
        self._log = scratch / "server.txt"
        self._lines = []
        self._ready = threading.Event()
        self._command = [str(binary), "serve", "--listen", "127.0.0.1:0",
                         "--internal-listen", "127.0.0.1:0", "--data", str(scratch / "server")]

    def __enter__(self):
        with open(self._log, "wb") as errors:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL,
                                             stdout=subprocess.PIPE, stderr=errors, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(READY_SECONDS_MAX) or not self.url:
            self.complaint = "did not become ready"
        return self

    def __exit__(self, *_):
        if self._process.poll() is not None and not self.complaint:
            self.complaint = f"died with status {self._process.returncode}"
        self._process.terminate()
        try:
            status = self._process.wait(DRAIN_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
            self.complaint = self.complaint or f"did not drain within {DRAIN_SECONDS_MAX} s"
        self._reader.join()
        if status != 0:
            self.complaint = self.complaint or f"ended with status {status}"

    def output(self):
        return "".join(self._lines) + self._log.read_text(encoding="utf-8", errors="replace")

    def _read(self):
        for line in self._process.stdout:
            self._lines.append(line)
            if '"msg":"ready"' in line:
                said = json.loads(line)
                self.url, self.internal_url = said["url"], said["internalUrl"]
                self._ready.set()
        self._ready.set()
