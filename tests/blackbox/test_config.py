"""What is configured: mistakes are named, and what is in force is shown."""
import json
import os
import pathlib
import tempfile
import unittest

from process import run

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SECRET = "6ac3b0f0a97c1cf3e2ad5b38f49bb1ae6d58b1ab5d2b5b6fb9f55a4b7f1f0e11"
# What the machine's owner has set must not decide a test.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("GOCHAT_")}


def gochat(*words, **environment):
    return run([*words], env={**ENVIRONMENT, **environment})


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gochat-config-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, text, name="gochat.yaml", mode=0o600):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return str(path)


class Check(Folder):
    def check(self, text, *flags, **environment):
        return gochat("config", "check", "--config", self.file(text), *flags, **environment)

    def test_what_is_in_order_is_0(self):
        for text in ("", "# nothing\n", "log:\n  level: debug\n", "server:\n  allowed_origins: []\n"):
            status, out, said = self.check(text)
            self.assertEqual((status, said), (0, ""), text)
            self.assertIn("in order", out)

    def test_every_mistake_is_named_with_its_place(self):
        for text, place, words in (
                ("log:\n  files: many\n", 2, ("`log.files`", "many", "whole number from 1 to 1000")),
                ("log:\n  level: [info]\n", 2, ("`log.level`", "not a list")),
                ("auth:\n  guests: maybe\n", 2, ("`auth.guests`", "on or off")),
                ("server:\n  listen: nowhere\n", 2, ("`server.listen`", "127.0.0.1:8080")),
                ("server:\n  listen: 127.0.0.1:70000\n", 2, ("`server.listen`",)),
                ("limits:\n  outbox_frames: 20\n  sends_per_secnod: 5\n", 3,
                 ("`limits.sends_per_secnod`", "did you mean `limits.sends_per_second`?")),
                ("servre:\n  listen: x\n", 1, ("`servre`", "did you mean `server`?")),
                ("log:\n  level:\n    deep: 1\n", 2, ("`log.level`", "section of its own")),
                ("log:\n  level: info\n  level: warn\n", 3, ("there twice", "line 2")),
                ("log:\n  level: info\nlog:\n  files: 2\n", 3, ("there twice", "line 1")),
                ("log: {level: info\n", 2, ("not YAML",)),
                ("auth:\n  session_days: 40\n", 2, ("`auth.session_days`", "`auth.refreshed_session_days`"))):
            with self.subTest(text):
                status, out, said = self.check(text)
                self.assertEqual((status, out), (1, ""))
                self.assertIn(f"gochat.yaml:{place}: ", said)
                for word in words:
                    self.assertIn(word, said)

    def test_all_mistakes_are_told_at_once(self):
        status, _, said = self.check("log:\n  levle: info\n  files: 0\nauth:\n  guests: 7\n", GOCHAT_LOG_FORMAT="xml")
        self.assertEqual(status, 1)
        for word in (":2: ", ":3: ", ":5: ", "GOCHAT_LOG_FORMAT"):
            self.assertIn(word, said)

    def test_a_file_that_is_missing_or_a_folder_is_2(self):
        for path in (str(self.folder / "none.yaml"), str(self.folder)):
            status, _, said = gochat("config", "check", "--config", path)
            self.assertEqual(status, 2)
            self.assertIn(path, said)

    def test_a_wrong_call_is_64(self):
        for words, hint in ((["config"], "config --help"), (["config", "chekc"], "did you mean `check`?"),
                            (["config", "check", "--lisen", "x"], "--listen"),
                            (["config", "check", "more"], "`more`"), (["config", "docs", "more"], "--yaml"),
                            (["config", "check", "--auth.token_key", SECRET], "GOCHAT_AUTH_TOKEN_KEY")):
            status, out, said = gochat(*words)
            self.assertEqual((status, out), (64, ""), words)
            self.assertIn(hint, said)
            self.assertNotIn(SECRET, said)

    def test_json_has_one_object_for_each_mistake(self):
        status, out, _ = self.check("log:\n  levle: info\n  files: 0\n", "--json")
        self.assertEqual(status, 1)
        told = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([t["kind"] for t in told], ["problem", "problem"])

    def test_what_is_unwise_is_told_and_fails_if_strict(self):
        text = "server:\n  listen: 192.0.2.1:8080\n  allow_plaintext: on\n"
        status, _, said = self.check(text)
        self.assertEqual(status, 0)
        self.assertIn("`server.allow_plaintext`", said)
        self.assertEqual(self.check(text, "--strict")[0], 1)
        self.assertEqual(self.check("", "--strict")[0], 0)

    def test_an_unknown_variable_is_named(self):
        status, _, said = gochat("config", "check", GOCHAT_SERVER_LISEN="x")
        self.assertEqual(status, 1)
        self.assertIn("GOCHAT_SERVER_LISTEN", said)


class Secrets(Folder):
    def test_a_secret_is_read_from_its_file_and_never_shown(self):
        path = self.file(SECRET + "\n", "token.key")
        for given in ({"GOCHAT_AUTH_TOKEN_KEY_FILE": path}, {"GOCHAT_AUTH_TOKEN_KEY": SECRET}):
            for flags in ([], ["--json"]):
                status, out, said = gochat("config", "print", *flags, **given)
                self.assertEqual((status, said), (0, ""))
                self.assertIn("(set)", out)
                self.assertNotIn(SECRET, out)
        self.assertEqual(gochat("config", "check", "--config", self.file(f"auth:\n  token_key_file: {path}\n"))[0], 0)

    def test_a_secret_that_others_can_read_is_refused(self):
        path = self.file(SECRET, "token.key", 0o644)
        status, _, said = gochat("config", "check", GOCHAT_AUTH_TOKEN_KEY_FILE=path)
        self.assertEqual(status, 1)
        self.assertIn(path, said)
        self.assertIn("chmod", said)
        own = self.file(f"auth:\n  token_key: {SECRET}\n", mode=0o644)
        status, _, said = gochat("config", "check", "--config", own)
        self.assertEqual(status, 1)
        self.assertIn(own, said)
        self.assertEqual(gochat("serve", "--data", str(self.folder / "data"), GOCHAT_AUTH_TOKEN_KEY_FILE=path)[0], 2)

    def test_a_secret_that_nobody_drew_is_refused_and_not_repeated(self):
        for bad in ("0" * 64, "secret", SECRET[:-2]):
            status, _, said = gochat("config", "check", GOCHAT_AUTH_TOKEN_KEY=bad)
            self.assertEqual(status, 1)
            self.assertNotIn(bad, said)


class Print(Folder):
    def test_the_stronger_source_wins_and_is_named(self):
        path = self.file("log:\n  level: debug\n  files: 7\nauth:\n  guests: off\n")
        status, out, _ = gochat("config", "print", "--json", "--config", path, "--log-level", "error",
                                "--profile", "hardened", GOCHAT_LOG_LEVEL="warn", GOCHAT_LOG_FILES="9")
        self.assertEqual(status, 0)
        rows = {row["key"]: (row["value"], row["from"]) for row in map(json.loads, out.splitlines())}
        self.assertEqual(rows["log.level"], ("error", "--log-level"))
        self.assertEqual(rows["log.files"], (9, "GOCHAT_LOG_FILES"))
        self.assertEqual(rows["auth.guests"], (False, f"{path}:5"))
        self.assertEqual(rows["auth.password_min"], (8, "profile hardened"))
        self.assertEqual(rows["log.format"], ("auto", "default"))
        self.assertEqual(rows["server.internal_listen"], ("127.0.0.1:9080", "chosen"))

    def test_what_is_printed_is_a_file_that_says_the_same(self):
        status, out, _ = gochat("config", "print", "--log.files", "7", "--auth.guests", "off")
        self.assertEqual(status, 0)
        again = gochat("config", "print", "--json", "--config", self.file(out))[1]
        first = gochat("config", "print", "--json", "--log.files", "7", "--auth.guests", "off")[1]
        values = [[(r["key"], r["value"]) for r in map(json.loads, text.splitlines())] for text in (again, first)]
        self.assertEqual(*values)


class Docs(unittest.TestCase):
    def test_the_page_and_the_file_are_what_the_binary_says(self):
        for flags, path in (([], "docs/configuration.md"), (["--yaml"], "config/gochat.yaml")):
            status, out, _ = gochat("config", "docs", *flags)
            self.assertEqual(status, 0)
            self.assertEqual((REPOSITORY / path).read_text(encoding="utf-8"), out,
                             f"run: gochat config docs {' '.join(flags)} > {path}")

    def test_the_file_of_defaults_changes_nothing(self):
        def values(*flags):
            out = gochat("config", "print", "--json", *flags)[1]
            return [(r["key"], r["value"]) for r in map(json.loads, out.splitlines())]
        self.assertEqual(values("--config", str(REPOSITORY / "config/gochat.yaml")), values())


class Exposure(Folder):
    def refused(self, *flags):
        status, _, said = gochat("serve", "--data", str(self.folder / "data"), *flags)
        self.assertEqual(status, 2)
        self.assertFalse((self.folder / "data").exists(), "nothing is begun")
        return said

    def test_a_public_address_without_tls_is_refused_with_the_flag_that_allows_it(self):
        for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:8080"):
            said = self.refused("--listen", address)
            for word in (address, "--server.allow_plaintext on", "server.trusted_proxies", "server.tls_certificate"):
                self.assertIn(word, said)

    def test_the_bench_profile_is_refused_on_every_address_but_loopback(self):
        said = self.refused("--profile", "bench", "--listen", "0.0.0.0:0", "--server.allow_plaintext", "on")
        self.assertIn("bench", said)
        self.refused("--profile", "bench", "--internal-listen", "0.0.0.0:0")

    def test_all_mistakes_of_a_start_are_2(self):
        for text in ("log:\n  levle: info\n", "log:\n  files: 0\n", "log:\n  level:\n    deep: 1\n"):
            self.assertIn("gochat.yaml:2: ", self.refused("--config", self.file(text)))
        self.assertIn("none.yaml", self.refused("--config", str(self.folder / "none.yaml")))
