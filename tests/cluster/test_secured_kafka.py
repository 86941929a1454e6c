"""Kafka that speaks TLS, wants certificates, and asks who comes."""
from cluster.securing import PASSWORD, Securing, USER, WRONG
from cluster.servers.kafka import SecuredKafka

MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


class SecuredBrokers(Securing):
    section = "kafka"

    @classmethod
    def make_server(cls, identity):
        return SecuredKafka(identity, USER, PASSWORD)

    def right(self):
        return {"brokers": self.server.address(), "sasl_mechanism": MECHANISMS[0], "user": USER, "password": PASSWORD,
                "tls": "on", "tls_authorities": self.own.authorities, "tls_certificate": self.own.certificate,
                "tls_key": self.own.key}

    def test_it_is_used_by_every_mechanism(self):
        processes = [self.begin(f"repo-by-{mechanism.lower()}", brokers=self.by_name(), sasl_mechanism=mechanism)
                     for mechanism in MECHANISMS]
        for process in processes:
            with self.subTest(name=process.name):
                self.becomes_ready(process)
                self.tells_no_password(process)

    def test_a_wrong_password_is_told_and_taken_once_it_is_right(self):
        mechanism = "SCRAM-SHA-256"
        process = self.begin("repo-with-wrong-password", sasl_mechanism=mechanism, password=WRONG)
        self.waits(process, "uthentication failed")
        self.assertNotIn(WRONG, process.output())
        self.server.set_password(mechanism, USER, WRONG)
        self.addCleanup(self.server.set_password, mechanism, USER, PASSWORD)
        self.becomes_ready(process)
        self.said_once(process)

    # At the same time, for librdkafka tells only after seconds that it has no broker.
    def test_a_broker_of_an_unknown_authority_is_not_believed_and_who_shows_no_certificate_waits(self):
        doubter = self.begin("repo-that-doubts", tls_authorities=self.foreign.certificate)
        of_the_system = self.begin("repo-of-the-system", tls_authorities=None)
        bare = self.begin("repo-that-shows-none", tls_certificate=None, tls_key=None)
        self.waits(doubter, "certificate verify failed")
        self.waits(of_the_system, "certificate verify failed")
        self.waits(bare, "alert bad certificate")

    def test_what_cannot_be_used_is_refused(self):
        self.is_refused("nowhere.pem cannot be read", tls_authorities=self.folder / "nowhere.pem")
        self.is_refused("does not hold certificates in PEM", tls_authorities=self.own.key)
        self.is_refused("`kafka.tls_key` belong together", tls_certificate=None)
        self.is_refused("`kafka.user` or `kafka.password` is missing", user=None)
        self.is_refused("`kafka.sasl_mechanism` is none", sasl_mechanism=None)
