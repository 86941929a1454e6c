"""What an operator says to the running server over its socket: accounts, sessions, groups, the log."""
import asyncio
import json
import os
import socket
import stat
import subprocess
import sys
import unittest

from base import BlackBox
from client import Person, unique
from process import Alone, binary, run

SECONDS_TO_CLOSE = 5  # the promise; the bound of a test is three times that


class Admin(Alone, BlackBox):
    flags = ("--auth.registration", "closed")

    def say(self, *words, given=None):
        """(status, stdout, stderr) of one verb."""
        done = subprocess.run([binary(), *words, "--data", self.server.data], input=given or "", text=True,
                              capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def told(self, *words, given=None):
        """The objects that a verb answers."""
        status, out, said = self.say(*words, "--json", given=given)
        self.assertEqual(status, 0, said)
        return [json.loads(line) for line in out.splitlines()]

    def refused(self, *words, given=None):
        status, out, said = self.say(*words, given=given)
        self.assertEqual((status, out), (1, ""))
        self.assertEqual(len(said.splitlines()), 1)
        return said

    async def login(self, name, password):
        body = await self.nobody.post("/api/v1/auth/login", {"username": name, "password": password})
        return Person(self.session, self.url, body, password)

    async def member(self):
        name = unique()
        made, = self.told("user", "create", name, "--password-stdin", given="correct horse\n")
        self.assertNotIn("password", made)
        return await self.login(name, "correct horse")

    async def test_the_first_admin_is_made_here_while_registration_is_closed(self):
        await self.assert_refused("FORBIDDEN", self.person())
        status, out, _ = self.say("user", "create", "root_of_all", "--role", "admin", "--nickname", "Root 根")
        self.assertEqual(status, 0)
        password = out.splitlines()[-1].removeprefix("password: ")
        self.assertGreaterEqual(len(password), 16)
        root = await self.login("root_of_all", password)
        shown, = self.told("user", "list", "root_of")
        self.assertEqual((shown["userId"], shown["role"], shown["nickname"], shown["status"], shown["guest"]),
                         (root.id, "admin", "Root 根", "active", False))
        self.assertIn("taken", self.refused("user", "create", "Root_Of_All"))

    async def test_what_an_account_must_be_is_said(self):
        self.assertIn("username", self.refused("user", "create", "a"))
        self.assertIn("password", self.refused("user", "create", unique(), "--password-stdin", given="short"))
        self.assertIn("user or admin", self.refused("user", "create", unique(), "--role", "king"))
        self.assertIn("email", self.refused("user", "create", unique(), "--email", "nowhere"))
        self.assertIn("nobody is called", self.refused("user", "disable", "nobody_at_all"))

    async def test_a_disabled_account_is_out_and_stays_out(self):
        mallory = await self.member()
        ws = await mallory.socket()
        self.told("user", "disable", mallory.name)
        async with asyncio.timeout(3 * SECONDS_TO_CLOSE):
            self.assertEqual(await ws.closed(), 4006)
        body = await self.assert_refused("FORBIDDEN", self.login(mallory.name, "correct horse"), 403)
        self.assertIn("disabled", body["message"])
        await self.assert_refused("UNAUTHORIZED", self.login(mallory.name, "wrong horse"), 401)
        await self.assert_refused("UNAUTHORIZED", mallory.get("/api/v1/users/profile"), 401)
        self.assertEqual(self.told("user", "list", mallory.name)[0]["status"], "disabled")
        self.assertEqual(self.told("session", "list", mallory.name), [])
        self.told("user", "disable", mallory.name)
        self.told("user", "enable", mallory.name)
        await (await self.login(mallory.name, "correct horse")).get("/api/v1/users/profile")

    async def test_another_password_ends_all_sessions(self):
        bob = await self.member()
        ws = await bob.socket()
        drawn = self.told("user", "reset-password", bob.name)[0]["password"]
        async with asyncio.timeout(3 * SECONDS_TO_CLOSE):
            self.assertEqual(await ws.closed(), 4004)
        await self.assert_refused("UNAUTHORIZED", bob.get("/api/v1/users/profile"), 401)
        await self.assert_refused("UNAUTHORIZED", self.login(bob.name, "correct horse"), 401)
        await self.login(bob.name, drawn)
        self.told("user", "reset-password", bob.name, "--password-stdin", given="battery staple\n")
        await self.login(bob.name, "battery staple")

    async def test_sessions_are_listed_and_ended_one_by_one(self):
        bob = await self.member()
        other = await self.login(bob.name, "correct horse")
        here, there = await bob.socket(), await other.socket()
        listed = self.told("session", "list", bob.name)
        self.assertEqual({s["sessionId"] for s in listed}, {bob.session_id, other.session_id})
        ended, = self.told("session", "revoke", bob.name, "--session", other.session_id)
        self.assertEqual(ended["count"], 1)
        async with asyncio.timeout(3 * SECONDS_TO_CLOSE):
            self.assertEqual(await there.closed(), 4004)
        await bob.get("/api/v1/users/profile")
        stranger = await self.member()
        self.assertIn("no session", self.refused("session", "revoke", stranger.name, "--session", bob.session_id))
        self.assertEqual(self.told("session", "revoke", bob.name)[0]["count"], 1)
        async with asyncio.timeout(3 * SECONDS_TO_CLOSE):
            self.assertEqual(await here.closed(), 4004)

    async def test_what_was_given_up_is_listed_and_only_tasks_are_replayed(self):
        self.assertEqual(self.told("dlq", "list"), [])
        self.assertEqual(self.told("dlq", "list", "im-upstream-topic", "--all"), [])
        self.assertIn("no topic nowhere; there are im-upstream-topic", self.refused("dlq", "list", "nowhere"))
        self.assertIn("its sender was told", self.refused("dlq", "replay", "im-upstream-topic", "--all"))
        self.assertIn("have read what they missed", self.refused("dlq", "replay", "im-downstream", "--id", "1"))
        self.assertIn("--id or --all", self.refused("dlq", "replay", "im-task-topic"))
        self.assertIn("--id or --all", self.refused("dlq", "replay", "im-task-topic", "--id", "1", "--all"))
        self.assertIn("no dead letter 1", self.refused("dlq", "replay", "im-task-topic", "--id", "1"))
        self.assertIn("an id is a number", self.refused("dlq", "replay", "im-task-topic", "--id", "first"))
        self.assertEqual(self.told("dlq", "replay", "im-task-topic", "--all"), [])
        self.assertEqual(self.say("dlq", "replay")[0], 64)

    async def test_a_guest_has_no_password_and_no_role(self):
        guest = await self.guest("Visitor")
        self.assertIn("guest", self.refused("user", "reset-password", guest.name))
        self.assertIn("guest", self.refused("user", "set-role", guest.name, "admin"))
        self.told("user", "disable", guest.name)
        await self.assert_refused("UNAUTHORIZED", guest.get("/api/v1/users/profile"), 401)

    async def test_roles_are_set(self):
        bob = await self.member()
        self.assertEqual(self.told("user", "set-role", bob.name, "admin")[0]["role"], "admin")
        self.assertEqual(self.told("user", "list", bob.name)[0]["role"], "admin")
        self.assertEqual(self.told("user", "set-role", bob.name, "user")[0]["role"], "user")
        self.assertIn("user or admin", self.refused("user", "set-role", bob.name, "owner"))

    async def test_groups_are_listed(self):
        ann, bob = await self.member(), await self.member()
        conversation = await ann.group_with(bob)
        listed, = self.told("group", "list")
        self.assertEqual((listed["conversationId"], listed["groupName"], listed["ownerId"], listed["memberCount"]),
                         (conversation, "group", ann.id, 2))

    async def test_lists_go_on_behind_the_first_page(self):
        made = {(await self.guest()).id for _ in range(520)}
        listed = [u["userId"] for u in self.told("user", "list")]
        self.assertEqual(len(listed), len(set(listed)))
        self.assertTrue(made <= set(listed))
        status, out, _ = self.say("user", "list")
        self.assertEqual(status, 0)
        self.assertEqual(len(out.splitlines()), len(listed) + 1)
        self.assertEqual(out.count("NICKNAME"), 1)

    async def test_the_level_of_the_log_changes_while_it_runs(self):
        self.assertEqual(self.told("log", "level"), [{"level": "info"}])
        self.assertEqual(self.told("log", "level", "debug"), [{"level": "debug"}])
        self.assertEqual(self.told("log", "level"), [{"level": "debug"}])
        self.assertIn("debug, info, warn or error", self.refused("log", "level", "loud"))

    async def test_the_socket_is_the_owners_alone(self):
        path = os.path.join(self.server.data, "admin.sock")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertTrue(stat.S_ISSOCK(os.stat(path).st_mode))
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can be somebody else")
        # Even where the rights of the files would let them.
        for folder in (os.path.dirname(self.server.data), self.server.data):
            os.chmod(folder, 0o755)
        os.chmod(path, 0o777)
        speak = """if True:
            import contextlib, socket, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect(sys.argv[1])
            with contextlib.suppress(BrokenPipeError):  # answered and closed before it is asked
                s.sendall(b'POST /user/list HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\n\\r\\n')
            print(s.recv(12).decode())"""
        for user, answer in ((0, "HTTP/1.1 200"), (65534, "HTTP/1.1 403")):
            done = subprocess.run([sys.executable, "-c", speak, path], user=user, text=True,
                                  capture_output=True, timeout=60, check=False, cwd="/")
            self.assertEqual(done.stdout.strip(), answer, done.stderr)

    async def test_what_is_no_verb_is_refused_on_the_socket(self):
        def ask(text):
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(os.path.join(self.server.data, "admin.sock"))
                s.sendall(text)
                return s.recv(65536).split(b"\r\n", 1)[0]
        head = b" HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
        self.assertIn(b"404", ask(b"POST /user/destroy" + head))
        self.assertIn(b"405", ask(b"GET /user/list" + head))
        self.assertIn(b"400", ask(b"POST /user/list HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{\"a\":"))

    async def test_no_server_is_said_with_what_to_do(self):
        self.server.terminate()
        self.assertFalse(os.path.exists(os.path.join(self.server.data, "admin.sock")))
        status, out, said = self.say("user", "list")
        self.assertEqual((status, out), (2, ""))
        self.assertIn(self.server.data, said)
        self.assertIn("gochat serve", said)

    async def test_a_server_that_was_killed_leaves_nothing_in_the_way(self):
        self.server.kill()
        self.assertEqual(self.say("user", "list")[0], 2)
        self.server.start()
        self.assertEqual(self.say("user", "list")[0], 0)


class Usage(unittest.TestCase):
    def test_every_verb_has_a_help_with_an_example(self):
        status, out, _ = run(["--help"])
        self.assertEqual(status, 0)
        nouns = tuple(f"  gochat {noun}" for noun in ("user", "group", "session", "dlq", "log"))
        verbs = [line.split()[1:3] for line in out.splitlines() if line.startswith(nouns)]
        self.assertGreaterEqual(len(verbs), 12)
        for noun, verb in verbs:
            with self.subTest(f"{noun} {verb}"):
                status, out, _ = run([noun, verb, "--help"])
                self.assertEqual(status, 0)
                self.assertIn(f"Example\n  gochat {noun} {verb}", out)
                self.assertIn("--json", out)

    def test_a_wrong_call_is_a_usage_error_that_says_where_to_look(self):
        for words, hint in ((["user"], "user --help"), (["user", "lst"], "did you mean `list`?"),
                            (["user", "create"], "NAME is missing"), (["user", "list", "a", "b"], "`b`"),
                            (["user", "create", "x", "--rolle", "admin"], "--rolle"),
                            (["user", "set-role", "x"], "user|admin is missing"),
                            (["user", "create", "x", "--role"], "--role needs a value"),
                            (["user", "create", "x", "--password-stdin"], "standard input is empty")):
            with self.subTest(" ".join(words)):
                status, out, said = run([*words])
                self.assertEqual((status, out), (64, ""), said)
                self.assertIn(hint, said)
