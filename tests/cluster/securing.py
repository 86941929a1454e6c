"""Processes that stand on one backend of a test's own, which wants TLS and credentials, and for the rest on the cluster
of all tests."""
import pathlib
import tempfile
import unittest
import urllib.error
import urllib.request

from certificates import Authority
from cluster.watching import WAIT_SECONDS, one_more, wait_until
from cluster.whole import house, verb

ADDRESSES = "IP:127.0.0.1,DNS:localhost"
USER, PASSWORD, WRONG = "gochat", "the-right-password", "not-the-password"
ETCD_PREFIX = "/secured"
WAITS = "waits for what it stands on"


class Securing(unittest.TestCase):
    """`section` is that of the backend's keys; `server` is started once for all tests of the class."""
    section = ""

    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory(prefix="gochat-secured-")
        cls.addClassCleanup(made.cleanup)
        cls.folder = pathlib.Path(made.name)
        cls.authority, cls.foreign = (Authority(cls.new_folder(name)) for name in ("authority", "foreign"))
        cls.own = cls.authority.issue(cls.folder / "own")
        cls.server = cls.make_server(cls.authority.issue(cls.folder / "server", names=ADDRESSES))
        cls.addClassCleanup(cls.server.stop)
        cls.server.start()

    @classmethod
    def make_server(cls, identity):
        raise NotImplementedError

    @classmethod
    def new_folder(cls, name):
        folder = cls.folder / name
        folder.mkdir()
        return folder

    def key(self, name):
        return f"GOCHAT_{self.section.upper()}_{name.upper()}"

    def settings(self, **differing):
        """How this backend is reached, but for what differs; None: not given."""
        given = {**self.right(), **differing}
        return {self.key(name): str(value) for name, value in given.items() if value is not None}

    def right(self):
        """key: value, of the keys of this section."""
        raise NotImplementedError

    def by_name(self):
        """The server's address as people write it where there is a DNS."""
        return f"localhost:{self.server.address().rsplit(':', 1)[1]}"

    def begin(self, name, **differing):
        """A repo stands on all of them."""
        prefixes = {f"GOCHAT_{section}_PREFIX": f"{name}-" for section in ("REDIS", "KAFKA")}
        return one_more(self, "repo", name, **{**prefixes, "GOCHAT_ETCD_PREFIX": ETCD_PREFIX,
                                               **self.settings(**differing)}).begin()

    def becomes_ready(self, process):
        wait_until(process.ready, lambda: f"{process.name} is not ready:\n{process.output()}")

    def waits(self, process, *words, address=None):
        """It is alive, not ready, and has said once for whom it waits, why, and what to do about it."""
        line = wait_until(lambda: process.line(WAITS, lambda line: line["component"] == self.section),
                          lambda: f"it does not say that it waits:\n{process.output()}")
        for word in (*words, f"{self.section}.*"):
            self.assertIn(word, line["reason"])
        self.assertIn(address or self.server.address(), line["address"])
        self.assertEqual(self.status(process, "/livez"), 200)
        self.assertEqual(self.status(process, "/readyz"), 503)

    def status(self, process, path):
        try:
            with urllib.request.urlopen(process.internal_url + path, timeout=WAIT_SECONDS) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code

    def said_once(self, process):
        said = [line for line in process.lines() if line["msg"] == WAITS and line["component"] == self.section]
        self.assertEqual(len(said), 1, said)

    def is_refused(self, words, **differing):
        """The check of the configuration and the start both end, with the same cause and a remedy."""
        process = self.begin("repo-refused", **differing)
        self.assertEqual(process.process.wait(WAIT_SECONDS), 2, process.output())
        status, _, complaint = verb("config", "check", **self.settings(**differing))
        self.assertEqual(status, 1, complaint)
        for text in (process.output(), complaint):
            lines = [line for line in text.splitlines() if line.startswith("gochat: ")]
            self.assertEqual(len(lines), 2, text)
            self.assertIn(words, lines[0])

    def tells_no_password(self, process):
        """Neither the log nor what is printed of the configuration does."""
        self.assertNotIn(PASSWORD, process.output())
        status, shown, complaint = verb("config", "print", GOCHAT_ETCD_PREFIX=ETCD_PREFIX, **self.settings())
        self.assertEqual((status, complaint), (0, ""))
        self.assertNotIn(PASSWORD, shown)
        self.assertRegex(shown, rf'\n{self.section}:\n(  .*\n)*?  password: "\(set\)"')


class Doubting:
    """What holds of every backend that speaks TLS, wants certificates and asks who comes; beside Securing."""
    wrong = {"password": WRONG}  # keys
    says_wrong = ""
    says_name = "certificate verify failed"
    says_none = ()  # to who shows no certificate

    def test_a_wrong_password_is_told_and_taken_once_it_is_right(self):
        process = self.begin("repo-with-wrong-password", **self.wrong)
        self.waits(process, self.says_wrong)
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
        self.waits(self.begin("repo-of-elsewhere", tls_name="another.test"), self.says_name)

    def test_who_shows_no_certificate_waits(self):
        self.waits(self.begin("repo-that-shows-none", tls_certificate=None, tls_key=None), *self.says_none)
