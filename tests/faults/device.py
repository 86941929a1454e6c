"""A client as the protocol wants one: it keeps what it knows over a lost connection, catches up, and sends again what
has no answer, in order and with the same ids."""
import asyncio
import collections
import zlib

import aiohttp
from client import WAIT_SECONDS, Closed, Refused, Socket

GONE = (Closed, aiohttp.ClientError, ConnectionError, TimeoutError)
WINDOW = 8  # sends without an answer at a time
RETRY_SECONDS = 0.2
READ_EVERY = 25


class Wire(Socket):
    """Hands every frame to its device before anybody waits for it."""
    device = None

    def came(self, frame):
        if self.device is None or self.device.take(frame):
            super().came(frame)


class Device:
    def __init__(self, person, name, places, journal, rng):
        self.person, self.name, self.places, self.journal, self.rng = person, name, places, journal, rng
        self.may_send_to = list(places)
        self.open = collections.OrderedDict()  # client id -> Sent
        self.put_off = collections.OrderedDict()
        self.number = 0
        self.socket = None
        self.on_refusal = lambda error: None

    @property
    def view(self):
        return self.journal.views.setdefault(self.name, {})

    async def connect(self):
        """Comes back as a client does: what was missed first, then what has no answer yet."""
        self.socket = await Wire.connect(self.person.session, self.person.url, "/ws",
                                         {"Authorization": f"Bearer {self.person.token}"}, ("gochat.v1.json",))
        self.socket.device = self
        greeting = await self.socket.take("connected")
        await self.catch_up(greeting["epoch"])
        self.put_off.clear()
        for sent in list(self.open.values()):
            await self.attempt(sent)

    async def catch_up(self, epoch=None):
        """Asks for everything above what it has without a gap, page by page."""
        if epoch:
            cursors = {c: [self.complete_to(c), 0] for c in self.places}
            await self.socket.sync(epoch=epoch, cursors=cursors)
        for conversation in self.places:
            more = True
            while more:
                page = await self.socket.pull(conversation, afterSeq=self.complete_to(conversation), limit=100)
                more = page["hasMore"]

    def complete_to(self, conversation):
        known, n = self.view.get(conversation, {}), 0
        while n + 1 in known:
            n += 1
        return n

    async def say(self, conversation):
        self.number += 1
        client_id = f"{self.name}-{self.number}"
        words = f"{client_id} {self.rng.randbytes(self.rng.randrange(8, 60)).hex()}"
        sent = self.journal.sent(sender=self.person.id, device=self.name, conversation=conversation,
                                 client_id=client_id, number=self.number,
                                 content=f"{words} {zlib.crc32(words.encode()):08x}")
        self.open[client_id] = sent
        await self.put(sent)

    async def attempt(self, sent):
        sent.attempts += 1
        await self.put(sent)

    async def put(self, sent):
        await self.socket.send("send-message", {"conversationId": sent.conversation, "content": sent.content,
                                                "tempMessageId": sent.client_id})

    async def talk(self, enough):
        """Sends until `enough()`, never more than a window ahead of the answers."""
        while not enough():
            await self.room()
            await self.say(self.rng.choice(self.may_send_to))
            if self.places and self.number % READ_EVERY == 0:
                await self.read_something()

    async def room(self):
        while len(self.open) >= WINDOW:
            await self.change()

    async def answered(self):
        """Every send has its end."""
        while self.open:
            await self.change()

    async def change(self):
        """Waits until something has arrived; what was put off is tried again."""
        if self.socket.close_code is not None:
            raise Closed(self.socket.close_code)
        self.socket.arrived.clear()
        try:
            async with asyncio.timeout(RETRY_SECONDS if self.put_off else WAIT_SECONDS):
                await self.socket.arrived.wait()
        except TimeoutError:
            if not self.put_off:
                raise
            for client_id in list(self.put_off):
                await self.attempt(self.put_off.pop(client_id))

    async def read_something(self):
        conversation = self.rng.choice(self.places)
        seq = self.complete_to(conversation)
        if not seq:
            return
        self.journal.asked_to_read(self.person.id, conversation, seq)
        try:
            await self.person.put(f"/api/v1/conversations/{conversation}/read", {"seqId": seq})
        except Refused as refused:
            if refused.status < 500:
                raise
            return
        self.journal.answered_read(self.person.id, conversation, seq)

    def take(self, frame):
        """Whether somebody may wait for the frame."""
        kind, data = frame["type"], frame.get("data", {})
        if kind == "message-ack":
            self.take_receipt(data)
        elif kind == "new-message":
            self.take_message(data["conversationId"], data["message"])
        elif kind == "error" and data.get("clientMsgId"):
            self.take_refusal(data)
        elif kind == "pull-result":
            self.take_page(data)
        elif kind == "sync-result":
            for one in data["conversations"]:
                self.take_page(one)
        return kind in ("connected", "pull-result", "sync-result", "pong", "bye")

    def take_receipt(self, data):
        sent = self.open.pop(data["clientMsgId"], None) or self.journal.sends[self.person.id, data["clientMsgId"]]
        self.put_off.pop(data["clientMsgId"], None)
        self.journal.stored(sent, sent.conversation, data["seqId"], data["messageId"])

    def take_refusal(self, data):
        sent = self.open.get(data["clientMsgId"])
        if sent is None:
            return
        self.on_refusal(data)
        if data["retryable"]:
            sent.put_off = True
            self.put_off[sent.client_id] = sent
        else:
            sent.refused = data["code"]
            del self.open[sent.client_id]

    def take_page(self, page):
        for message in page["messages"]:
            self.take_message(page["conversationId"], message)

    def take_message(self, conversation, message):
        if conversation not in self.places:
            self.journal.strange.append((self.name, conversation))
        self.journal.shown(self.name, conversation, message["seqId"], message["messageId"])

    def lacks(self, final):
        """How many messages of the final history it was not shown."""
        return sum(1 for conversation in self.places for seq in final.get(conversation, {})
                   if seq not in self.view.get(conversation, {}))


async def together(*work):
    """Side by side to the end of all; the first that fails ends the others."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
