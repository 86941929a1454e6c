"""How tests of a cluster look into it: what its processes log and count, again and again until it is what they wait
for, and never after a time that ought to do."""
import asyncio
import inspect
import tempfile
import time
import urllib.request

from base import BlackBox
from cluster.house import Process
from cluster.whole import house
from inside import Exposition

WAIT_SECONDS = 60
POLL_SECONDS = 0.1
LANES = "gochat_kafka_lanes"


def measures_of(process):
    with urllib.request.urlopen(process.internal_url + "/metrics", timeout=WAIT_SECONDS) as answer:
        return Exposition(answer.read().decode())


def leads(process):
    """Whether it is the logic that does what one of them does for all."""
    said = [line["msg"] for line in process.lines() if line.get("key") == "sweeping"]
    return bool(said) and said[-1] == "leads an election"


def wait_until(holds, complaint=lambda: "what was waited for did not come"):
    """What `holds()` answers, as soon as it is something; of tests without a loop."""
    until = time.monotonic() + WAIT_SECONDS
    while not (held := holds()):
        if time.monotonic() > until:
            raise AssertionError(complaint())
        time.sleep(POLL_SECONDS)
    return held


def one_more(case, role, name, **settings):
    """A process beside the cluster that is this test's alone; it is not started yet, and ends with the test."""
    folder = tempfile.TemporaryDirectory(prefix="gochat-more-")
    case.addCleanup(folder.cleanup)
    process = Process(house().binary, role, name, folder.name, {**house().shared, **settings})
    case.addCleanup(process.stop)
    return process


class Watching(BlackBox):
    """A test whose people are at the first gateway of a cluster."""

    async def asyncSetUp(self):
        self.url = self.home().gateways[0].url
        await super().asyncSetUp()

    @classmethod
    def home(cls):
        """The cluster of all tests, unless a test has one of its own."""
        return house()

    async def until(self, holds):
        """What `holds()`, a coroutine or not, answers, as soon as it is something."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                held = holds()
                if inspect.isawaitable(held):
                    held = await held
                if held:
                    return held
                await asyncio.sleep(POLL_SECONDS)

    async def measures(self, process):
        return await asyncio.to_thread(measures_of, process)

    async def measured(self, processes, name, **labels):
        """The sum over these processes."""
        return sum([(await self.measures(one)).value(name, **labels) for one in processes])

    async def total(self, processes, name, **labels):
        """The same, and over every label that is not named."""
        return sum([(await self.measures(one)).total(name, **labels) for one in processes])

    async def line(self, process, msg, where=lambda line: True, behind=0):
        """The first such line that it logs, of those behind so many."""
        return await self.until(lambda: process.line(msg, where, behind))

    async def works(self):
        """A little of everything, by people who were not there before."""
        alice, bob, carol = await self.people(3)
        chat = await alice.single_with(bob)
        heard, told = await bob.socket(), await alice.socket()
        await told.say(chat, "hello")
        self.assertEqual((await heard.message("hello"))["seqId"], 1)
        self.assertEqual((await bob.conversation(chat))["unreadCount"], 1)
        await bob.put(f"/api/v1/conversations/{chat}/read")
        self.assertEqual((await bob.conversation(chat))["unreadCount"], 0)
        room = await alice.group_with(bob)
        await told.say(room, "all of you")
        await heard.message("all of you")
        await self.assert_refused("NOT_FOUND", carol.history(room))
        self.assertEqual([m["content"] for m in (await bob.history(room))["messages"]], ["all of you"])
