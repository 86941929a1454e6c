"""The existing browser front-end, as a client: its calls in its order, with its time-outs, and nothing else.

It never syncs and never pings, it takes what is pushed at its word, and it reads of an answer the status, `data` and
`message` only.
"""
import asyncio
import json

import aiohttp

from client import Socket, one_gateway_of, unique

ORIGIN = "http://localhost:5173"
CLIENT_SECONDS = 5  # its limit for one request
ACK_SECONDS = 5  # after that a message is shown as failed
PAGE_SIZE = 50
RECONNECT_AFTER_SECONDS = (1, 2, 3)


class Failed(AssertionError):
    def __init__(self, status, message):
        super().__init__(f"{status} {message}")
        self.status, self.message = status, message


class FrontEnd:
    """One tab of the browser."""

    def __init__(self, session, url):
        self.session, self.url = session, one_gateway_of(url)
        self.token = self.user = self.socket = None
        self.conversations = []
        self.shown = {}  # conversation -> the contents that were pushed, as they came
        self.pending = {}  # temp id -> "sending", "sent"

    async def request(self, method, path, body=None):
        """`data`; a 401 makes it log out, as everything in it does."""
        headers = {"Origin": ORIGIN}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body), "application/json"
        timeout = aiohttp.ClientTimeout(total=CLIENT_SECONDS)
        async with self.session.request(method, f"{self.url}/api{path}", data=data, headers=headers,
                                        timeout=timeout) as answer:
            said = await answer.json(content_type=None)
            assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN, answer.headers
            if answer.status == 401 and path != "/auth/logout":
                await self.logout()
            if answer.status >= 400:
                raise Failed(answer.status, said["message"])
            return said["data"]

    # What its pages do.

    async def register(self, username=None, password="secret"):
        """Its shortest password has six characters."""
        self.signed_in(await self.request("POST", "/auth/register",
                                          {"username": username or unique(), "password": password}))
        await self.open_main_page()
        return self

    async def login(self, username, password="secret"):
        self.signed_in(await self.request("POST", "/auth/login", {"username": username, "password": password}))
        await self.open_main_page()
        return self

    def signed_in(self, data):
        self.token, self.user = data["token"], data["user"]

    async def open_main_page(self):
        _, self.conversations = await asyncio.gather(self.connect(), self.request("GET", "/conversations"))
        self.conversations = await self.request("GET", "/conversations")
        self.online = await self.request("GET", "/users/status/online")

    async def reload(self):
        """The browser closes the socket with 1001 and begins with what it has stored: the token."""
        await self.socket.ws.close(code=1001)
        self.user = None
        self.shown, self.pending = {}, {}
        self.user = await self.request("GET", "/user/info")
        await self.open_main_page()

    async def logout(self):
        await self.request("POST", "/auth/logout")
        self.token = None

    async def open_conversation(self, conversation):
        """Its history is loaded only when marking it as read succeeded."""
        await self.request("PUT", f"/conversations/{conversation}/read")
        return await self.page(conversation, 1)

    async def page(self, conversation, number):
        return await self.request("GET", f"/conversations/{conversation}/messages?page={number}&size={PAGE_SIZE}")

    async def add_friend(self, other):
        await self.request("POST", "/friends", {"friendId": other.user["userId"]})
        self.conversations = await self.request("GET", "/conversations")
        return self.chat_with(other)

    async def create_group(self, name, *others):
        await self.request("POST", "/groups", {"groupName": name, "members": [o.user["userId"] for o in others]})
        self.conversations = await self.request("GET", "/conversations")
        return next(c["conversationId"] for c in self.conversations
                    if c["type"] == "group" and c["target"]["groupName"] == name)

    def chat_with(self, other):
        return next(c["conversationId"] for c in self.conversations
                    if c["type"] == "single" and c["target"]["userId"] == other.user["userId"])

    async def listed(self, conversation):
        everything = await self.request("GET", "/conversations")
        return next(c for c in everything if c["conversationId"] == conversation)

    # Its socket.

    async def connect(self):
        async with asyncio.timeout(CLIENT_SECONDS):
            self.socket = await Socket.connect(self.session, self.url, f"/ws?token={self.token}", {"Origin": ORIGIN})

    async def reconnect(self):
        """Three tries within about six seconds; then it has given up."""
        for seconds in RECONNECT_AFTER_SECONDS:
            await asyncio.sleep(seconds)
            try:
                return await self.connect()
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                last = error
        raise AssertionError(f"gave up after {len(RECONNECT_AFTER_SECONDS)} tries") from last

    async def send(self, conversation, content):
        """Puts a message on the screen as being sent; its temp id."""
        temp = unique("temp_")
        self.pending[temp] = "sending"
        await self.socket.send("send-message", {"conversationId": conversation, "content": content,
                                                "messageType": "text", "tempMessageId": temp})
        return temp

    async def acknowledged(self, temp, within=ACK_SECONDS):
        async with asyncio.timeout(within):
            ack = await self.socket.stored(temp)
        self.pending[temp] = "sent"
        return ack

    async def say(self, conversation, content):
        return await self.acknowledged(await self.send(conversation, content))

    async def next_message(self, conversation=None):
        """The next message that is pushed, of this conversation if one is named: shown as it comes."""
        data = await self.socket.take("new-message", lambda d: conversation in (None, d["conversationId"]))
        self.shown.setdefault(data["conversationId"], []).append(data["message"]["content"])
        return data["message"]

    async def shows(self, conversation, *contents):
        """Takes pushes until the last of these has come, and answers all of them in their order."""
        while self.shown.get(conversation, [])[-1:] != [contents[-1]]:
            await self.next_message(conversation)
        return self.shown[conversation]

    def is_own(self, message):
        return message["senderId"] is not None and message["senderId"] == self.user["userId"]


__all__ = ["ACK_SECONDS", "Failed", "FrontEnd", "ORIGIN", "PAGE_SIZE", "WAIT_SECONDS"]
