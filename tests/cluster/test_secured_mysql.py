"""A database that speaks TLS, wants certificates, and asks who comes."""
from cluster.securing import Doubting, PASSWORD, Securing, USER
from cluster.servers.mariadb import SecuredMariaDb
from cluster.whole import verb


class SecuredDatabase(Doubting, Securing):
    section = "mysql"
    says_wrong, says_none = "access_denied", ("access_denied",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        status, _, complaint = verb("migrate", "up", **cls().settings())
        assert status == 0, complaint

    @classmethod
    def make_server(cls, identity):
        return SecuredMariaDb(identity, USER, PASSWORD)

    def right(self):
        return {"address": self.server.address(), "replicas": "", "user": USER, "password": PASSWORD, "tls": "on",
                "tls_authorities": self.own.authorities, "tls_certificate": self.own.certificate,
                "tls_key": self.own.key}

    def test_it_is_used(self):
        process = self.begin("repo-at-mysql", address=self.by_name())
        self.becomes_ready(process)
        self.assertIn(USER, self.server.sql("SELECT user FROM information_schema.processlist"))
        self.tells_no_password(process)

    def test_what_cannot_be_used_is_refused(self):
        self.is_refused("nowhere.pem cannot be read", tls_authorities=self.folder / "nowhere.pem")
        self.is_refused("does not hold certificates in PEM", tls_authorities=self.own.key)
        self.is_refused("`mysql.tls_key` belong together", tls_key=None)
        self.is_refused("`mysql.tls` is off", tls="off", tls_certificate=None, tls_key=None)
