"""Accounts, tokens and the handshake of a socket."""
import aiohttp

from base import BlackBox
from client import Api, Socket, unique
from process import OwnServer


class SignIn(BlackBox):
    async def test_register_answers_like_login(self):
        name = unique()
        status, _, answer = await self.nobody.raw("POST", "/api/v1/auth/register",
                                                  {"username": name, "password": "secret1", "nickname": "Nick"})
        self.assertEqual(status, 201)
        data = answer["data"]
        self.assertEqual((data["user"]["username"], data["user"]["nickname"]), (name, "Nick"))
        self.assertIsInstance(data["user"]["userId"], str)
        self.assertFalse(data["user"]["isGuest"])
        again = await self.nobody.post("/api/auth/login", {"username": name, "password": "secret1"})
        self.assertEqual(again["user"]["userId"], data["user"]["userId"])
        self.assertGreater(again["expiresIn"], 6 * 24 * 3600)
        self.assertNotIn("refreshToken", again)

    async def test_names_are_unique_whatever_their_case(self):
        person = await self.person()
        await self.assert_refused("CONFLICT", self.person(person.name.upper()), 409)

    async def test_a_wrong_password_and_an_unknown_name_look_alike(self):
        person = await self.person()
        one = await self.assert_refused("UNAUTHORIZED", self.nobody.post(
            "/api/v1/auth/login", {"username": person.name, "password": "wrong-one"}), 401)
        two = await self.assert_refused("UNAUTHORIZED", self.nobody.post(
            "/api/v1/auth/login", {"username": unique("no"), "password": "wrong-one"}), 401)
        self.assertEqual(one["message"], two["message"])

    async def test_passwords_have_their_bounds(self):
        await self.assert_refused("INVALID_PARAMS", self.person(password="12345"), 400)
        await self.assert_refused("INVALID_PARAMS", self.person(password="x" * 73), 400)
        await self.person(password="123456")
        await self.person(password="x" * 72)

    async def test_names_have_their_bounds(self):
        for name in ("ab", "x" * 21, "profile", "me", "a b c", "a/b/c", "<script>"):
            await self.assert_refused("INVALID_PARAMS", self.person(name), 400)
        await self.person(unique("张"))

    async def test_without_a_token_nothing_is_answered(self):
        for path in ("/api/v1/conversations", "/api/v1/users/profile", "/api/user/info"):
            await self.assert_refused("UNAUTHORIZED", self.nobody.get(path), 401)
        forged = Api(self.session, self.url, "eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoiMSJ9.")
        await self.assert_refused("UNAUTHORIZED", forged.get("/api/v1/conversations"), 401)

    async def test_logout_is_always_200_and_ends_the_token_and_its_sockets(self):
        person = await self.person()
        socket = await person.socket()
        await person.post("/api/v1/auth/logout")
        self.assertEqual(await socket.closed(), 4004)
        await self.assert_refused("UNAUTHORIZED", person.get("/api/v1/users/profile"), 401)
        await person.post("/api/v1/auth/logout")
        await self.nobody.post("/api/v1/auth/logout")

    async def test_refresh_rotates_and_a_stolen_old_one_ends_the_session(self):
        name = unique()
        first = await self.nobody.post("/api/v1/auth/register",
                                       {"username": name, "password": "secret1", "refresh": True})
        self.assertLessEqual(first["expiresIn"], 15 * 60)
        second = await self.nobody.post("/api/v1/auth/refresh", {"refreshToken": first["refreshToken"]})
        third = await self.nobody.post("/api/v1/auth/refresh", {"refreshToken": second["refreshToken"]})
        await Api(self.session, self.url, third["token"]).get("/api/v1/users/profile")
        await self.assert_refused("UNAUTHORIZED", self.nobody.post(
            "/api/v1/auth/refresh", {"refreshToken": first["refreshToken"]}), 401)
        await self.assert_refused("UNAUTHORIZED", self.nobody.post(
            "/api/v1/auth/refresh", {"refreshToken": third["refreshToken"]}), 401)

    async def test_guests_may_little(self):
        guest, member = await self.guest(), await self.person()
        self.assertTrue(guest.user["isGuest"])
        g = await guest.socket()
        await g.say("world", unique("guest "))
        await self.assert_refused("FORBIDDEN", guest.post("/api/v1/friends", {"friendId": member.id}), 403)
        await self.assert_refused("FORBIDDEN", guest.post("/api/v1/groups", {"groupName": "g"}), 403)
        await self.assert_refused("FORBIDDEN", guest.get("/api/v1/users/search?q=a"), 403)
        m = await member.socket()
        chat = await member.single_with(guest)
        await m.say(chat, "hello guest")
        await g.message("hello guest")
        await g.say(chat, "hello member")


class Greeting(BlackBox):
    keep_alive = False

    async def asyncSetUp(self):
        server = OwnServer(flags=["--limits.sends_burst", "7", "--limits.sends_per_second", "0.5"]).start()
        self.addCleanup(server.end)
        self.url = server.url
        await super().asyncSetUp()

    async def test_it_tells_the_rates_that_this_server_has(self):
        limits = (await (await self.person()).socket()).greeting["limits"]
        self.assertEqual((limits["sendsBurst"], limits["sendsPerSecond"]), (7, 0.5))


class Handshake(BlackBox):
    async def status_of(self, path, headers=None, protocols=()):
        with self.assertRaises(aiohttp.WSServerHandshakeError) as caught:
            await Socket.connect(self.session, self.url, path, headers, protocols)
        return caught.exception.status

    async def test_a_bad_credential_is_401_before_the_upgrade(self):
        self.assertEqual(await self.status_of("/ws"), 401)
        self.assertEqual(await self.status_of("/ws?token=nonsense"), 401)
        self.assertEqual(await self.status_of("/ws", {"Authorization": "Bearer nonsense"}), 401)

    async def test_the_token_may_stand_in_the_url(self):
        person = await self.person()
        socket = await person.socket(subprotocol=None, token_in_url=True)
        self.assertEqual(socket.greeting["userId"], person.id)
        self.assertEqual(socket.greeting["limits"]["frameBytes"], 65536)
        self.assertTrue(socket.greeting["epoch"])

    async def test_the_first_frame_may_name_the_token(self):
        person = await self.person()
        socket = await Socket.connect(self.session, self.url, "/ws", protocols=("gochat.v1.json",))
        await socket.send("auth", {"token": person.token})
        self.assertEqual((await socket.take("connected"))["userId"], person.id)

    async def test_a_first_frame_that_is_not_auth_closes_with_4002(self):
        socket = await Socket.connect(self.session, self.url, "/ws", protocols=("gochat.v1.json",))
        await socket.send("ping", {})
        self.assertEqual(await socket.closed(), 4002)

    async def test_a_ticket_works_once(self):
        person = await self.person()
        ticket = (await person.post("/api/v1/auth/ticket"))["ticket"]
        socket = await Socket.connect(self.session, self.url, f"/ws?token={ticket}")
        await socket.take("connected")
        self.assertEqual(await self.status_of(f"/ws?token={ticket}"), 401)

    async def test_a_foreign_page_may_not_connect(self):
        person = await self.person()
        token = {"Authorization": f"Bearer {person.token}"}
        self.assertEqual(await self.status_of("/ws", {**token, "Origin": "http://evil.example"}), 403)
        self.assertEqual(await self.status_of("/ws", {**token, "Origin": "null"}), 403)
        for origin in (self.url, "http://localhost:5173"):
            socket = await Socket.connect(self.session, self.url, "/ws", {**token, "Origin": origin})
            await socket.take("connected")

    async def test_the_eleventh_connection_replaces_the_oldest(self):
        person = await self.person()
        sockets = [await person.socket() for _ in range(11)]
        self.assertEqual(await sockets[0].closed(), 4005)
        await sockets[10].settle()
        await sockets[1].settle()

    async def test_the_first_subprotocol_that_is_spoken_here_is_named_and_an_unknown_one_is_not(self):
        person = await self.person()
        token = {"Authorization": f"Bearer {person.token}"}
        for offered, chosen in ((("mqtt", "gochat.v1.json"), "gochat.v1.json"), (("mqtt",), None)):
            socket = await Socket.connect(self.session, self.url, "/ws", token, offered)
            self.assertEqual(socket.ws.protocol, chosen)
            await socket.take("connected")
        self.assertEqual(await self.status_of("/ws", {}, ("mqtt",)), 401)
