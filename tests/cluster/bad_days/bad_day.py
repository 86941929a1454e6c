"""What every bad day has: people who talk through it, what must hold afterwards, and what was seen of it."""
import asyncio
import collections

from base import BlackBox
from cluster.traffic import Traffic
from cluster.whole import house
from inside import Exposition

WAIT_SECONDS = 60


class BadDay(BlackBox):
    keep_alive = False

    async def asyncSetUp(self):
        self.url = house().gateways[0].url
        await super().asyncSetUp()

    async def off_loop(self, call, *arguments):
        return await asyncio.get_running_loop().run_in_executor(None, call, *arguments)

    async def until(self, holds):
        """`holds()` may be a coroutine or not."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                held = holds()
                if await held if asyncio.iscoroutine(held) else held:
                    return
                await asyncio.sleep(0.1)

    async def measures(self, process):
        async with self.session.get(process.internal_url + "/metrics") as answer:
            return Exposition(await answer.text())

    async def measured(self, processes, name, **labels):
        """The sum over these processes."""
        return sum([(await self.measures(one)).value(name, **labels) for one in processes])

    def traffic(self):
        self.complaints = self.complained()
        return Traffic(self, [gateway.url for gateway in house().gateways])

    async def holds_good(self, traffic):
        """Every promise was kept, everything works, and this is how it looked from outside."""
        await traffic.settled()
        await self.works()
        for line in traffic.evidence():
            print(f"  {line}")
        for line, n in (self.complained() - self.complaints).most_common(8):
            print(f"  {n} x {line}")

    @staticmethod
    def complained():
        """role: what its processes have warned of since they were started."""
        return collections.Counter(f"{process.role}: {line['msg']}" for process in house().processes
                                   for line in process.lines() if line["level"] in ("warn", "error"))

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
