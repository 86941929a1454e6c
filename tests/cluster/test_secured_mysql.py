"""A database that speaks TLS, wants certificates, and asks who comes."""
from cluster.securing import PASSWORD, Securing, USER, WRONG
from cluster.servers.mariadb import SecuredMariaDb
from cluster.whole import verb


class SecuredDatabase(Securing):
    section = "mysql"

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

    def test_a_wrong_password_is_told_and_taken_once_it_is_right(self):
        process = self.begin("repo-with-wrong-password", password=WRONG)
        self.waits(process, "access_denied")
        self.assertNotIn(WRONG, process.output())
        self.server.set_password(USER, WRONG)
        self.addCleanup(self.server.set_password, USER, PASSWORD)
        self.becomes_ready(process)
        self.said_once(process)

    def test_a_server_of_another_authority_is_not_believed(self):
        process = self.begin("repo-that-doubts", tls_authorities=self.foreign.certificate)
        self.waits(process, "certificate verify failed")

    def test_a_server_that_the_system_does_not_know_is_not_believed_without_authorities(self):
        self.waits(self.begin("repo-of-the-system", tls_authorities=None), "certificate verify failed")

    def test_a_server_of_another_name_is_not_believed(self):
        self.waits(self.begin("repo-of-elsewhere", tls_name="another.test"), "certificate verify failed")

    def test_who_shows_no_certificate_waits(self):
        self.waits(self.begin("repo-that-shows-none", tls_certificate=None, tls_key=None), "access_denied")

    def test_what_cannot_be_used_is_refused(self):
        self.is_refused("nowhere.pem cannot be read", tls_authorities=self.folder / "nowhere.pem")
        self.is_refused("does not hold certificates in PEM", tls_authorities=self.own.key)
        self.is_refused("`mysql.tls_key` belong together", tls_key=None)
        self.is_refused("`mysql.tls` is off", tls="off", tls_certificate=None, tls_key=None)
