"""The heartbeat of the staged plan's dialect: who owes it is offline, whatever their WebSocket answers by itself."""
import asyncio

from base import BlackBox
from process import OwnServer
from timeline import HEARTBEAT, Timeline

HEARTBEAT_SECONDS = 2


class Silence(BlackBox):
    async def asyncSetUp(self):
        server = OwnServer(flags=("--gateway.timeline_heartbeat_seconds", str(HEARTBEAT_SECONDS),
                                  "--presence.offline_grace_seconds", "0"))
        self.addCleanup(server.end)
        self.url = (await asyncio.to_thread(server.start)).url
        await super().asyncSetUp()

    async def test_who_sends_nothing_is_closed_and_offline_and_who_sends_heartbeats_stays(self):
        alice, silent, beating = await self.people(3)
        for friend in (silent, beating):
            await alice.post("/api/v1/friends", {"friendId": friend.id})
        watching = await alice.socket()
        quiet, loud = await Timeline.login(silent), await Timeline.login(beating)
        self.assertEqual(quiet.greeting["payload"]["heartbeat_seconds"], HEARTBEAT_SECONDS)
        for _ in range(2):
            await watching.take("friend-online", lambda told: told["online"])
        closing = asyncio.ensure_future(quiet.closed())
        while not closing.done():
            self.assertEqual((await loud.ask(HEARTBEAT))["code"], 0)
            await asyncio.wait({closing}, timeout=HEARTBEAT_SECONDS / 8)
        self.assertEqual(await closing, 4001)
        gone = await watching.take("friend-online", lambda told: not told["online"])
        self.assertEqual(gone["userId"], silent.id)
        self.assertEqual((await loud.ask(HEARTBEAT))["code"], 0)
        online = await alice.get("/api/v1/users/status/online")
        self.assertEqual((online[silent.id], online[beating.id]), (False, True))
