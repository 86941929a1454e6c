"""A token in every wrong state, on HTTP and in the handshake of a socket; refresh; revocation."""
import asyncio
import time
import urllib.parse

import aiohttp

from base import BlackBox
from client import Api, Person, Refused, Socket, unique
from process import OwnServer
from tokens import Forger, bad_tokens, claims_of

REVOKED_SECONDS_MAX = 5  # from a revocation to the end of its sockets


class WithKeys(BlackBox):
    """A server whose keys the tests may read."""

    @classmethod
    def setUpClass(cls):
        cls.server = OwnServer()
        cls.server.start()
        cls.addClassCleanup(cls.server.end)
        cls.forger = Forger(cls.server.data)

    async def asyncSetUp(self):
        self.url = self.server.url
        await super().asyncSetUp()

    async def profile_under(self, token):
        return await Api(self.session, self.url, token).get("/api/v1/users/profile")

    async def handshake_status(self, path, headers=None):
        try:
            socket = await Socket.connect(self.session, self.url, path, headers)
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status
        await socket.close()
        return 101

    async def ended_with(self, socket):
        async with asyncio.timeout(REVOKED_SECONDS_MAX):
            return await socket.closed()


class BadTokens(WithKeys):
    async def test_none_opens_a_route(self):
        person = await self.person()
        for what, token, code in bad_tokens(self.forger, person.token):
            with self.subTest(what):
                await self.assert_refused(code, self.profile_under(token), 401)
        await self.profile_under(person.token)

    async def test_none_opens_a_socket(self):
        person = await self.person()
        for what, token, _ in bad_tokens(self.forger, person.token):
            with self.subTest(what):
                header = {"Authorization": f"Bearer {token}"}
                self.assertEqual(await self.handshake_status("/ws", header), 401)
                if len(token) < 4000:
                    path = "/ws?token=" + urllib.parse.quote(token)
                    self.assertEqual(await self.handshake_status(path), 401)
        self.assertEqual(await self.handshake_status("/ws?token=" + person.token), 101)

    async def test_none_is_taken_as_a_first_frame(self):
        person = await self.person()
        for what, token, _ in bad_tokens(self.forger, person.token):
            with self.subTest(what):
                socket = await Socket.connect(self.session, self.url, "/ws", protocols=("gochat.v1.json",))
                await socket.send("auth", {"token": token})
                self.assertEqual(await socket.closed(), 4002)

    async def test_none_logs_anybody_out(self):
        person = await self.person()
        for what, token, code in bad_tokens(self.forger, person.token):
            # Whoever shows an expired token of a living session may end it.
            if code == "UNAUTHORIZED":
                await Api(self.session, self.url, token).post("/api/v1/auth/logout")
        await self.profile_under(person.token)

    async def test_no_credential_is_401_everywhere(self):
        await self.assert_refused("UNAUTHORIZED", self.nobody.get("/api/v1/users/profile"), 401)
        for value in ("", "Bearer", "Bearer ", "Basic dTpw", "Token x", "bearer"):
            status, _, body = await self.nobody.raw("GET", "/api/v1/users/profile", headers={"Authorization": value})
            self.assertEqual((status, body["code"]), (401, "UNAUTHORIZED"), value)
            self.assertEqual(await self.handshake_status("/ws", {"Authorization": value}), 401, value)
        self.assertEqual(await self.handshake_status("/ws?token="), 401)

    async def test_a_token_of_a_megabyte_is_refused_before_it_is_read(self):
        token = "A" * (1024 * 1024)
        for path, status in ((f"/ws?token={token}", (414, 431)), (f"/api/v1/users/profile?token={token}", (414, 431))):
            self.assertIn(await self.first_status(path, ""), status)
        self.assertIn(await self.first_status("/api/v1/users/profile", token), (431,))
        person = await self.person()
        socket = await Socket.connect(self.session, self.url, "/ws", protocols=("gochat.v1.json",))
        await socket.send("auth", {"token": token})
        self.assertEqual(await socket.closed(), 1009)
        await self.profile_under(person.token)

    async def first_status(self, path, token):
        """Of a request that may be answered before it has been sent whole."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        line = await reader.readline()
        writer.close()
        return int(line.split()[1])

    async def test_clocks_may_differ_by_half_a_minute(self):
        person = await self.person()
        claims, now = claims_of(person.token), int(time.time())
        await self.profile_under(self.forger.sign({**claims, "exp": now - 5}))
        await self.profile_under(self.forger.sign({**claims, "iat": now + 5}))
        late = self.forger.sign({**claims, "exp": now - 31})
        await self.assert_refused("TOKEN_EXPIRED", self.profile_under(late), 401)


class Refresh(WithKeys):
    async def signed_in(self):
        return await self.nobody.post("/api/v1/auth/register",
                                      {"username": unique(), "password": "secret1", "refresh": True})

    def person_of(self, signed_in):
        return Person(self.session, self.url, signed_in, "secret1")

    async def refresh(self, token):
        return await self.nobody.post("/api/v1/auth/refresh", {"refreshToken": token})

    async def assert_ended(self, signed_in):
        await self.assert_refused("UNAUTHORIZED", self.refresh(signed_in["refreshToken"]), 401)
        await self.assert_refused("UNAUTHORIZED", self.profile_under(signed_in["token"]), 401)

    async def test_each_refresh_gives_new_tokens_of_the_same_session(self):
        first = await self.signed_in()
        second = await self.refresh(first["refreshToken"])
        self.assertEqual(second["sessionId"], first["sessionId"])
        self.assertNotEqual(second["refreshToken"], first["refreshToken"])
        self.assertEqual(claims_of(second["token"])["gen"], claims_of(first["token"])["gen"] + 1)
        await self.profile_under(second["token"])

    async def test_a_lost_answer_and_two_tabs_get_the_same_one_again(self):
        first = await self.signed_in()
        lost = await self.refresh(first["refreshToken"])
        again = await self.refresh(first["refreshToken"])
        self.assertEqual(again["refreshToken"], lost["refreshToken"])
        await self.profile_under(again["token"])
        # Its successor is used by now, and within the grace the old one is still a second tab's.
        tabs = await asyncio.gather(*(self.refresh(first["refreshToken"]) for _ in range(5)))
        self.assertEqual({tab["refreshToken"] for tab in tabs}, {lost["refreshToken"]})

    async def test_two_tabs_at_once_end_with_one_generation(self):
        first = await self.signed_in()
        tabs = await asyncio.gather(*(self.refresh(first["refreshToken"]) for _ in range(8)))
        self.assertEqual(len({tab["refreshToken"] for tab in tabs}), 1)
        await self.profile_under(tabs[0]["token"])

    async def test_an_old_one_that_was_right_ends_the_session_and_its_sockets(self):
        first = await self.signed_in()
        socket = await self.person_of(first).socket()
        second = await self.refresh(first["refreshToken"])
        third = await self.refresh(second["refreshToken"])
        await self.assert_refused("UNAUTHORIZED", self.refresh(first["refreshToken"]), 401)
        self.assertEqual(await self.ended_with(socket), 4004)
        await self.assert_ended(third)

    async def test_a_wrong_secret_changes_nothing(self):
        first = await self.signed_in()
        session, gen, secret = first["refreshToken"].split(".")
        second = await self.refresh(first["refreshToken"])
        await self.refresh(second["refreshToken"])
        wrong = (f"{session}.{gen}.{'A' * len(secret)}", f"{session}.{gen}.", f"{session}.{gen}",
                 f"{session}.99.{secret}", f"0{session}.{gen}.{secret}", f"{session}.{gen}.{secret}.",
                 f"-{session}.{gen}.{secret}", "..", "", "9" * 40 + f".{gen}.{secret}", first["token"], "A" * 100_000)
        for token in wrong:
            with self.subTest(token[:60]):
                with self.assertRaises(Refused) as caught:
                    await self.refresh(token)
                self.assertIn(caught.exception.status, (400, 401))
        await self.profile_under(second["token"])

    async def test_a_generation_that_never_was_is_refused_and_ends_nothing(self):
        first = await self.signed_in()
        for gen in (2, 3, 4_000_000_000):
            ahead = self.forger.refresh(first["sessionId"], gen)
            await self.assert_refused("UNAUTHORIZED", self.refresh(ahead), 401)
        await self.assert_refused("UNAUTHORIZED", self.refresh(self.forger.refresh("4711", 1)), 401)
        await self.refresh(first["refreshToken"])

    async def test_a_session_that_was_ended_is_not_refreshed(self):
        first = await self.signed_in()
        await self.person_of(first).post("/api/v1/auth/logout")
        await self.assert_ended(first)


class Revocation(WithKeys):
    async def second_device(self, person):
        signed_in = await self.nobody.post("/api/v1/auth/login", {"username": person.name, "password": person.password})
        return Person(self.session, self.url, signed_in, person.password)

    async def test_a_new_password_ends_every_other_session(self):
        here = await self.person()
        there = await self.second_device(here)
        mine, theirs = await here.socket(), await there.socket()
        await here.put("/api/v1/auth/password", {"oldPassword": here.password, "newPassword": "another one"})
        self.assertEqual(await self.ended_with(theirs), 4004)
        await self.assert_refused("UNAUTHORIZED", self.profile_under(there.token), 401)
        self.assertEqual(await self.handshake_status(f"/ws?token={there.token}"), 401)
        await mine.settle()
        await self.profile_under(here.token)
        await self.assert_refused("UNAUTHORIZED", self.second_device(here), 401)
        here.password = "another one"
        await self.second_device(here)

    async def test_a_session_is_ended_from_another_device(self):
        here = await self.person()
        there = await self.second_device(here)
        socket = await there.socket()
        listed = {one["sessionId"]: one for one in await here.get("/api/v1/auth/sessions")}
        self.assertEqual(set(listed), {here.session_id, there.session_id})
        await here.delete(f"/api/v1/auth/sessions/{there.session_id}")
        self.assertEqual(await self.ended_with(socket), 4004)
        await self.assert_refused("UNAUTHORIZED", self.profile_under(there.token), 401)
        await self.profile_under(here.token)

    async def test_somebody_elses_session_does_not_exist(self):
        one, other = await self.people(2)
        absent = await self.assert_refused("NOT_FOUND", one.delete("/api/v1/auth/sessions/4711"), 404)
        foreign = await self.assert_refused("NOT_FOUND", one.delete(f"/api/v1/auth/sessions/{other.session_id}"), 404)
        self.assertEqual(absent["message"], foreign["message"])
        await self.profile_under(other.token)

    async def test_an_erased_account_is_gone_and_its_sockets_stay_away(self):
        person = await self.person()
        socket = await person.socket()
        await self.assert_refused("FORBIDDEN", person.delete("/api/v1/users/me", {"password": "wrong one"}), 403)
        await person.delete("/api/v1/users/me", {"password": person.password})
        self.assertEqual(await self.ended_with(socket), 4006)
        await self.assert_refused("UNAUTHORIZED", self.profile_under(person.token), 401)
        await self.assert_refused("UNAUTHORIZED", self.second_device(person), 401)

    async def test_a_ticket_dies_with_its_session(self):
        person = await self.person()
        ticket = (await person.post("/api/v1/auth/ticket"))["ticket"]
        await person.post("/api/v1/auth/logout")
        self.assertEqual(await self.handshake_status(f"/ws?token={ticket}"), 401)
        self.assertEqual(await self.handshake_status("/ws?token=" + ticket[:-1] + "x"), 401)
