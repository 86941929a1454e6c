"""A log that nobody reads: the server goes on, and says afterwards what is missing. And one that is a file."""
import asyncio
import json
import os
import pathlib
import subprocess
import tempfile
import time

from base import BlackBox
from inside import Exposition
from process import READY_SECONDS_MAX, OwnServer, binary

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


class LogFile(BlackBox):
    async def asyncSetUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gochat-log-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, "chat.log")
        self.data = os.path.join(folder.name, "data")
        self.server = subprocess.Popen(
            [binary(), "serve", "--listen", "127.0.0.1:0", "--internal-listen", "127.0.0.1:0", "--data", self.data,
             "--log.file", str(self.path), "--log.file_bytes", "65536", "--log.files", "2", "--log.level", "debug",
             "--profile", "bench"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        self.url = json.loads(await asyncio.to_thread(self.run_file))["url"]
        await super().asyncSetUp()

    def run_file(self):
        """What the server writes for whoever looks for it; it is whole as soon as it is there."""
        until = time.monotonic() + READY_SECONDS_MAX
        path = pathlib.Path(self.data, "run.json")
        while not path.exists():
            self.assertIsNone(self.server.poll())
            self.assertLess(time.monotonic(), until)
            time.sleep(0.01)
        return path.read_text(encoding="utf-8")

    async def test_lines_go_to_the_file_and_old_ones_are_put_aside_and_forgotten(self):
        alice = await self.person()
        for _ in range(500):
            await alice.get("/api/v1/conversations")
        self.server.terminate()
        said, _ = await asyncio.to_thread(self.server.communicate)
        self.assertEqual((self.server.returncode, said), (0, b""))
        names = sorted(path.name for path in self.path.parent.glob("chat.log*"))
        self.assertEqual(names, ["chat.log", "chat.log.1"])
        lines = []
        for name in reversed(names):
            path = self.path.parent / name
            self.assertLessEqual(path.stat().st_size, 65536)
            lines += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self.assertEqual(lines[-1]["msg"], "stopped")
        self.assertGreater(len([line for line in lines if line.get("route") == "/conversations"]), 100)
