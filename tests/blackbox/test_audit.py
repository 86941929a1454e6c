"""What an operator finds in the log afterwards: who came in, who was refused, who was put out."""
import asyncio
import os
import pty
import signal
import subprocess
import time
import unittest

import aiohttp

from base import BlackBox
from client import Socket, unique
from process import READY_SECONDS_MAX, Alone, OwnServer

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Logged(Alone, BlackBox):
    async def line(self, msg, **fields):
        """The line with this message and these fields; waits for it."""
        def fits(line):
            return all(line.get(name) == value for name, value in fields.items())
        return await asyncio.to_thread(self.server.line, msg, fits)


class Audit(Logged):
    flags = ("--gateway.connections_per_user=2", "--limits.sends_burst=3", "--limits.sends_per_second=0.1",
             "--auth.failed_logins_per_account=2", "--gateway.connections_per_address=50")

    async def refused(self, call):
        """The trace id that the refused caller was told."""
        status, _, answer = await call
        self.assertGreaterEqual(status, 400)
        return answer["traceId"]

    async def test_sign_ins_and_their_failures_have_a_line_with_the_trace_that_the_caller_brought(self):
        traceparent = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        alice = await self.person()
        line = await self.line("signed in", verb="register", user_id=int(alice.id))
        self.assertEqual(str(line["session_id"]), alice.session_id)
        self.assertRegex(line["trace_id"], "^[0-9a-f]{32}$")
        body = {"username": alice.name, "password": alice.password}
        await self.nobody.raw("POST", "/api/v1/auth/login", body, headers=traceparent)
        await self.line("signed in", verb="login", user_id=int(alice.id), trace_id=TRACE)
        for wrong in ({"username": alice.name, "password": "wrong"}, {"username": unique(), "password": "wrong"}):
            trace = await self.refused(self.nobody.raw("POST", "/api/v1/auth/login", wrong))
            await self.line("sign-in refused", verb="login", code="UNAUTHORIZED", trace_id=trace, address="127.0.0.1")
        await self.guest()
        await self.line("signed in", verb="guest")
        trace = await self.refused(self.nobody.raw("POST", "/api/v1/auth/refresh", {"refreshToken": "1.1.x"}))
        await self.line("sign-in refused", verb="refresh", trace_id=trace)

    async def test_denials_have_a_line(self):
        alice, bob = await self.people(2)
        group = await alice.group_with()
        guest = await self.guest()
        trace = await self.refused(self.nobody.raw("GET", "/api/v1/conversations"))
        await self.line("request denied", route="/conversations", status=401, code="UNAUTHORIZED", trace_id=trace,
                        address="127.0.0.1")
        trace = await self.refused(guest.raw("GET", "/api/v1/users/search?q=a"))
        await self.line("request denied", route="/users/search", status=403, user_id=int(guest.id), trace_id=trace)
        members = f"/api/v1/groups/{group.removeprefix('group_')}/members"
        await alice.post(members, {"memberIds": [bob.id]})
        await alice.delete(f"{members}/{bob.id}")
        trace = await self.refused(bob.raw("GET", members))
        await self.line("request denied", status=403, code="NOT_A_MEMBER", user_id=int(bob.id), trace_id=trace)
        b = await bob.socket()
        await b.send("typing", {"conversationId": group, "on": True})
        await self.line("request refused", verb="typing", code="NOT_A_MEMBER", user_id=int(bob.id))
        await b.send("send-message", {"conversationId": group, "content": "x", "tempMessageId": "x"})
        await b.take("error")
        await self.line("send denied", code="NOT_A_MEMBER", user_id=int(bob.id), conversation_id=group)
        await alice.post("/api/v1/blocks", {"userId": bob.id})
        await b.send("send-message", {"toUserId": alice.id, "content": "x", "tempMessageId": "y"})
        self.assertEqual((await b.take("error"))["code"], "BLOCKED")
        await self.line("request refused", verb="send-message", code="BLOCKED", user_id=int(bob.id))
        with self.assertRaises(aiohttp.WSServerHandshakeError):
            await Socket.connect(self.session, self.url, "/ws?token=nonsense")
        await self.line("handshake refused", code="UNAUTHORIZED", address="127.0.0.1")
        with self.assertRaises(aiohttp.WSServerHandshakeError):
            await Socket.connect(self.session, self.url, f"/ws?token={bob.token}", {"Origin": "http://evil.example"})
        await self.line("handshake refused", code="FORBIDDEN", address="127.0.0.1")
        unnamed = await Socket.connect(self.session, self.url, "/ws", protocols=("gochat.v1.json",))
        await unnamed.send("auth", {"token": "nonsense"})
        self.assertEqual(await unnamed.closed(), 4002)
        await self.line("a socket did not sign in", code="UNAUTHORIZED")

    async def test_limits_that_are_hit_have_a_line(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        for n in range(3):
            await alice.say(chat, f"{n}")
        trace = await self.refused(alice.raw("POST", "/api/v1/messages", {"conversationId": chat, "content": "x"}))
        await self.line("send refused", code="RATE_LIMITED", user_id=int(alice.id), trace_id=trace)
        await self.line("request denied", status=429, code="RATE_LIMITED", trace_id=trace)
        b = await bob.socket()
        for n in range(4):
            await b.send("send-message", {"conversationId": chat, "content": f"{n}", "tempMessageId": f"{n}"})
        self.assertEqual((await b.take("error"))["code"], "RATE_LIMITED")
        await self.line("send refused", code="RATE_LIMITED", user_id=int(bob.id))
        wrong = {"username": bob.name, "password": "wrong"}
        while (await self.nobody.raw("POST", "/api/v1/auth/login", wrong))[0] != 429:
            pass
        await self.line("sign-in refused", verb="login", code="RATE_LIMITED")
        await b.text("x" * (64 * 1024 + 1))
        self.assertEqual(await b.closed(), 1009)
        await self.line("socket closed", close_code=1009, user_id=int(bob.id))
        host, port = self.url.removeprefix("http://").split(":")
        opened = []
        for _ in range(60):
            opened.append(await asyncio.open_connection(host, int(port)))
        line = await self.line("a connection is turned away", address="127.0.0.1")
        self.assertEqual((line["reason"], line["limit"]), ("its address has too many", 50))
        for _, writer in opened:
            writer.close()

    async def test_who_is_put_out_has_a_line_with_the_trace_of_the_handshake(self):
        alice = await self.person()
        headers = {"Authorization": f"Bearer {alice.token}", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        first = await Socket.connect(self.session, self.url, "/ws", headers)
        await first.take("connected")
        await alice.socket()
        third = await alice.socket()
        self.assertEqual(await first.closed(), 4005)
        await self.line("socket closed", close_code=4005, user_id=int(alice.id), trace_id=TRACE)
        await alice.post("/api/v1/auth/logout")
        self.assertEqual(await third.closed(), 4004)
        await self.line("socket closed", close_code=4004, user_id=int(alice.id))

    async def test_acts_of_consequence_are_told_when_they_succeed(self):
        alice, bob = await self.people(2)
        group = (await alice.group_with(bob)).removeprefix("group_")
        again = await self.nobody.post("/api/v1/auth/login", {"username": bob.name, "password": bob.password})
        acts = [
            (alice, "PUT", f"/api/v1/groups/{group}/members/{bob.id}", {"role": 2}, "/groups/{id}/members/{userId}"),
            (alice, "DELETE", f"/api/v1/groups/{group}/members/{bob.id}", None, "/groups/{id}/members/{userId}"),
            (bob, "DELETE", f"/api/v1/auth/sessions/{again['sessionId']}", None, "/auth/sessions/{id}"),
            (bob, "PUT", "/api/v1/auth/password", {"oldPassword": bob.password, "newPassword": "another horse"},
             "/auth/password"),
            (bob, "DELETE", "/api/v1/users/me", {"password": "another horse"}, "/users/me"),
            (alice, "DELETE", f"/api/v1/groups/{group}", None, "/groups/{id}"),
        ]
        for who, method, path, body, route in acts:
            await who.call(method, path, body)
            await self.line("request", route=route, method=method, status=200, user_id=int(who.id), path=path)


class Lines(Logged):
    async def test_each_line_is_json_with_who_wrote_it(self):
        await self.person()
        self.server.terminate()
        for line in self.server.lines:
            self.assertEqual((line["service"], line["instance"]), ("gochat", "gochat-1"))
            self.assertRegex(line["version"], r"^\d+\.\d+\.\d+")
            self.assertRegex(line["ts"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(line["level"], ("debug", "info", "warn", "error"))
        self.assertEqual(self.server.lines[-1]["msg"], "stopped")

    async def test_a_flood_of_refusals_is_no_flood_of_lines(self):
        began = time.monotonic()
        for _ in range(300):
            await self.nobody.raw("GET", "/api/v1/conversations")
        # However slow this machine is: 100 at once, and 20 for each second that it took.
        lines_max = 100 + 20 * (time.monotonic() - began) + 1
        self.server.terminate()
        denied = [line for line in self.server.lines if line["msg"] == "request denied"]
        self.assertGreaterEqual(len(denied), 100)
        self.assertLessEqual(len(denied), lines_max)


class Terminal(unittest.TestCase):
    def setUp(self):
        self.ours, its = pty.openpty()
        self.addCleanup(os.close, self.ours)
        server = OwnServer()
        self.addCleanup(server.end)
        self.process = subprocess.Popen(server.command(), stdin=its, stdout=its, start_new_session=True)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        os.close(its)
        self.text = self.read_until("ready")

    def read_until(self, word):
        text = ""
        while word not in text:
            text += os.read(self.ours, 4096).decode()
        return text

    def test_people_get_text_and_closing_the_terminal_ends_the_server(self):
        for line in self.text.splitlines():
            self.assertRegex(line, r"^\d\d:\d\d:\d\d\.\d{3} (info|warn)  [a-z]")
        self.process.send_signal(signal.SIGHUP)
        self.read_until("stopped")
        self.assertEqual(self.process.wait(READY_SECONDS_MAX), 0)


class Reread(Logged):
    async def asyncSetUp(self):
        self.file = OwnServer()  # a folder for the file
        self.addCleanup(self.file.end)
        self.path = f"{self.file.data}.yaml"
        self.configure("log: {level: info}")
        self.flags = ("--config", self.path)
        await super().asyncSetUp()

    def configure(self, text):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)

    def hang_up(self):
        self.server.process.send_signal(signal.SIGHUP)

    async def test_the_level_changes_while_it_runs(self):
        self.configure("log: {level: debug}")
        self.hang_up()
        await self.line("applied", key="log.level", level="debug")
        await self.line("the configuration was read again")
        await self.nobody.raw("POST", "/api/v1/auth/logout")
        await self.line("request", route="/auth/logout", level="debug")

    async def test_what_needs_a_start_is_named_and_a_mistake_changes_nothing(self):
        self.configure("log: {level: info}\nlimits: {sends_burst: 70, body_bytes: 70000}")
        self.hang_up()
        await self.line("applied", key="limits.sends_burst", source=f"{self.path}:2")
        await self.line("changed, and applied at the next start", key="limits.body_bytes")
        self.configure("log: {level: loud}")
        self.hang_up()
        line = await self.line("the configuration is not applied")
        self.assertIn("log.level", line["reason"])
        self.assertEqual((await self.nobody.raw("GET", "/readyz"))[0], 200)
