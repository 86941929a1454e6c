"""etcd, one member."""
import json
import os
import ssl
import subprocess
import urllib.request

from .backend import Backend, free_ports, program


class Etcd(Backend):
    name = "etcd"
    variable = "GOCHAT_TEST_ETCD"

    def __init__(self, folder=None, identity=None):
        """With an identity it speaks TLS, and only with who has a certificate of the same authority."""
        super().__init__(folder)
        self.port, self.peer_port = free_ports(2)
        self.identity = identity
        self.user = None  # as whom it is controlled, once it asks for that: "name:password"

    def command(self):
        clients, peers = self.url(), f"http://127.0.0.1:{self.peer_port}"
        secured = [] if self.identity is None else [
            "--client-cert-auth", "--trusted-ca-file", str(self.identity.authorities),
            "--cert-file", str(self.identity.certificate), "--key-file", str(self.identity.key)]
        return [program("etcd"), "--data-dir", str(self.folder / "store"), "--log-level", "warn",
                "--listen-client-urls", clients, "--advertise-client-urls", clients,
                "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
                "--initial-cluster", f"default={peers}", *secured]

    def trusted(self):
        if self.identity is None:
            return None
        context = ssl.create_default_context(cafile=str(self.identity.authorities))
        context.load_cert_chain(self.identity.certificate, self.identity.key)
        return context

    # It listens before it has elected itself, and answers nothing until then.
    def ready(self):
        try:
            with urllib.request.urlopen(f"{self.url()}/health", timeout=1, context=self.trusted()) as answer:
                return json.load(answer)["health"] == "true"
        except OSError:
            return False

    def control(self, *words, typed=""):
        """What etcdctl prints."""
        secured = [] if self.identity is None else [
            "--cacert", str(self.identity.authorities), "--cert", str(self.identity.certificate),
            "--key", str(self.identity.key)]
        user = ["--user", self.user] if self.user else []
        return subprocess.run([program("etcdctl"), "--endpoints", self.url(), *secured, *user, *words], check=True,
                              capture_output=True, text=True, input=typed,
                              env={**os.environ, "ETCDCTL_API": "3"}).stdout

    def ask_for_users(self, user, password, prefix):
        """From now on whoever comes must be somebody, and this user may do everything below that prefix."""
        for words in (["user", "add", "root:root"], ["user", "grant-role", "root", "root"], ["role", "add", user],
                      ["role", "grant-permission", user, "--prefix=true", "readwrite", prefix],
                      ["user", "add", f"{user}:{password}"], ["user", "grant-role", user, user], ["auth", "enable"]):
            self.control(*words)
        self.user = "root:root"

    def set_password(self, user, password):
        self.control("user", "passwd", "--interactive=false", user, typed=f"{password}\n")

    def keys(self, prefix):
        """Those that begin so."""
        return [line for line in self.control("get", "--prefix", "--keys-only", prefix).splitlines() if line]

    def url(self):
        return f"http{'s' if self.identity else ''}://{self.address()}"

    def values(self, prefix):
        """What is under them, each in one line."""
        return [line for line in self.control("get", "--prefix", "--print-value-only", prefix).splitlines() if line]

    def address(self):
        return f"127.0.0.1:{self.port}"
