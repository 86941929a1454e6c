"""A log that nobody reads: the server goes on, and says afterwards what is missing."""
import asyncio
import json

from base import BlackBox
from inside import Exposition
from process import READY_SECONDS_MAX, OwnServer

DROPPED = "gochat_log_lines_dropped_total"
# Each is told by a line of some 400 bytes, and 1 MiB of them waits.
REQUEST = b"GET /api/v1/conversations HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
REQUESTS_AT_ONCE = 200
REQUESTS_MAX = 20_000


class UnreadLog(BlackBox):
    async def asyncSetUp(self):
        self.server = OwnServer(flags=("--log.level=debug", "--profile=bench"), reads=False).start()
        self.addCleanup(self.server.end)
        self.url = self.server.url
        await super().asyncSetUp()

    async def metrics(self):
        async with self.session.get(self.server.internal_url + "/metrics") as answer:
            return Exposition(await answer.text())

    async def talk_until_lines_are_dropped(self, alice):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        self.addCleanup(writer.close)
        for _ in range(0, REQUESTS_MAX, REQUESTS_AT_ONCE):
            writer.write(REQUEST % alice.token.encode() * REQUESTS_AT_ONCE)
            for _ in range(REQUESTS_AT_ONCE):
                await reader.readuntil(b"HTTP/1.1 200")
            if (await self.metrics()).value(DROPPED) > 0:
                return
        self.fail(f"{REQUESTS_MAX} requests were logged to a pipe that nobody reads, and no line was dropped")

    async def test_the_server_answers_and_tells_how_many_lines_are_missing_where_they_are(self):
        alice, bob = await self.people(2)
        await self.talk_until_lines_are_dropped(alice)
        chat = await alice.single_with(bob)
        a, b = await alice.socket(), await bob.socket()
        await a.say(chat, "is anybody out there")
        await b.message("is anybody out there")
        self.server.read_on()
        told = await asyncio.to_thread(self.server.line, "log lines dropped")
        self.assertEqual((await self.metrics()).value(DROPPED), told["count"])
        status = await asyncio.to_thread(self.server.terminate)
        self.assertEqual(status, 0)
        lines = self.server.lines
        self.assertEqual([line["msg"] for line in lines].count("log lines dropped"), 1)
        self.assertEqual(told["level"], "warn")
        at = lines.index(told)
        times = [line["ts"] for line in lines[:at]]
        self.assertEqual(times, sorted(times))
        self.assertEqual(lines[-1]["msg"], "stopped")

    async def test_it_ends_though_nobody_reads_and_in_time(self):
        alice = await self.person()
        await self.talk_until_lines_are_dropped(alice)
        self.server.process.terminate()
        status = await asyncio.to_thread(self.server.process.wait, READY_SECONDS_MAX)
        self.assertEqual(status, 0)
        json.loads(self.server.process.stdout.readline())


    async def test_a_reader_who_closes_the_pipe_stops_nothing(self):
        self.server.process.stdout.close()
        alice = await self.person()
        self.assertEqual(len(await alice.get("/api/v1/conversations")), 1)
        self.assertGreater((await self.metrics()).value(DROPPED), 0)
        self.server.process.terminate()
        self.assertEqual(await asyncio.to_thread(self.server.process.wait, READY_SECONDS_MAX), 0)
