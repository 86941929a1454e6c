"""What every bad day has: people who talk through it, what must hold afterwards, and what was seen of it."""
import collections

from cluster.traffic import Traffic
from cluster.watching import Watching
from cluster.whole import house


class BadDay(Watching):
    keep_alive = False

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
