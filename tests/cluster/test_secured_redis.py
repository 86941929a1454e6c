"""Redis that speaks TLS, wants certificates, and asks who comes."""
from cluster.securing import Doubting, PASSWORD, Securing, USER, WRONG
from cluster.servers.redis import SecuredRedis, Sentinel
from cluster.whole import house


class SecuredServer(Doubting, Securing):
    section = "redis"
    says_wrong = "the credentials are refused"

    @classmethod
    def make_server(cls, identity):
        return SecuredRedis(identity, USER, PASSWORD, "repo-")

    def right(self):
        return {"addresses": self.server.address(), "user": USER, "password": PASSWORD, "tls": "on",
                "tls_authorities": self.own.authorities, "tls_certificate": self.own.certificate,
                "tls_key": self.own.key}

    def test_it_is_used(self):
        process = self.begin("repo-at-redis", addresses=self.by_name())
        self.becomes_ready(process)
        self.assertIn(f"user={USER}", self.server.tell("CLIENT", "LIST"))
        self.tells_no_password(process)

    def test_what_cannot_be_used_is_refused(self):
        self.is_refused("nowhere.pem cannot be read", tls_authorities=self.folder / "nowhere.pem")
        self.is_refused("does not hold certificates in PEM", tls_authorities=self.own.key)
        self.is_refused("`redis.tls_key` belong together", tls_key=None)
        self.is_refused("`redis.user` is given and `redis.password` is not", password=None)

    def test_sentinels_have_a_password_of_their_own(self):
        sentinel = Sentinel(house().redis, quorum=1, password=PASSWORD)
        self.addCleanup(sentinel.stop)
        sentinel.start()
        plain = {key: None for key in self.right()}
        at = {**plain, "topology": "sentinel", "addresses": sentinel.address()}
        self.becomes_ready(self.begin("repo-at-sentinel", **at, sentinel_password=PASSWORD))
        stranger = self.begin("repo-unknown-to-sentinel", **at, sentinel_password=WRONG)
        self.waits(stranger, address=sentinel.address())
