"""A whole cluster of GoChat on this machine: the servers it stands on and any number of processes of each role."""
import concurrent.futures
import json
import os
import pathlib
import secrets
import subprocess
import tempfile

from .servers.backend import Backend, free_ports, program
from .servers.etcd import Etcd
from .servers.kafka import Kafka
from .servers.mariadb import Primary, Replica
from .servers.redis import Redis

ROOT = pathlib.Path(__file__).resolve().parents[2]
WHOLE = {"repo": 2, "logic": 2, "task": 1, "gateway": 2}
DATABASE = "gochat"
MIGRATE_SECONDS_MAX = 120


class Process(Backend):
    """One process of GoChat: one role from its documented configuration, several, or with `serve` all of them."""

    def __init__(self, binary, role, name, folder, environment):
        self.name, self.role, self.binary = name, role, str(binary)
        super().__init__(folder)
        self.environment = dict(environment)
        self.http, self.internal, self.grpc = free_ports(3)

    def command(self):
        flags = ["--server.instance", self.name, "--data", str(self.folder / "data"),
                 "--listen", f"127.0.0.1:{self.http}", "--internal-listen", f"127.0.0.1:{self.internal}",
                 "--grpc.listen", f"127.0.0.1:{self.grpc}"]
        if self.role == "serve":
            return [self.binary, "serve", "--server.wiring", "cluster", *flags]
        if "," in self.role:
            return [self.binary, "serve", "--server.wiring", "cluster", "--server.roles", self.role, *flags]
        return [self.binary, self.role, "--config", str(ROOT / f"config/cluster/{self.role}.yaml"), *flags]

    # What was said before an earlier end does not count.
    def begin(self):
        self.said = (self.folder / "output.txt").stat().st_size if self.process else 0
        return super().begin()

    def lines(self):
        """What it has logged since it was started, parsed."""
        text = (self.folder / "output.txt").read_bytes()[self.said:].decode("utf-8", "replace")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}")]

    def line(self, msg, where=lambda line: True, behind=0):
        """The first such line, of those behind so many; None: it has not been logged."""
        return next((line for line in self.lines()[behind:] if line["msg"] == msg and where(line)), None)

    def ready(self):
        return any(line.get("msg") == "ready" for line in self.lines())

    @property
    def roles(self):
        return ["gateway", "logic", "repo", "task"] if self.role == "serve" else self.role.split(",")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.http}"

    @property
    def internal_url(self):
        return f"http://127.0.0.1:{self.internal}"

    def address(self):
        return f"127.0.0.1:{self.grpc}"


class House:
    """Starts with `start()`; whatever was started ends with `stop()`, by pid."""

    def __init__(self, binary, folder=None, plan=None, settings=None):
        self._made = None if folder else tempfile.TemporaryDirectory(prefix="gochat-cluster-")
        self.folder = pathlib.Path(folder or self._made.name)
        self.binary = pathlib.Path(binary).resolve()
        self.mariadb = Primary(self.folder / "mariadb")
        self.replica = Replica(self.mariadb, self.folder / "mariadb-replica")
        self.redis = Redis(self.folder / "redis")
        self.etcd = Etcd(self.folder / "etcd")
        self.kafka = Kafka(self.folder / "kafka")
        self.backends = [self.mariadb, self.replica, self.redis, self.etcd, self.kafka]
        self.shared = {
            "GOCHAT_MYSQL_ADDRESS": self.mariadb.address(), "GOCHAT_MYSQL_USER": "root",
            "GOCHAT_MYSQL_REPLICAS": self.replica.address(), "GOCHAT_MYSQL_DATABASE": DATABASE,
            "GOCHAT_REDIS_ADDRESSES": self.redis.address(),
            "GOCHAT_KAFKA_BROKERS": self.kafka.address(), "GOCHAT_ETCD_ENDPOINTS": self.etcd.address(),
            "GOCHAT_AUTH_TOKEN_KEY": secrets.token_hex(32), "GOCHAT_AUTH_REFRESH_KEY": secrets.token_hex(32),
            "GOCHAT_GRPC_TOKEN": secrets.token_hex(32), "GOCHAT_GRPC_REFLECTION": "on", "GOCHAT_KAFKA_LANES": "4",
            "GOCHAT_DRAIN_WAIT_MS": "0", "GOCHAT_DRAIN_WINDOW_MS": "200",
            "GOCHAT_SERVER_TRUSTED_PROXIES": "", "GOCHAT_AUTH_BCRYPT_COST": "4", **(settings or {})}
        self.processes = [self.process(role, f"{role.replace(',', '-')}-{n + 1}")
                          for role, count in (plan or WHOLE).items() for n in range(count)]

    def process(self, role, name):
        return Process(self.binary, role, name, self.folder / name, self.shared)

    def of(self, role):
        """The processes that have this role."""
        return [one for one in self.processes if role in one.roles]

    @property
    def gateways(self):
        return self.of("gateway")

    @property
    def lanes(self):
        """How many lanes the logics share: those of the conversations and that of the world room."""
        return int(self.shared["GOCHAT_KAFKA_LANES"]) + 1

    def start(self):
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda one: one.start(), self.backends))
        self.make_database()
        # All at once: each waits for what it stands on.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda one: one.start(), self.processes))

    def make_database(self):
        self.sql(f"CREATE DATABASE IF NOT EXISTS {DATABASE}", database="")
        self.verb("migrate", "up")

    def sql(self, statement, database=DATABASE, server=None):
        """The words that the database answers, the primary's unless told."""
        host, port = (server or self.mariadb).address().split(":")
        return subprocess.run([program("mariadb"), "--no-defaults", "-h", host, "-P", port, "-u", "root", "-N", "-e",
                               statement, database], check=True, capture_output=True, text=True,
                              timeout=MIGRATE_SECONDS_MAX).stdout.split()

    def verb(self, *words, **settings):
        """What one of the binary's verbs prints, in the environment of this cluster."""
        done = subprocess.run([self.binary, *words], env={**self.environment(), **settings}, capture_output=True,
                              text=True, timeout=MIGRATE_SECONDS_MAX, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"gochat {' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def environment(self):
        return {**os.environ, **self.shared, "GOCHAT_SERVER_WIRING": "cluster"}

    def stop(self):
        for one in reversed([*self.backends, *self.processes]):
            one.stop()
        if self._made:
            self._made.cleanup()
