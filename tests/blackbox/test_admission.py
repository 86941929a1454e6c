"""Who is let in, how often and with what: each switch does what it says."""
import asyncio

import aiohttp

from base import BlackBox
from client import Socket, unique
from process import OwnServer


class Admission(BlackBox):
    """Servers that are configured otherwise."""
    async def serve(self, *flags, **environment):
        server = OwnServer(flags=flags, environment=environment)
        self.addCleanup(server.end)
        await asyncio.to_thread(server.start)
        self.nobody.url = self.url = server.url
        return server

    async def asyncSetUp(self):
        self.url = "unset"
        await super().asyncSetUp()

    async def test_loopback_is_where_it_listens_and_it_says_how_to_let_others_in(self):
        server = OwnServer()
        self.addCleanup(server.end)
        server.start()
        line = await asyncio.to_thread(server.line, "only this machine can connect")
        for word in ("--listen", "--server.tls_certificate", "--server.trusted_proxies"):
            self.assertIn(word, line["reason"])

    async def test_registration_closed(self):
        await self.serve("--auth.registration", "closed")
        await self.assert_refused("FORBIDDEN", self.person(), 403)
        await self.guest()

    async def test_guests_off(self):
        await self.serve("--auth.guests", "off")
        await self.assert_refused("FORBIDDEN", self.guest(), 403)
        await self.person()

    async def test_world_off(self):
        await self.serve("--world.enabled", "off")
        alice = await self.person()
        self.assertEqual(await alice.get("/api/v1/conversations"), [])
        with self.assertRaises(AssertionError):
            await alice.say("world", "is anybody here?")
        await self.assert_refused("NOT_FOUND", alice.get("/api/v1/conversations/world"), 404)

    async def test_the_default_profile_gives_a_long_token(self):
        await self.serve()
        signed_in = await self.nobody.post("/api/v1/auth/register", {"username": unique(), "password": "Password1"})
        self.assertGreater(signed_in["expiresIn"], 24 * 3600)

    async def wrong_passwords(self, *forwarded):
        """The statuses of logins that fail, all at once and each of its own account: only addresses are counted."""
        def one(address):
            body = {"username": unique(), "password": "wrong horse"}
            return self.nobody.raw("POST", "/api/v1/auth/login", body, headers={"X-Forwarded-For": address})
        answers = await asyncio.gather(*[one(address) for address in forwarded])
        return sorted(status for status, _, _ in answers)

    async def limited_by_address(self, proxies):
        return await self.serve("--server.trusted_proxies", proxies, "--auth.failed_logins_per_address", "1",
                                "--auth.failed_logins_per_account", "1")

    async def test_whom_a_trusted_proxy_names_is_counted(self):
        await self.limited_by_address("127.0.0.0/8")
        self.assertEqual(await self.wrong_passwords(*[f"198.51.100.{n}" for n in range(8)]), [401] * 8)
        self.assertEqual((await self.wrong_passwords(*["203.0.113.9"] * 8))[-1], 429)

    async def test_sockets_of_whom_a_trusted_proxy_names_are_counted(self):
        await self.serve("--server.trusted_proxies", "127.0.0.1", "--gateway.connections_per_address", "2",
                         "--gateway.connections_per_user", "2")
        people = iter(await self.people(6))

        def upgrade(address, named=True):
            token = f"Bearer {next(people).token}" if named else ""
            headers = {"Authorization": token, **self.from_(address)}
            return Socket.connect(self.session, self.url, headers=headers, protocols=("gochat.v1.json",))

        async def is_refused():
            with self.assertRaises(aiohttp.WSServerHandshakeError) as caught:
                await upgrade("198.51.100.7")
            self.assertEqual(caught.exception.status, 429)
        first = await upgrade("198.51.100.7")
        unnamed = await upgrade("198.51.100.7", named=False)
        await is_refused()
        await (await upgrade("198.51.100.8")).take("connected")
        await unnamed.close()
        second = await upgrade("198.51.100.7")
        for socket in (first, second):
            await socket.take("connected")
        await is_refused()

    async def test_what_a_client_writes_into_the_header_itself_counts_for_nothing(self):
        await self.limited_by_address("127.0.0.1,10.0.0.0/8")
        for liar in ("203.0.113.{}", "10.0.0.{}", "<{}>"):
            sent = [liar.format(n) + ", 198.51.100.7" for n in range(8)]
            self.assertEqual((await self.wrong_passwords(*sent))[-1], 429, liar)

    async def test_without_a_trusted_proxy_the_header_is_not_believed(self):
        await self.limited_by_address("10.0.0.0/8")
        self.assertEqual((await self.wrong_passwords(*[f"198.51.100.{n}" for n in range(8)]))[-1], 429)

    def from_(self, address):
        """Headers of a request that a proxy passes on."""
        return {"X-Forwarded-For": address}

    async def sign_up(self, address, chain=""):
        body = {"username": unique(), "password": "correct horse"}
        forwarded = self.from_(f"{chain}{address}")
        return (await self.nobody.raw("POST", "/api/v1/auth/register", body, headers=forwarded))[0]

    async def test_hardened_wants_better_passwords(self):
        await self.serve("--profile", "hardened")
        await self.assert_refused("INVALID_PARAMS", self.person(password="seven77"), 400)
        body = await self.assert_refused("INVALID_PARAMS", self.person(password="Password1"), 400)
        self.assertIn("often", body["message"])
        alice = await self.person(password="correct horse")
        await self.assert_refused("INVALID_PARAMS", alice.put("/api/v1/auth/password", {
            "oldPassword": "correct horse", "newPassword": "1234567890"}), 400)

    async def test_hardened_takes_no_token_in_the_url_and_gives_no_long_one(self):
        await self.serve("--profile", "hardened")
        body = {"username": unique(), "password": "correct horse"}
        signed_in = await self.nobody.post("/api/v1/auth/register", body)
        self.assertLessEqual(signed_in["expiresIn"], 15 * 60)
        self.assertTrue(signed_in["refreshToken"])
        status, _, _ = await self.nobody.raw("GET", f"/ws?token={signed_in['token']}", headers={
            "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="})
        self.assertEqual(status, 401)

    async def test_sign_ups_and_guests_are_limited_by_address(self):
        await self.serve("--server.trusted_proxies", "127.0.0.1", "--limits.sign_ups_burst", "2",
                         "--limits.guests_burst", "1")
        self.assertEqual([await self.sign_up("198.51.100.7") for _ in range(3)], [201, 201, 429])
        self.assertEqual(await self.sign_up("198.51.100.8"), 201)
        status, headers, body = await self.nobody.raw("POST", "/api/v1/auth/register", {
            "username": unique(), "password": "correct horse"}, headers=self.from_("198.51.100.7"))
        self.assertEqual((status, body["code"]), (429, "RATE_LIMITED"))
        self.assertGreater(int(headers["Retry-After"]), 0)
        self.assertIn("limits.sign_ups_per_hour", body["message"])
        guests = [(await self.nobody.raw("POST", "/api/v1/auth/guest", {}, headers=self.from_("198.51.100.7")))[0]
                  for _ in range(2)]
        self.assertEqual(guests, [201, 429])

    async def test_more_passwords_than_can_be_hashed_are_refused_to_be_tried_again(self):
        await self.serve("--auth.hashing_threads", "1", "--auth.hashing_queue", "1")
        people = [{"username": unique(), "password": "correct horse"} for _ in range(8)]
        answers = await asyncio.gather(*[self.nobody.raw("POST", "/api/v1/auth/register", one) for one in people])
        self.assertEqual({status for status, _, _ in answers}, {201, 503})
        name, refused = next((one, body) for one, (status, _, body) in zip(people, answers) if status == 503)
        self.assertEqual((refused["code"], refused["retryable"]), ("OVERLOADED", True))
        self.assertEqual((await self.nobody.raw("POST", "/api/v1/auth/register", name))[0], 201)

    async def test_the_world_room_takes_so_much_of_everybody_together(self):
        await self.serve("--world.sends_per_second", "0.1")
        alice, bob = await self.people(2)
        await alice.say("world", "good morning")
        await self.assert_refused("RATE_LIMITED", bob.say("world", "good morning"), 429)
        await bob.say(await bob.group_with(alice), "only the world is full")
