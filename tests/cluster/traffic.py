"""People who go on talking while a cluster is broken, and what must be true of it afterwards."""
import asyncio
import collections
import itertools
import time

import aiohttp

from client import Closed, Refused, Socket, unique

ANSWER_SECONDS = 3  # then the same message is sent again, as a client does
SETTLE_SECONDS_MAX = 90
PONG_SECONDS = 2  # then the socket is dead, as far as a client can tell
PAUSE_SECONDS = 0.2
# What a client answers by sending the same message again.
WORLD = "world"
BROKEN = (Closed, TimeoutError, ConnectionError, aiohttp.ClientError, asyncio.TimeoutError)


class Hesitated(Exception):
    """The server would rather be asked again."""


class Talker:
    """One person who says one thing after another into one conversation, each until it is stored."""

    def __init__(self, person, conversation, gateways):
        self.person, self.conversation = person, conversation
        self.gateways = itertools.cycle(gateways)
        self.socket = None
        self.sockets = []  # all that there were
        self.stored = []  # (client id, seq), in the order in which it was said
        self.times = []  # of these, when it was first said and when it was known to be stored
        self.met = collections.Counter()  # what else it was answered, or was not
        self.accepted = set()
        self.refused = {}

    async def connected(self):
        while self.socket is None or self.socket.close_code is not None:
            self.person.url = next(self.gateways)
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    self.socket = await Socket.open(self.person)
                    self.sockets.append(self.socket)
            except (*BROKEN, Refused):
                await asyncio.sleep(PAUSE_SECONDS)
        return self.socket

    async def try_once(self, client_id):
        socket = await self.connected()
        await socket.send("send-message", {"conversationId": self.conversation, "content": client_id,
                                           "messageType": "text", "tempMessageId": client_id})
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                answer = await socket_answer(socket, client_id)
                if answer.get("status") == "accepted":
                    self.accepted.add(client_id)
                elif answer.get("status") == "stored":
                    return answer
                elif not answer.get("retryable"):
                    self.refused[client_id] = answer
                    return answer
                else:
                    self.met[answer["code"]] += 1
                    raise Hesitated

    async def say(self, client_id):
        began = time.monotonic()
        while True:
            try:
                answer = await self.try_once(client_id)
                if client_id not in self.refused:
                    self.stored.append((client_id, answer["seqId"]))
                    self.times.append((began, time.monotonic()))
                return
            except TimeoutError:
                self.met["no answer"] += 1
                if self.socket:
                    await self.leave_if_dead()
            except BROKEN:
                self.met["a closed socket"] += 1
            except Hesitated:
                pass
            # Also so that the socket hears that it was closed: a send into it fails at once.
            await asyncio.sleep(PAUSE_SECONDS)

    def pushed(self):
        """Of each connection, what others said in this conversation, as it was shown."""
        return [[message["seqId"] for message in (frame["data"]["message"] for frame in socket.everything
                                                  if frame["type"] == "new-message")
                 if message["conversationId"] == self.conversation] for socket in self.sockets]

    async def leave_if_dead(self):
        """A socket whose far end stands still is open for ever."""
        try:
            async with asyncio.timeout(PONG_SECONDS):
                await self.socket.settle()
        except BROKEN:
            self.met["a dead socket"] += 1
            if self.socket.close_code is None:
                self.socket.cut()
            self.socket = None

    async def talk(self, stop):
        while not stop.is_set():
            await self.say(unique("m"))


async def socket_answer(socket, client_id):
    """The next receipt or error of that message."""
    while True:
        for n, frame in enumerate(socket.frames):
            data = frame["data"]
            if frame["type"] in ("message-ack", "error") and data.get("clientMsgId") == client_id:
                del socket.frames[n]
                return data
        if socket.close_code is not None:
            raise Closed(socket.close_code)
        socket.arrived.clear()
        await socket.arrived.wait()


class Traffic:
    """`async with`: people talk while the block runs, by twos, in a group and in the world room; `settled()` holds the
    cluster to its promises."""

    def __init__(self, case, gateways, pairs=6, group=3, world=2):
        self.case, self.gateways, self.pairs, self.group, self.world = case, gateways, pairs, group, world
        self.talkers = []
        self.marks = []
        self.stop = asyncio.Event()

    async def __aenter__(self):
        for _ in range(self.pairs):
            alice, bob = await self.case.people(2)
            self.talk_in(await alice.single_with(bob), [alice, bob])
        members = await self.case.people(self.group)
        self.talk_in(await members[0].group_with(*members[1:]), members)
        self.talk_in(WORLD, await self.case.people(self.world))
        self.tasks = [asyncio.create_task(one.talk(self.stop)) for one in self.talkers]
        return self

    def talk_in(self, conversation, people):
        for person in people:
            first = len(self.talkers) % len(self.gateways)
            self.talkers.append(Talker(person, conversation, self.gateways[first:] + self.gateways[:first]))

    async def said(self, count):
        """Until everybody has had so many more messages stored."""
        wanted = [len(one.stored) + count for one in self.talkers]
        async with asyncio.timeout(SETTLE_SECONDS_MAX):
            while any(len(one.stored) < n for one, n in zip(self.talkers, wanted)):
                for task in self.tasks:
                    if task.done():
                        task.result()
                await asyncio.sleep(PAUSE_SECONDS)

    def mark(self, what):
        """Something happens now; `evidence` counts from here."""
        self.marks.append((what, time.monotonic()))

    def evidence(self):
        """How long after each mark a message that was first said then was stored, and what people met instead."""
        for what, at in self.marks:
            waits = [min(waited, default=None) for waited in
                     ([ended - at for began, ended in one.times if began >= at] for one in self.talkers)]
            waits = sorted(wait for wait in waits if wait is not None)
            if waits:
                yield f"{what}: the first send was stored after {waits[0]:.1f} s, everybody's after {waits[-1]:.1f} s"
        met = sum((one.met for one in self.talkers), collections.Counter())
        yield f"{len(self.talkers)} people met: " + (", ".join(f"{n} {what}" for what, n in met.items()) or "nothing")

    async def __aexit__(self, kind, *_):
        self.stop.set()
        if kind is None:
            async with asyncio.timeout(SETTLE_SECONDS_MAX):
                await asyncio.gather(*self.tasks)
        for task in self.tasks:
            task.cancel()

    async def settled(self):
        """Nothing that was stored or accepted is lost, nothing is doubled, everything is in its order and dense; no
        connection was shown anything twice or after what came later."""
        total = 0
        ids = []
        for conversation, talkers in itertools.groupby(self.talkers, lambda talker: talker.conversation):
            talkers = list(talkers)
            talkers[0].person.url = self.gateways[0]
            messages = await whole_history(talkers[0].person, conversation)
            total += len(messages)
            seqs = [message["seqId"] for message in messages]
            self.case.assertEqual(seqs, list(range(1, len(seqs) + 1)))
            ids += [message["messageId"] for message in messages]
            names = [message["clientMsgId"] for message in messages]
            self.case.assertEqual(len(names), len(set(names)))
            at = dict(zip(names, seqs))
            for talker in talkers:
                self.case.assertEqual([(name, at.get(name)) for name, _ in talker.stored], talker.stored)
                self.case.assertEqual(sorted(seq for _, seq in talker.stored), [seq for _, seq in talker.stored])
                self.case.assertEqual(talker.accepted - set(at) - set(talker.refused), set())
                self.case.assertEqual(talker.refused, {})
                await self.counted(talker, messages)
        self.case.assertEqual(len(ids), len(set(ids)))
        shown = [pushes for talker in self.talkers for pushes in talker.pushed()]
        self.case.assertTrue(any(shown))
        for pushes in shown:
            self.case.assertEqual(pushes, sorted(set(pushes)))
        return total

    async def counted(self, talker, messages):
        """Who writes has read: unread is what came after their own last message. In the world room others go on."""
        if talker.conversation == WORLD:
            return
        talker.person.url = self.gateways[0]
        own = [message["seqId"] for message in messages if message["senderId"] == talker.person.id]
        place = await talker.person.conversation(talker.conversation)
        self.case.assertEqual(place["unreadCount"], len(messages) - own[-1])


async def whole_history(person, conversation):
    messages, after = [], 0
    while True:
        page = await person.history(conversation, afterSeq=after, limit=100)
        messages += page["messages"]
        if not page["messages"]:
            return messages
        after = page["messages"][-1]["seqId"]
