"""MariaDB: one server, everything written as durably as in life, and a primary with a replica."""
import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile

from .backend import Backend, Several, answers, free_ports, program

INSTALL_SECONDS_MAX = 120


def initialised():
    """A folder as the server makes it for a new installation; made once and copied from then on."""
    version = subprocess.run([program("mariadbd"), "--no-defaults", "--version"], check=True,
                             capture_output=True, text=True).stdout.split()[2]
    home = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "gochat-tests"
    home.mkdir(parents=True, exist_ok=True)
    folder = home / f"mariadb-{version}"
    with open(home / "mariadb.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=home) as made:
                subprocess.run([program("mariadb-install-db"), "--no-defaults", f"--datadir={made}/data",
                                "--auth-root-authentication-method=normal", "--skip-test-db", "--user=root"],
                               check=True, capture_output=True, timeout=INSTALL_SECONDS_MAX)
                (pathlib.Path(made) / "data").rename(folder)
    return folder


class MariaDb(Backend):
    name = "mariadb"
    variable = "GOCHAT_TEST_MARIADB"

    def __init__(self, folder=None, options=()):
        super().__init__(folder)
        self.port, = free_ports(1)
        self.options = list(options)

    def prepare(self):
        if not (self.folder / "data").exists():
            shutil.copytree(initialised(), self.folder / "data")

    def command(self):
        return [program("mariadbd"), "--no-defaults", "--user=root", f"--datadir={self.folder / 'data'}",
                f"--socket={self.folder / 'sock'}", f"--pid-file={self.folder / 'pid'}",
                f"--port={self.port}", "--bind-address=127.0.0.1", "--skip-name-resolve",
                "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=1",
                *self.options]

    def ready(self):
        return answers(self.port)

    def address(self):
        return f"127.0.0.1:{self.port}"


class SecuredMariaDb(MariaDb):
    """Lets in over TLS only, and this user only with a certificate of the same authority."""

    def __init__(self, identity, user, password, folder=None):
        super().__init__(folder, ["--require-secure-transport=ON", f"--ssl-ca={identity.authorities}",
                                  f"--ssl-cert={identity.certificate}", f"--ssl-key={identity.key}"])
        self.user, self.password = user, password

    def start(self):
        super().start()
        self.sql(f"CREATE DATABASE IF NOT EXISTS gochat; CREATE USER IF NOT EXISTS {self.user} "
                 f"IDENTIFIED BY '{self.password}' REQUIRE X509; GRANT ALL ON gochat.* TO {self.user}")
        return self

    def sql(self, statement):
        """Over its socket, which counts as secure."""
        return subprocess.run([program("mariadb"), "--no-defaults", f"--socket={self.folder / 'sock'}", "-u", "root",
                               "-N", "-e", statement], check=True, capture_output=True, text=True).stdout.split()

    def set_password(self, user, password):
        self.sql(f"SET PASSWORD FOR {user} = PASSWORD('{password}')")


class Primary(MariaDb):
    """Keeps what replicas follow."""

    def __init__(self, folder=None):
        super().__init__(folder, ["--server-id=1", "--log-bin=changes", "--binlog-format=ROW", "--sync-binlog=1"])


class Replica(MariaDb):
    """Follows a primary from its first change on, also when either was away."""
    name = "mariadb-replica"

    def __init__(self, primary, folder=None):
        super().__init__(folder, ["--server-id=2", "--read-only=1", "--skip-slave-start"])
        self.primary = primary
        self.options.append(f"--init-file={self.folder / 'follow.sql'}")

    def prepare(self):
        super().prepare()
        (self.folder / "follow.sql").write_text(
            f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={self.primary.port}, MASTER_USER='root', "
            "MASTER_CONNECT_RETRY=1, MASTER_USE_GTID=slave_pos;\nSTART SLAVE;\n", encoding="utf-8")


class MariaDbReplica(Several):
    """A primary and its replica, in this order."""
    variable = "GOCHAT_TEST_MARIADB_REPLICA"

    def __init__(self):
        primary = Primary()
        super().__init__([primary, Replica(primary)])
