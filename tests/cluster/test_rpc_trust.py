"""Who may call whom: processes that show each other certificates, and a token, and those that do not."""
import pathlib
import signal
import tempfile
import unittest

import grpc

from certificates import Authority
from cluster.house import Process
from cluster.rpc import Caller, NOT_THERE, Services
from cluster.watching import WAIT_SECONDS, wait_until
from cluster.whole import house

NAME = "gochat"
# Of their own, so that they meet nobody else of the house.
APART = {"GOCHAT_ETCD_PREFIX": "/trust", "GOCHAT_KAFKA_PREFIX": "trust-", "GOCHAT_REDIS_PREFIX": "trust:"}


def grpc_credentials(identity):
    return grpc.ssl_channel_credentials(*(path.read_bytes() for path in (identity.authorities, identity.key,
                                                                          identity.certificate)))


class RpcTrust(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.TemporaryDirectory(prefix="gochat-trust-")
        cls.addClassCleanup(cls.made.cleanup)
        cls.folder = pathlib.Path(cls.made.name)
        cls.authority, cls.foreign = (Authority(cls.new_folder(name)) for name in ("ca", "foreign"))
        cls.repo_identity = cls.authority.issue(cls.folder / "of-repo")
        cls.repo = cls.process("repo", "repo-tls", cls.repo_identity)
        cls.addClassCleanup(cls.repo.stop)
        cls.repo.start()

    @classmethod
    def new_folder(cls, name):
        folder = cls.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    @classmethod
    def process(cls, role, name, identity=None, **settings):
        tls = {} if identity is None else {
            "GOCHAT_GRPC_TLS_CERTIFICATE": str(identity.certificate), "GOCHAT_GRPC_TLS_KEY": str(identity.key),
            "GOCHAT_GRPC_TLS_AUTHORITIES": str(identity.authorities), "GOCHAT_GRPC_TLS_NAME": NAME}
        return Process(house().binary, role, name, cls.new_folder(f"process-{name}"),
                       {**house().shared, **APART, **tls, **settings})

    def begin(self, *arguments, **settings):
        """A process that is started and not waited for."""
        process = self.process(*arguments, **settings)
        self.addCleanup(process.stop)
        return process.begin()

    def line(self, process, msg, where=lambda line: True, behind=0):
        return wait_until(lambda: process.line(msg, where, behind), lambda: f"{msg} is not in:\n{process.output()}")

    def caller(self, identity=None, token=None):
        return Caller(self.repo.address(), house().shared["GOCHAT_GRPC_TOKEN"] if token is None else token,
                      grpc_credentials(identity) if identity else None, NAME if identity else None)

    def epoch(self, *arguments, **more):
        with self.caller(*arguments, **more) as caller:
            return Services(caller).call("RepoService", "GetEpoch").epoch

    def assert_refused(self, told, **more):
        """The call fails, the repo says why, and serves others."""
        behind = len(self.repo.lines())
        with self.assertRaises(grpc.RpcError):
            self.epoch(**more)
        self.line(self.repo, *told, behind=behind)
        self.assertTrue(self.epoch(self.repo_identity))

    def complaint(self, words):
        return "gRPC complained", lambda line: words in line["reason"]

    def test_who_has_a_certificate_and_the_token_is_served(self):
        self.assertRegex(self.epoch(self.authority.issue(self.folder / "caller")), "^[0-9a-f]{16}$")

    def test_a_certificate_of_another_authority_is_refused(self):
        stranger = self.foreign.issue(self.folder / "stranger").believe(self.authority)
        self.assert_refused(self.complaint("certificate verify failed"), identity=stranger)

    def test_an_expired_certificate_is_refused(self):
        late = self.authority.issue(self.folder / "late", until="20210101000000Z")
        self.assert_refused(self.complaint("certificate verify failed"), identity=late)

    def test_no_certificate_is_refused(self):
        bare = grpc.ssl_channel_credentials(self.repo_identity.authorities.read_bytes())
        with Caller(self.repo.address(), "", bare, NAME) as caller:
            behind = len(self.repo.lines())
            self.assertEqual(caller.health(), NOT_THERE)
            self.line(self.repo, *self.complaint("did not return a certificate"), behind=behind)

    def test_plaintext_is_refused(self):
        self.assert_refused(self.complaint("wrong version number"))

    def test_a_wrong_token_is_refused(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.epoch(self.repo_identity, token="wrong")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAUTHENTICATED)
        line = self.line(self.repo, "refused a caller that does not show our token")
        self.assertIn("127.0.0.1", line["address"])

    def test_a_process_that_is_refused_says_so_and_waits(self):
        stranger = self.foreign.issue(self.folder / "strange-logic").believe(self.authority)
        doubter = self.authority.issue(self.folder / "doubting-logic").believe(self.foreign)
        good = self.authority.issue(self.folder / "good-logic")
        cases = {"stranger": (stranger, {}, "failed to connect"), "doubter": (doubter, {}, "verify failed"),
                 "plain": (None, {}, "failed to connect"),
                 "wrong-token": (good, {"GOCHAT_GRPC_TOKEN": "wrong"}, "grpc.token")}
        for name, (identity, settings, reason) in cases.items():
            with self.subTest(name=name):
                process = self.begin("logic", f"logic-{name}", identity, **settings)
                line = self.line(process, "waits for what it stands on", lambda line: line["component"] == "repo")
                self.assertIn(reason, line["reason"])
                process.stop()
                self.assertEqual(process.process.returncode, 0)

    def test_an_own_certificate_that_has_expired_ends_the_start(self):
        late = self.authority.issue(self.folder / "late-logic", until="20210101000000Z")
        process = self.begin("logic", "logic-late", late)
        self.assertEqual(process.process.wait(WAIT_SECONDS), 2)
        self.assertIn("expired on 2021-01-01", process.output())

    def renewed(self, process):
        """It has read its files again, as it also does by itself every two seconds."""
        behind = len(process.lines())
        process.process.send_signal(signal.SIGHUP)
        line = self.line(process, "certificate renewed", behind=behind)
        self.assertEqual(line["key"], "grpc.tls_certificate")

    def test_authority_and_certificates_are_changed_while_all_goes_on(self):
        second = Authority(self.new_folder("second"))
        repo, logic = (self.authority.issue(self.folder / f"renewed-{role}") for role in ("repo", "logic"))
        apart = {"GOCHAT_ETCD_PREFIX": "/renewed", "GOCHAT_KAFKA_PREFIX": "renewed-"}
        processes = {"repo": self.begin("repo", "repo-renewed", repo, **apart),
                     "logic": self.begin("logic", "logic-renewed", logic, **apart)}
        for process in processes.values():
            self.line(process, "ready")

        def through_both(identity):
            credentials = grpc_credentials(identity)
            with Caller(processes["logic"].address(), house().shared["GOCHAT_GRPC_TOKEN"], credentials, NAME) as caller:
                services = Services(caller)
                for _ in range(5):
                    services.call("LogicService", "GetEpoch")

        through_both(logic)
        # Everybody believes the new authority, then has its certificates, then believes the old one no more.
        for identity, role in ((repo, "repo"), (logic, "logic")):
            identity.believe(self.authority, second)
            self.renewed(processes[role])
        for identity, role in ((repo, "repo"), (logic, "logic")):
            second.issue(identity.folder).believe(self.authority, second)
            self.renewed(processes[role])
            through_both(logic)
        for identity, role in ((repo, "repo"), (logic, "logic")):
            identity.believe(second)
            self.renewed(processes[role])
            through_both(logic)
        old = self.authority.issue(self.folder / "old").believe(second)
        with Caller(processes["repo"].address(), "", grpc_credentials(old), NAME) as caller:
            self.assertEqual(caller.health(), NOT_THERE)
        for process in processes.values():
            left_out = [line for line in process.lines() if line["msg"] == "leaves out an instance that fails"]
            self.assertEqual(left_out, [])
