"""One run: a server of its own, people who talk over several sockets, a fault in the middle, and the verdict."""
import asyncio
import random
import time

import aiohttp
import checker
from client import Api, Person, unique
from device import GONE, Device, together
from faults import report
from journal import Journal
from process import OwnServer

# Merges begin after so many rows instead of 262,144: every run has some.
SMALL = {"GOCHAT_STORE_MERGE_ROWS": "1024"}
QUIET_SECONDS_MAX = 15


class Trial:
    def __init__(self, seed, flags=("--profile", "bench"), data=None):
        self.rng = random.Random(seed)
        self.seed = seed
        self.journal = Journal()
        self.server = OwnServer(data=data, environment=dict(SMALL), flags=flags)
        self.faults = []
        self.began = time.monotonic()
        self.recovery = []

    async def __aenter__(self):
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True))
        await self.populate()
        return self

    async def __aexit__(self, *_):
        await self.session.close()
        self.server.end()

    async def populate(self):
        """Four people in two single chats and two groups, one stranger; none of it under a fault."""
        self.server.start()
        self.people = [await self.person() for _ in range(5)]
        a, b, c, d, stranger = self.people
        self.members = {await a.single_with(b): (a, b), await c.single_with(d): (c, d),
                        await a.group_with(b, c, d): (a, b, c, d), await b.group_with(c): (b, c)}
        self.devices = [self.device(person, n) for n, person in enumerate((a, a, b, c, d))]
        self.stranger = self.device(stranger, 9)
        self.stranger.may_send_to = list(self.members)
        self.server.terminate()

    async def person(self):
        body = {"username": unique(), "password": "correct horse"}
        nobody = Api(self.session, self.server.url)
        return Person(self.session, self.server.url, await nobody.post("/api/v1/auth/register", body), "")

    def device(self, person, number):
        places = [c for c, members in self.members.items() if person in members]
        return Device(person, f"{person.name}.{number}", places, self.journal, self.rng)

    def start(self, **environment):
        self.server.environment = {**SMALL, **environment}
        self.server.start()

    @property
    def stored(self):
        return sum(1 for sent in self.journal.sends.values() if sent.seq)

    async def connect(self):
        began = time.monotonic()
        await together(*(device.connect() for device in (*self.devices, self.stranger)))
        self.recovery.append(time.monotonic() - began)

    async def talk_until(self, enough):
        """Everybody sends until `enough()`; the stranger a few times, and in vain."""
        more = self.stranger.number + 3
        await together(*(device.talk(enough) for device in self.devices),
                       self.stranger.talk(lambda: self.stranger.number >= more))
        await together(*(device.answered() for device in (*self.devices, self.stranger)))

    async def talk_until_gone(self, sends_max):
        """False when the server outlived that many sends."""
        enough = len(self.journal.sends) + sends_max
        try:
            await self.connect()
            await self.talk_until(lambda: len(self.journal.sends) >= enough)
            return False
        except GONE:
            return True

    async def verdict(self, **about):
        """Waits until everything has arrived, reads it as every member, prints the line; the error counts."""
        readings = [await self.read(person, conversation)
                    for conversation, members in self.members.items() for person in members]
        final = {}
        for reading in readings:
            final.setdefault(reading.conversation, {}).update({m["seqId"]: m for m in reading.messages})
        push_missing = await self.missing_pushes(final)
        for device in self.devices:
            await device.catch_up()
        catchup_missing = sum(device.lacks(final) for device in self.devices)
        counts = checker.judge(self.journal, readings, push_missing, catchup_missing)
        evidence = {"final": sum(len(history) for history in final.values()), "readings": len(readings),
                    "devices": len(self.devices), "faults": len(self.faults),
                    "reconnect_ms_max": round(1000 * max(self.recovery)),
                    "seconds": round(time.monotonic() - self.began, 1)}
        report({**about, "seed": self.seed, **self.journal.counts(), **evidence, **counts})
        return counts

    async def missing_pushes(self, final):
        """What the sockets that were open all the while were not shown without asking."""
        def lacking():
            return sum(device.lacks(final) for device in self.devices)
        for device in self.devices:
            await device.socket.settle()
        try:
            async with asyncio.timeout(QUIET_SECONDS_MAX):
                for device in self.devices:
                    while device.lacks(final):
                        device.socket.arrived.clear()
                        await device.socket.arrived.wait()
        except TimeoutError:
            pass
        return lacking()

    async def read(self, person, conversation):
        messages, voids, after, more, page = [], [], 0, True, {}
        while more:
            page = await person.history(conversation, afterSeq=after, limit=100)
            messages += page["messages"]
            voids += page["voids"]
            more, after = page["hasMore"], page["upToSeq"]
        head = await person.conversation(conversation)
        return checker.Reading(person.id, conversation, messages, voids, head["lastSeq"], head["readSeq"],
                               head["unreadCount"])

    def assert_good(self, test, counts, stored_min):
        """No error was counted, and enough happened that one could have been."""
        test.assertGreaterEqual(self.stored, stored_min, "bad evidence: too little was stored")
        wrong = {name: n for name, n in counts.items() if n}
        test.assertEqual(wrong, {}, f"seed {self.seed}")
