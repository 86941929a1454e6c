"""etcd, one member."""
import json
import os
import subprocess
import urllib.request

from .backend import Backend, free_ports, program


class Etcd(Backend):
    name = "etcd"
    variable = "GOCHAT_TEST_ETCD"

    def __init__(self, folder=None):
        super().__init__(folder)
        self.port, self.peer_port = free_ports(2)

    def command(self):
        clients, peers = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.peer_port}"
        return [program("etcd"), "--data-dir", str(self.folder / "store"), "--log-level", "warn",
                "--listen-client-urls", clients, "--advertise-client-urls", clients,
                "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
                "--initial-cluster", f"default={peers}"]

    # It listens before it has elected itself, and answers nothing until then.
    def ready(self):
        try:
            with urllib.request.urlopen(f"http://{self.address()}/health", timeout=1) as answer:
                return json.load(answer)["health"] == "true"
        except OSError:
            return False

    def control(self, *words):
        """What etcdctl prints."""
        return subprocess.run([program("etcdctl"), "--endpoints", self.address(), *words], check=True,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, "ETCDCTL_API": "3"}).stdout

    def keys(self, prefix):
        """Those that begin so."""
        return [line for line in self.control("get", "--prefix", "--keys-only", prefix).splitlines() if line]

    def address(self):
        return f"127.0.0.1:{self.port}"
