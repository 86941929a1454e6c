"""etcd that speaks TLS, wants certificates, and asks who comes."""
from cluster.securing import Doubting, ETCD_PREFIX, PASSWORD, Securing, USER, WRONG
from cluster.servers.etcd import Etcd
from cluster.watching import wait_until


class SecuredEtcd(Doubting, Securing):
    section = "etcd"
    wrong = {"password_file": None, "password": WRONG}
    says_wrong, says_name = "authentication failed", "another.test is not in peer certificate"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.ask_for_users(USER, PASSWORD, ETCD_PREFIX)

    @classmethod
    def make_server(cls, identity):
        return Etcd(identity=identity)

    def right(self):
        password = self.folder / "password"
        password.write_text(PASSWORD + "\n", encoding="utf-8")
        password.chmod(0o600)
        return {"endpoints": self.server.address(), "user": USER, "password_file": password, "tls": "on",
                "tls_authorities": self.own.authorities, "tls_certificate": self.own.certificate,
                "tls_key": self.own.key}

    def test_it_is_used(self):
        process = self.begin("repo-at-etcd")
        self.becomes_ready(process)
        self.assertIn(f"{ETCD_PREFIX}/services/repo/repo-at-etcd", self.server.keys(ETCD_PREFIX))
        self.tells_no_password(process)

    def test_a_certificate_is_who_comes_where_no_user_is_named(self):
        process = self.begin("repo-by-certificate", endpoints=self.by_name(), user=None, password_file=None)
        self.becomes_ready(process)

    def test_files_that_cannot_be_used_are_refused(self):
        self.is_refused("nowhere.pem cannot be read", tls_authorities=self.folder / "nowhere.pem")
        self.is_refused("does not hold certificates in PEM", tls_authorities=self.own.key)
        self.is_refused("`etcd.tls_key` belong together", tls_key=None)
        self.is_refused("`etcd.tls` is off", tls="off", tls_certificate=None, tls_key=None)
        self.is_refused("`etcd.password` belong together", user=None)


class EtcdThatBeginsToAsk(Securing):
    section = "etcd"

    @classmethod
    def make_server(cls, identity):
        return Etcd()

    def right(self):
        return {"endpoints": self.server.address(), "user": USER, "password": PASSWORD}

    def follows(self, process, level):
        """It still takes what all are told there."""
        behind = len(process.lines())
        self.server.control("put", f"{ETCD_PREFIX}/config/all", f"log: {{level: {level}}}")
        wait_until(lambda: process.line("applied", lambda line: line["key"] == "log.level", behind),
                   lambda: f"it does not follow:\n{process.output()}")

    def test_it_signs_in_when_it_is_asked_to_and_again_when_it_is_forgotten(self):
        process = self.begin("repo-before-users")
        self.becomes_ready(process)
        self.server.ask_for_users(USER, PASSWORD, ETCD_PREFIX)
        self.follows(process, "debug")
        # Whoever was signed in is not any more.
        self.server.control("auth", "disable")
        self.server.control("auth", "enable")
        self.follows(process, "info")
        self.assertTrue(process.running())
