"""Groups that task tells of their messages: everybody once and in order, nobody who has left."""
import asyncio

from base import BlackBox
from client import Refused, unique
from inside import Exposition
from process import Alone

MEMBERS = 620
AT_ONCE = 16  # registrations under way
PAUSE_SECONDS = 0.2


def seqs(socket, group=None):
    """The places of the messages a socket was pushed, of all or of one group, in the order in which they came."""
    return [f["data"]["message"]["seqId"] for f in socket.everything
            if f["type"] == "new-message" and group in (None, f["data"]["conversationId"])]


def answered(socket):
    return [f["data"]["seqId"] for f in socket.everything
            if f["type"] == "message-ack" and f["data"].get("status") == "stored"]


class LargeGroups(Alone, BlackBox):
    # Cheap hashes, and no limits on who registers; the thresholds are those of every server.
    flags = ("--profile", "bench")

    async def crowd(self, count):
        turn = asyncio.Semaphore(AT_ONCE)

        async def one():
            async with turn:
                while True:
                    try:
                        return await self.person()
                    except Refused as refused:  # a busy server says so, and nothing was done
                        if refused.code != "OVERLOADED":
                            raise
                        await asyncio.sleep(PAUSE_SECONDS)
        return await asyncio.gather(*(one() for _ in range(count)))

    async def tasks_done(self):
        async with self.session.get(self.server.internal_url + "/metrics") as answer:
            metrics = Exposition(await answer.text())
        return metrics.value("gochat_tasks_done_total", kind="large_group_fan_out")

    async def come(self, socket, last):
        """Waits until the socket was pushed the message at `last`, and everything that was sent with it."""
        await socket.take("new-message", lambda d: d["message"]["seqId"] == last)
        await socket.settle()

    async def test_every_member_who_is_there_gets_every_message_once_and_in_order(self):
        crowd = await self.crowd(MEMBERS)
        owner, bob, carol, dave, erin, frank = crowd[:6]
        sockets = {
            "sdk": await bob.socket(),
            "front end": await carol.socket(subprotocol=None),
            "two devices, one": await dave.socket(),
            "two devices, other": await dave.socket(subprotocol=None),
            "sends by sdk": await erin.socket(),
            "sends by front end": await frank.socket(subprotocol=None),
            "owner": await owner.socket(),
        }
        group = await owner.group_with(*crowd[1:], maxMembers=1_000)
        info = await owner.get(f"/api/v1/groups/{group.removeprefix('group_')}")
        self.assertEqual(info["memberCount"], MEMBERS)

        async def chatter(name, person, count):
            for n in range(count):
                await sockets[name].say(group, f"{person.name} {n}", unique("c"))
        await asyncio.gather(chatter("owner", owner, 20), chatter("sends by sdk", erin, 20),
                             chatter("sends by front end", frank, 20))
        await owner.say(group, "the last one")  # over HTTP: all sockets are pushed it
        last = 61
        for socket in sockets.values():
            await self.come(socket, last)
        everything = list(range(1, last + 1))
        for name, socket in sockets.items():
            with self.subTest(name):
                pushed, own = seqs(socket), answered(socket)
                self.assertEqual(pushed, sorted(pushed), "in order")
                self.assertEqual(sorted(pushed + own), everything, "each once")
        self.assertEqual(len(answered(sockets["sends by sdk"])), 20)
        self.assertGreaterEqual(await self.tasks_done(), last * 4)

    async def test_who_is_removed_sees_nothing_that_is_said_later(self):
        crowd = await self.crowd(MEMBERS)
        owner, bob, carol = crowd[:3]
        group = await owner.group_with(*crowd[1:], maxMembers=1_000)
        o, b, c = await owner.socket(), await bob.socket(), await carol.socket(subprotocol=None)
        await o.say(group, "one")
        await b.message("one")
        await owner.delete(f"/api/v1/groups/{group.removeprefix('group_')}/members/{bob.id}")
        late = [await o.say(group, f"later {n}") for n in range(10)]
        await c.message("later 9")
        await b.settle()
        self.assertEqual(seqs(b), [1])
        self.assertEqual(seqs(c), [1] + [receipt["seqId"] for receipt in late])
        await owner.post(f"/api/v1/groups/{group.removeprefix('group_')}/members", {"members": [bob.id]})
        await o.say(group, "back again")
        await b.message("back again")
        self.assertEqual(seqs(b), [1, 12])
