"""One run: a server of its own, people who talk over several sockets, a fault in the middle, and the verdict."""
import asyncio
import random
import time

import aiohttp
import checker
from client import Api, Person, unique
from device import GONE, Device, together
from faults import report, seed
from journal import Journal
from power import ForgetfulDisk
from process import OwnServer

# Merges begin after so many rows instead of 262,144: every run has some.
SMALL = {"GOCHAT_STORE_MERGE_ROWS": "1024"}
QUIET_SECONDS_MAX = 10


class Trial:
    def __init__(self, seed, flags=("--profile", "bench"), data=None):
        self.rng = random.Random(seed)
        self.seed = seed
        self.journal = Journal()
        self.server = OwnServer(data=data, environment=dict(SMALL), flags=flags)
        self.faults = []
        self.push_missing = 0
        self.always = dict(SMALL)  # the environment of every start but the first
        self.disk = None
        self.began = time.monotonic()
        self.recovery = []

    async def __aenter__(self):
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True))
        await self.populate()
        return self

    async def __aexit__(self, *_):
        await self.session.close()
        self.server.end()
        if self.disk:
            self.disk.close()

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
        self.server.environment = {**self.always, **environment}
        self.server.start()

    def on_forgetful_disk(self):
        self.disk = ForgetfulDisk()
        self.always.update(self.disk.environment())

    def kill(self):
        """kill -9; on a forgetful disk a power cut."""
        self.server.kill()
        self.faults.append("cut" if self.disk else "kill")
        if self.disk:
            self.disk.forget(self.server.data)

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

    async def live_and_die(self, sends_min, sends_max):
        """A start, traffic, and its end at a moment that no event of the server decides."""
        self.start()
        until = len(self.journal.sends) + self.rng.randint(sends_min, sends_max)

        async def end():
            while len(self.journal.sends) < until:
                await asyncio.sleep(0.005)
            await asyncio.sleep(self.rng.random() * 0.03)
            self.kill()
        ending = asyncio.create_task(end())
        gone = await self.talk_until_gone(sends_max * 10)
        await ending
        assert gone, "nobody noticed that the server was gone"

    async def come_back(self, stored_min):
        """Without a further fault everything is answered, and there is enough of it."""
        self.start()
        await self.connect()
        target = max(stored_min, self.stored + 100)
        await self.talk_until(lambda: self.stored >= target)

    async def bursts(self, count, size):
        """Traffic with pauses, each long enough that nothing which comes later could heal a lost push."""
        for _ in range(count):
            enough = len(self.journal.sends) + size
            await self.talk_until(lambda: len(self.journal.sends) >= enough)
            told = {}
            for conversation, seq, _ in self.journal.told:
                told.setdefault(conversation, {})[seq] = True
            self.push_missing += await self.missing_pushes(told)
            if self.push_missing:
                break

    async def verdict(self, **about):
        """Waits until everything has arrived, reads it as every member, prints the line; the error counts."""
        readings = [await self.read(person, conversation)
                    for conversation, members in self.members.items() for person in members]
        final = {}
        for reading in readings:
            final.setdefault(reading.conversation, {}).update({m["seqId"]: m for m in reading.messages})
        push_missing = self.push_missing or await self.missing_pushes(final)
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
        test.assertEqual(wrong, {}, f"GOCHAT_SEED={seed()}")
