"""A server of another's make that tests and the local cluster start: in a folder of its own, on free loopback
ports, stopped by its own pid."""
import errno
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20
POLL_SECONDS = 0.02
FIRST_PORT, PORTS_MIN = 10_000, 1_000
_given = set()


def listening_range():
    """Below the ports that the kernel gives to connections which go out: those come and go at any moment."""
    first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    return (FIRST_PORT, first - 1) if first - FIRST_PORT >= PORTS_MIN else (0, 0)


def free_port():
    """One that nobody listens on and that was not given before: who asked for it may not listen yet."""
    while True:
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", random.randint(*listening_range())))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            port = one.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def free_ports(count):
    return [free_port() for _ in range(count)]


def answers(port):
    """Whether something accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class NotInstalled(Exception):
    """The program is not on this machine."""


def program(*names):
    """The path of the first of these programs that is there."""
    for name in names:
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
        if found:
            return found
    raise NotInstalled(f"{names[0]} is not installed")


class Backend:
    """One process. A subclass says how it is started, and when it is ready.

    `name` names it in messages; `variable` is the environment variable in which tests find `address()`.
    """
    name = ""
    variable = ""

    def __init__(self, folder=None):
        self._made = None if folder else tempfile.TemporaryDirectory(prefix=f"gochat-{self.name}-")
        self.folder = pathlib.Path(folder or self._made.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.environment = {}  # beside this process's own
        self.process = None

    def command(self):
        raise NotImplementedError

    def ready(self):
        """Asked until it is true."""
        raise NotImplementedError

    def address(self):
        raise NotImplementedError

    def prepare(self):
        """What is done once, before the first start."""

    def begin(self):
        """Starts it and waits for nothing."""
        if self.process is None:
            self.prepare()
        with open(self.folder / "output.txt", "ab") as out:
            self.process = subprocess.Popen(self.command(), cwd=self.folder, stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
                                            env={**os.environ, **self.environment})
        return self

    def start(self):
        self.begin()
        self.wait_until(self.ready)
        return self

    def wait_until(self, holds, seconds=READY_SECONDS_MAX):
        pause = threading.Event()
        for _ in range(int(seconds / POLL_SECONDS)):
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with status {self.process.returncode}:\n{self.output()}")
            if holds():
                return
            pause.wait(POLL_SECONDS)
        raise RuntimeError(f"{self.name} was not ready after {seconds} s:\n{self.output()}")

    def output(self):
        return (self.folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-4000:]

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """As if the power went: what it had not written is gone."""
        if self.running():
            self.process.kill()
            self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        """Ends it and, when the folder was made here, removes what it wrote."""
        if self.running():
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.kill()
        if self._made:
            self._made.cleanup()


class Several:
    """Servers that are one backend together."""

    def __init__(self, members):
        self.members = members

    def start(self):
        for one in self.members:
            one.start()
        return self

    def kill(self):
        for one in self.members:
            one.kill()

    def stop(self):
        for one in reversed(self.members):
            one.stop()

    def address(self):
        return ",".join(one.address() for one in self.members)
