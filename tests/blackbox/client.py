"""People who talk to a GoChat server over HTTP and WebSocket, for tests."""
import asyncio
import itertools
import json
import os
import random
import time

import aiohttp

# Nothing is measured here: a bound only ends a test that would wait for ever.
WAIT_SECONDS = 20
_numbers = itertools.count(1)
_run = f"{int(time.time()) % 100000:05d}{random.randrange(1000):03d}"


def unique(prefix="u"):
    """A name that no other test of this or another run has taken."""
    return f"{prefix}{_run}{next(_numbers)}"


_gateways = [url.rstrip("/") for url in os.environ.get("GOCHAT_URLS", "").split(",") if url]
_turn = itertools.cycle(_gateways)


def one_gateway_of(url):
    """The next one of the cluster that is judged, so that people talk across all of them; else the address itself."""
    return next(_turn) if url in _gateways else url


class Refused(AssertionError):
    """An HTTP answer that was an error."""

    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body

    @property
    def code(self):
        return self.body.get("code")


class Api:
    """HTTP requests in one person's name, or in nobody's."""

    def __init__(self, session, url, token=None):
        self.session, self.url, self.token = session, url, token

    async def raw(self, method, path, body=None, headers=None, data=None):
        sent = dict(headers or {})
        if self.token and "Authorization" not in sent:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            data = json.dumps(body)
        if data is not None and "Content-Type" not in sent:
            sent["Content-Type"] = "application/json"
        async with self.session.request(method, self.url + path, data=data, headers=sent) as answer:
            text = await answer.text()
            parsed = json.loads(text) if text and "json" in answer.content_type else text
            return answer.status, answer.headers, parsed

    async def call(self, method, path, body=None, headers=None):
        """`data` of a success; Refused otherwise."""
        status, _, answer = await self.raw(method, path, body, headers)
        if status >= 400:
            raise Refused(status, answer)
        assert answer["success"] is True, answer
        return answer["data"]

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, {} if body is None else body, **more)

    def put(self, path, body=None, **more):
        return self.call("PUT", path, body, **more)

    def delete(self, path, body=None, **more):
        return self.call("DELETE", path, body, **more)


class Person(Api):
    """Somebody who is signed in."""

    def __init__(self, session, url, signed_in, password):
        super().__init__(session, one_gateway_of(url), signed_in["token"])
        self.user = signed_in["user"]
        self.id = self.user["userId"]
        self.name = self.user["username"]
        self.session_id = signed_in["sessionId"]
        self.password = password

    async def socket(self, subprotocol="gochat.v1.json", token_in_url=False):
        return await Socket.open(self, subprotocol, token_in_url)

    async def single_with(self, other):
        return (await self.post("/api/v1/conversations", {"targetUserId": other.id}))["conversationId"]

    async def group_with(self, *others, **settings):
        body = {"groupName": "group", "members": [o.id for o in others], **settings}
        return (await self.post("/api/v1/groups", body))["conversationId"]

    async def say(self, conversation, content, client_id=None):
        """A send over HTTP; its receipt."""
        body = {"conversationId": conversation, "content": content, "clientMsgId": client_id or unique("c")}
        return await self.post("/api/v1/messages", body)

    async def history(self, conversation, **query):
        text = "&".join(f"{k}={v}" for k, v in {"conversationId": conversation, **query}.items())
        return await self.get(f"/api/v1/messages/history?{text}")

    async def conversation(self, conversation):
        return await self.get(f"/api/v1/conversations/{conversation}")


class Closed(AssertionError):
    def __init__(self, code):
        super().__init__(f"closed with {code}")
        self.code = code


class Socket:
    """One WebSocket; frames are kept until a test asks for one of their kind."""

    def __init__(self, ws):
        self.ws = ws
        self.frames = []
        self.everything = []  # frames, whether they were taken or not
        self.told = 0  # of them, how many a server that asked knows to be read
        self.close_code = None
        self.arrived = asyncio.Event()
        self.reader = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, session, url, path="/ws", headers=None, protocols=()):
        """The open socket, or aiohttp.WSServerHandshakeError with its status."""
        address = url.replace("http", "ws", 1) + path
        ws = await session.ws_connect(address, headers=headers or {}, protocols=protocols,
                                      max_msg_size=0, autoping=False)
        return cls(ws)

    @classmethod
    async def open(cls, person, subprotocol="gochat.v1.json", token_in_url=False):
        path = f"/ws?token={person.token}" if token_in_url else "/ws"
        headers = {} if token_in_url else {"Authorization": f"Bearer {person.token}"}
        protocols = (subprotocol,) if subprotocol else ()
        socket = await cls.connect(person.session, person.url, path, headers, protocols)
        socket.greeting = await socket.take("connected")
        return socket

    async def _read(self):
        async for message in self.ws:
            if message.type == aiohttp.WSMsgType.TEXT:
                frame = json.loads(message.data)
                self.came(frame)
                self.everything.append(frame)
                self.arrived.set()
            elif message.type == aiohttp.WSMsgType.PING:
                await self.ws.pong(message.data)
                if message.data:  # an empty one asks whether anybody is there
                    self.told = len(self.everything)
                    self.arrived.set()
        self.close_code = self.ws.close_code
        self.arrived.set()

    def came(self, frame):
        self.frames.append(frame)

    async def send(self, kind, data, id_=None):
        frame = {"type": kind, "data": data}
        if id_:
            frame["id"] = id_
        await self.ws.send_str(json.dumps(frame))

    async def text(self, text):
        await self.ws.send_str(text)

    async def take(self, kind, where=lambda data: True):
        """The first frame of this kind, taken out of what has come; waits for it."""
        return (await self.take_any({kind: where}))["data"]

    async def take_any(self, kinds):
        """The first frame that fits what is asked of its kind, likewise."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                for n, frame in enumerate(self.frames):
                    if frame["type"] in kinds and kinds[frame["type"]](frame["data"]):
                        return self.frames.pop(n)
                if self.close_code is not None:
                    raise Closed(self.close_code)
                self.arrived.clear()
                await self.arrived.wait()

    async def closed(self):
        """Waits until the server has closed, and answers its code."""
        async with asyncio.timeout(WAIT_SECONDS):
            while self.close_code is None:
                self.arrived.clear()
                await self.arrived.wait()
        return self.close_code

    async def settle(self):
        """Everything that the server sent before it answered this ping has arrived."""
        mark = unique("p")
        await self.send("ping", {}, mark)
        await self.take("pong")

    async def told_all(self):
        """The server has asked after the last message or answer, and was answered."""
        async with asyncio.timeout(WAIT_SECONDS):
            while self.told < len(self.everything):
                self.arrived.clear()
                await self.arrived.wait()

    def seen(self, kind):
        return [f["data"] for f in self.frames if f["type"] == kind]

    def seen_stored(self):
        return [ack for ack in self.seen("message-ack") if ack["status"] == "stored"]

    async def say(self, conversation, content, client_id=None):
        """A send that is waited for until it is stored, or Refused."""
        client_id = client_id or unique("c")
        await self.send("send-message", {"conversationId": conversation, "content": content,
                                         "messageType": "text", "tempMessageId": client_id})
        answer = await self.take_any({
            "message-ack": lambda d: d["clientMsgId"] == client_id and d["status"] == "stored",
            "error": lambda d: d.get("clientMsgId") == client_id})
        if answer["type"] == "error":
            raise Refused(answer["data"]["num"], answer["data"])
        return answer["data"]

    async def stored(self, client_id):
        return await self.take("message-ack", lambda d: d["clientMsgId"] == client_id and
                               d["status"] == "stored")

    async def message(self, content):
        data = await self.take("new-message", lambda d: d["message"]["content"] == content)
        return data["message"]

    async def pull(self, conversation, **more):
        await self.send("pull", {"conversationId": conversation, **more})
        return await self.take("pull-result")

    async def sync(self, **more):
        """All conversations of a sync, pages of one joined, and its epoch."""
        await self.send("sync", more)
        found = {}
        while True:
            part = await self.take("sync-result")
            for one in part["conversations"]:
                known = found.setdefault(one["conversationId"], one)
                if known is not one:
                    known["messages"] += one["messages"]
                    known["events"] += one["events"]
                    known.update({k: one[k] for k in ("upToSeq", "eventNo", "hasMore")})
            if part["complete"]:
                return found, part["epoch"]

    async def close(self):
        await self.ws.close()

    def freeze(self):
        """Reads nothing more and stays open, as a sleeping machine does."""
        self.ws._response.connection.transport.pause_reading()

    def cut(self):
        """Ends the connection without a word, as a dead network does."""
        self.ws._response.connection.transport.abort()


def server_url():
    return os.environ["GOCHAT_URL"].rstrip("/")
