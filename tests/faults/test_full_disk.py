"""A disk that is full: sends are refused for a while and by name, reads go on, and nothing acknowledged is lost."""
import asyncio
import os
import random
import subprocess
import tempfile
import time
import unittest

from client import Refused
from device import WINDOW
from faults import FaultTest, seed
from trial import Trial

DISK_BYTES = 24 * 1024 * 1024
SERVES_SECONDS_MAX = 10
STORED_MIN = 300


class SmallDisk:
    """A file system of its own, which a test fills up without harm to others."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="gochat-disk-")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "gochat", self.folder],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            os.rmdir(self.folder)
            raise unittest.SkipTest(f"no file system can be mounted here: {done.stderr.strip()}")
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", self.folder], check=True)
        os.rmdir(self.folder)

    @property
    def data(self):
        return os.path.join(self.folder, "data")

    def fill(self):
        """Leaves not one free block."""
        with open(os.path.join(self.folder, "ballast"), "ab", buffering=0) as ballast:
            size = 1024 * 1024
            while size >= 512:
                try:
                    while True:
                        if ballast.write(bytes(size)) < size:
                            break
                except OSError:
                    pass
                size //= 2

    def clear(self):
        os.unlink(os.path.join(self.folder, "ballast"))


class FullDisk(FaultTest):
    async def test_sends_are_refused_by_name_until_there_is_room(self):
        with SmallDisk() as disk:
            async with Trial(random.Random(seed()).randrange(1 << 32), data=disk.data) as trial:
                trial.start()
                await trial.connect()
                await trial.talk_until(lambda: trial.stored >= STORED_MIN)
                disk.fill()
                refusals = await self.until_refused(trial)
                await self.reads_go_on(trial)
                await self.http_says_so_too(trial)
                disk.clear()
                began = time.monotonic()
                await asyncio.gather(*(device.answered() for device in trial.devices))
                recovery = time.monotonic() - began
                self.assertLessEqual(recovery, SERVES_SECONDS_MAX)
                trial.faults.append("full disk")
                await self.end_by_kill(trial)
                counts = await trial.verdict(disk="full", refusals=refusals, recovery_ms=round(1000 * recovery))
                trial.assert_good(self, counts, 2 * STORED_MIN)

    async def until_refused(self, trial):
        """Everybody sends on; what the log can still take without a new block is taken."""
        seen = []
        for device in trial.devices:
            device.on_refusal = seen.append
        while len(seen) < 20:
            for device in trial.devices:
                while len(device.open) < WINDOW:
                    await device.say(trial.rng.choice(device.may_send_to))
                await device.change()
        for error in seen:
            self.assertEqual((error["code"], error["retryable"]), ("UNAVAILABLE", True), error)
            self.assertIn("disk", error["message"])
        return len(seen)

    async def reads_go_on(self, trial):
        for conversation, members in trial.members.items():
            for person in members:
                self.assertTrue((await person.history(conversation, limit=10))["messages"])

    async def http_says_so_too(self, trial):
        conversation, members = next(iter(trial.members.items()))
        with self.assertRaises(Refused) as caught:
            await members[0].say(conversation, "no room")
        self.assertEqual((caught.exception.status, caught.exception.code), (503, "UNAVAILABLE"))
        with self.assertRaises(Refused) as caught:
            await members[0].group_with(members[1])
        self.assertEqual((caught.exception.status, caught.exception.code), (503, "UNAVAILABLE"))

    async def end_by_kill(self, trial):
        """What was acknowledged around the full disk is on it."""
        trial.server.kill()
        trial.start()
        await trial.connect()
        await trial.talk_until(lambda: trial.stored >= 2 * STORED_MIN)
