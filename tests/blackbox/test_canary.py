"""Secrets driven through every route and every frame, then looked for wherever somebody might read them.

The routes and frames are those that the server itself lists, so that a new one cannot be forgotten.
"""
import json
import os
import tempfile

from base import BlackBox
from client import Socket, unique
from process import OwnServer
from timeline import Timeline

MARKER_TRACE = "c0ffee00c0ffee00c0ffee00c0ffee00"
PASSWORD, NEW_PASSWORD, CONTENT, FALSE_TOKEN = (f"canary{name}{os.urandom(6).hex()}" for name in
                                                ("Password", "Newpassword", "Content", "Falsetoken"))


class Places:
    """Texts that were collected by name, and what of some needles is in them."""

    def __init__(self):
        self.texts = {}

    def add(self, place, text):
        self.texts.setdefault(place, []).append(text if isinstance(text, str) else text.decode("latin-1"))

    def hits(self, needles):
        return {(place, name): text[max(0, text.find(needle) - 200):][:400]
                for place, texts in self.texts.items() for text in texts
                for name, needle in needles.items() if needle in text}


class Canary(BlackBox):
    async def asyncSetUp(self):
        self.stderr = tempfile.TemporaryFile()
        self.addCleanup(self.stderr.close)
        self.server = OwnServer(flags=("--profile", "bench", "--log-level", "debug"), stderr=self.stderr).start()
        self.addCleanup(self.server.end)
        self.url = self.server.url
        await super().asyncSetUp()
        self.places = Places()
        # What nobody may find again, by name; tokens join as they are given out.
        self.secrets = {"password": PASSWORD, "new password": NEW_PASSWORD, "content": CONTENT,
                        "false token": FALSE_TOKEN}

    async def inner(self, path):
        async with self.session.get(self.server.internal_url + path) as answer:
            return await answer.text()

    async def catalogue(self):
        """Every route and every frame, as the server lists them."""
        return json.loads(await self.inner("/routes"))

    def keep_secret(self, signed_in):
        number = len(self.secrets)
        self.secrets[f"token {number}"] = signed_in["token"]
        self.secrets[f"signature of token {number}"] = signed_in["token"].rsplit(".", 1)[1]
        if signed_in.get("refreshToken"):
            self.secrets[f"refresh token {number}"] = signed_in["refreshToken"]
            self.secrets[f"secret of refresh token {number}"] = signed_in["refreshToken"].rsplit(".", 1)[1]

    async def scene(self):
        """Somebody with a friend, a group, a message and a second session: what a request may name."""
        self.owner = await self.person(password=PASSWORD, refresh=True)
        self.friend = await self.person(password=PASSWORD)
        login = {"username": self.owner.name, "password": PASSWORD, "refresh": True}
        signed_in = await self.nobody.post("/api/v1/auth/login", login)
        self.keep_secret(signed_in)
        self.secrets[f"token of {self.owner.name}"] = self.owner.token
        self.chat = await self.owner.single_with(self.friend)
        self.group = await self.owner.group_with(self.friend)
        receipt = await self.owner.say(self.chat, CONTENT)
        ticket = (await self.owner.post("/api/v1/auth/ticket"))["ticket"]
        self.secrets[f"ticket {ticket[:4]} {len(self.secrets)}"] = ticket
        self.ids = {"groups": self.group.removeprefix("group_"), "conversations": self.chat,
                    "sessions": signed_in["sessionId"], "messages": receipt["messageId"], "friends": self.friend.id,
                    "blocks": self.friend.id, "users": self.friend.name, "members": self.friend.id}
        return {"username": unique(), "password": PASSWORD, "oldPassword": PASSWORD, "newPassword": NEW_PASSWORD,
                "refreshToken": signed_in["refreshToken"], "token": signed_in["token"], "ticket": ticket,
                "content": CONTENT, "conversationId": self.chat, "targetUserId": self.friend.id,
                "friendId": self.friend.id, "userId": self.friend.id, "newOwnerId": self.friend.id,
                "groupName": "group", "memberIds": [self.friend.id], "role": 2, "seqId": 1}

    def path_of(self, route):
        parts = route["path"].split("/")
        for n, part in enumerate(parts):
            if part.startswith("{"):
                parts[n] = self.ids[parts[n - 1]]
        return "/api/v1" + "/".join(parts)

    async def ask(self, method, path, headers, data):
        sent = {"Content-Type": "application/json", "traceparent": f"00-{MARKER_TRACE}-00f067aa0ba902b7-01", **headers}
        async with self.session.request(method, path, data=data, headers=sent) as answer:
            text = await answer.text()
            if answer.status >= 400:
                self.places.add("error answers", f"{method} {path.split('?')[0]} {answer.headers} {text}")
            elif answer.content_type == "application/json":
                given = json.loads(text)["data"]
                if isinstance(given, dict) and "token" in given:
                    self.keep_secret(given)
                if isinstance(given, dict) and "ticket" in given:
                    self.secrets[f"ticket {len(self.secrets)}"] = given["ticket"]
            return answer.status

    async def drive(self, route):
        """The statuses of this route: as it is meant, then with secrets where they do not belong."""
        body = await self.scene()
        path = self.path_of(route)
        query = f"?q={CONTENT}&token={body['token']}&ticket={body['ticket']}&password={PASSWORD}"
        signed = {"Authorization": f"Bearer {self.owner.token}"}
        false = {"Authorization": f"Bearer {FALSE_TOKEN}"}
        wrong = {name: [value] if isinstance(value, str) else str(value) for name, value in body.items()}
        false_secrets = dict.fromkeys(("refreshToken", "password", "oldPassword"), FALSE_TOKEN)
        tries = [
            (false, path + query, body), ({}, path + query, body), ({"Authorization": FALSE_TOKEN}, path, body),
            (signed, path + query, wrong),
            (signed, path, {**body, **false_secrets, "conversationId": "nowhere"}),
            (signed, path, {secret: 1 for secret in (PASSWORD, CONTENT, FALSE_TOKEN)}),
            (signed, path, f'{{"password":"{PASSWORD}","content":"{CONTENT}'),
            ({**signed, "Content-Type": f"text/{FALSE_TOKEN}"}, path, PASSWORD),
            ({**signed, "Idempotency-Key": unique()}, path + query, body),
        ]
        return [await self.ask(route["method"], self.url + at, headers, asked if isinstance(asked, str)
                               else json.dumps(asked)) for headers, at, asked in tries]

    async def look_everywhere(self):
        for path in ("/metrics", "/readyz?verbose", "/routes", "/nowhere"):
            self.places.add(path, await self.inner(path))
        self.server.terminate()
        self.places.add("log", "\n".join(json.dumps(line) for line in self.server.lines))
        self.stderr.seek(0)
        self.places.add("stderr", self.stderr.read())

    def look_into_files(self):
        for folder, _, files in os.walk(self.server.data):
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    self.places.add("files", file.read())

    async def test_no_secret_of_any_route_is_found_again(self):
        routes = (await self.catalogue())["routes"]
        self.assertGreater(len(routes), 40)
        statuses = {}
        for route in routes:
            statuses[f"{route['method']} {route['path']}"] = await self.drive(route)
        # Not vacuous: as it is meant each route did what it does, but for those that found it done.
        done = [name for name, seen in statuses.items() if any(status < 300 for status in seen)]
        self.assertGreater(len(done), len(routes) * 3 // 4, statuses)
        self.assertFalse([s for seen in statuses.values() for s in seen if s >= 500], statuses)
        await self.look_everywhere()
        self.assertEqual(self.places.hits(self.secrets), {})
        # The search finds what is there: a trace id that was brought, a route's pattern.
        self.assertEqual(set(self.places.hits({"trace": MARKER_TRACE})), {("log", "trace"), ("error answers", "trace")})
        self.assertIn(("/metrics", "route"), self.places.hits({"route": "/users/search"}))

        # In the files only what must be kept for people: content, and names.
        self.places.texts.clear()
        self.look_into_files()
        kept = {"name": self.owner.name, "content": self.secrets.pop("content")}
        self.assertEqual(set(self.places.hits(kept)), {("files", "name"), ("files", "content")})
        self.assertEqual(self.places.hits(self.secrets), {})

    async def test_no_secret_of_any_frame_is_found_again(self):
        frames = (await self.catalogue())["frames"]
        self.assertGreater(len(frames), 7)
        body = await self.scene()
        sockets = []
        for protocol in ("gochat.v1.json", "gochat.timeline.v1"):
            headers = {"Authorization": f"Bearer {self.owner.token}"}
            sockets.append(await Socket.connect(self.session, self.url, "/ws", headers, (protocol,)))
        sockets.append(await Socket.connect(self.session, self.url, f"/ws?token={body['ticket']}"))
        ready = sockets[0]
        await ready.take("connected")
        for kind in frames:
            for data in (body, {**body, "conversationId": "nowhere"}, {**body, "content": CONTENT * 2000},
                         {name: [value] for name, value in body.items()}, [CONTENT], CONTENT, {CONTENT: PASSWORD}):
                await ready.send(kind, {**data, "tempMessageId": unique("t")} if isinstance(data, dict) else data)
        for text in (CONTENT, f'{{"type":"send-message","data":{{"content":"{CONTENT}', f'"{PASSWORD}"'):
            await ready.text(text)
        await ready.settle()
        timeline = Timeline(sockets[1])
        for cmd in range(6):
            for payload in (body, {**body, "conversation_id": "nowhere"}, {**body, "conversation_id": self.chat},
                            CONTENT, [PASSWORD]):
                await timeline.send(cmd, unique("t"), payload)
        await timeline.ask(0)
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                   "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
        for query, more in ((f"token={FALSE_TOKEN}", {}), (f"token={body['ticket']}", {}),  # a ticket is good once
                            (f"ticket={FALSE_TOKEN}", {}), ("", {"Authorization": f"Bearer {FALSE_TOKEN}"})):
            self.assertEqual(await self.ask("GET", f"{self.url}/ws?{query}", {**upgrade, **more}, None), 401)
        for data in ({"token": FALSE_TOKEN}, {"token": self.owner.token + FALSE_TOKEN}, {FALSE_TOKEN: CONTENT}):
            unnamed = await Socket.connect(self.session, self.url, "/ws", protocols=("gochat.v1.json",))
            await unnamed.send("auth", data)
            self.assertEqual(await unnamed.closed(), 4002)
            sockets.append(unnamed)
        refusals = [frame for one in sockets for frame in one.frames
                    if frame.get("type") in ("error", "bye") or frame.get("code")]
        self.assertGreater(len(refusals), len(frames))
        self.places.add("error frames", json.dumps(refusals))
        await self.look_everywhere()
        self.assertEqual(self.places.hits(self.secrets), {})
        self.assertTrue(self.places.hits({"line": "send accepted"}))
        self.assertTrue(self.places.hits({"user": self.owner.id}))
