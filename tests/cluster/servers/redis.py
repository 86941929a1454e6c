"""Redis: one server, a Cluster of three masters, and three sentinels over a master and a replica."""
import shutil
import subprocess

from .backend import Backend, Several, free_ports, program

MASTER_NAME = "gochat"


class Redis(Backend):
    """One server, which keeps what it was told on disk."""
    name = "redis"
    variable = "GOCHAT_TEST_REDIS"

    def __init__(self, folder=None, options=()):
        super().__init__(folder)
        (self.port,) = free_ports(1)
        self.options = list(options)
        self.forgets = False  # what it was told before it is started again

    def start(self):
        if self.forgets:
            shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)
        return super().start()

    def command(self):
        return [program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
                "--daemonize", "no", "--save", "", "--appendonly", "yes", "--enable-debug-command", "local",
                *self.options]

    def ready(self):
        return self.tell("PING") == "PONG"

    def tell(self, *words):
        """What redis-cli prints for a command; nothing while the server does not answer."""
        return subprocess.run([program("redis-cli"), "-p", str(self.port), *words], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False).stdout.strip()

    def address(self):
        return f"127.0.0.1:{self.port}"


class SecuredRedis(Redis):
    """Speaks TLS only, with who has a certificate of the same authority, and serves nobody without a user."""
    ADMIN = "admin"

    def __init__(self, identity, user, password, keys, folder=None):
        """That user may use those that begin with `keys`."""
        super().__init__(folder)
        self.identity, self.user, self.password, self.keys = identity, user, password, keys

    def prepare(self):
        (self.folder / "users").write_text(
            f"user default off\nuser {self.ADMIN} on >{self.ADMIN} ~* &* +@all\n"
            f"user {self.user} on >{self.password} ~{self.keys}* &* +@all -@admin -@dangerous +role\n",
            encoding="utf-8")

    def tls(self):
        return {"cert": self.identity.certificate, "key": self.identity.key, "cacert": self.identity.authorities}

    def command(self):
        server = {"cert": "--tls-cert-file", "key": "--tls-key-file", "cacert": "--tls-ca-cert-file"}
        files = [word for name, path in self.tls().items() for word in (server[name], str(path))]
        return [*super().command(), "--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "yes", *files,
                "--aclfile", str(self.folder / "users")]

    def tell(self, *words):
        files = [word for name, path in self.tls().items() for word in (f"--{name}", str(path))]
        return super().tell("--tls", *files, "--user", self.ADMIN, "--pass", self.ADMIN, "--no-auth-warning", *words)

    def set_password(self, user, password):
        self.tell("ACL", "SETUSER", user, "resetpass", f">{password}")


class RedisCluster(Several):
    """Three masters, each with a third of the slots."""
    variable = "GOCHAT_TEST_REDIS_CLUSTER"

    def __init__(self):
        # The members speak to each other on a port that is 10,000 above unless it is named: that may be taken.
        members = []
        for bus in free_ports(3):
            options = ["--cluster-enabled", "yes", "--cluster-port", str(bus), "--cluster-node-timeout", "2000"]
            members.append(Redis(options=options))
        super().__init__(members)

    def start(self):
        super().start()
        made = subprocess.run([program("redis-cli"), "--cluster", "create", *self.address().split(","),
                               "--cluster-yes"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise RuntimeError(f"no Redis Cluster was made:\n{made.stdout}{made.stderr}")
        for one in self.members:
            one.wait_until(lambda one=one: "cluster_state:ok" in one.tell("CLUSTER", "INFO"))
        return self


class Sentinel(Redis):
    """Watches a master; a sentinel keeps what it learns in its configuration file."""
    name = "redis-sentinel"

    def __init__(self, master, quorum=2, password=""):
        super().__init__()
        self.master, self.quorum, self.password = master, quorum, password

    def prepare(self):
        (self.folder / "sentinel.conf").write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\n"
            f"sentinel monitor {MASTER_NAME} 127.0.0.1 {self.master.port} {self.quorum}\n"
            f"sentinel down-after-milliseconds {MASTER_NAME} 1000\n"
            f"sentinel failover-timeout {MASTER_NAME} 5000\n"
            + (f"requirepass {self.password}\n" if self.password else ""), encoding="utf-8")

    def command(self):
        return [program("redis-server"), str(self.folder / "sentinel.conf"), "--sentinel"]

    def tell(self, *words):
        known = ["-a", self.password, "--no-auth-warning"] if self.password else []
        return super().tell(*known, *words)


class RedisSentinel(Several):
    """A master and its replica, and three sentinels that agree on which is which."""
    variable = "GOCHAT_TEST_REDIS_SENTINELS"

    def __init__(self):
        self.master = Redis()
        self.replica = Redis(options=["--replicaof", "127.0.0.1", str(self.master.port)])
        self.sentinels = [Sentinel(self.master) for _ in range(3)]
        super().__init__([self.master, self.replica, *self.sentinels])

    def start(self):
        super().start()
        self.replica.wait_until(lambda: "master_link_status:up" in self.replica.tell("INFO", "replication"))
        for one in self.sentinels:
            one.wait_until(lambda one=one: self.knows_all(one))
        return self

    @staticmethod
    def knows_all(sentinel):
        """It has met the replica and the other two, so that they can agree on a failover."""
        told = sentinel.tell("SENTINEL", "MASTER", MASTER_NAME).split("\n")
        facts = dict(zip(told[::2], told[1::2]))
        return facts.get("num-slaves") == "1" and facts.get("num-other-sentinels") == "2"

    def address(self):
        return ",".join(one.address() for one in self.sentinels)
