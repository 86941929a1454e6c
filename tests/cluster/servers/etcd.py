"""etcd, one member."""
from .backend import Backend, answers, free_ports, program


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

    def ready(self):
        return answers(self.port)

    def address(self):
        return f"127.0.0.1:{self.port}"
