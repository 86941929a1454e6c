"""The wall clock of some processes steps back and forth by an hour: it decides nothing of what is said. Nobody signs in
meanwhile, for how long a token holds is told by wall clocks."""
import pathlib
import struct
import tempfile
import unittest

from cluster.bad_days.bad_day import BadDay
from cluster.whole import house

LIBRARY = "tests/libstepped_clock.so"
HOUR = 3600
STEPS = "gochat_ids_clock_steps_total"


class Clock:
    """The wall clock of whatever is started with its environment."""

    def __init__(self):
        self.library = house().binary.parent / LIBRARY
        if not self.library.exists():
            raise unittest.SkipTest(f"{LIBRARY} is not built beside the binary")
        self._folder = tempfile.TemporaryDirectory(prefix="gochat-clock-")
        self.file = pathlib.Path(self._folder.name) / "seconds"
        self.file.write_bytes(struct.pack("q", 0))
        self.environment = {"LD_PRELOAD": str(self.library), "GOCHAT_STEPPED_CLOCK": str(self.file)}

    def stands_off_by(self, seconds):
        with open(self.file, "r+b") as file:
            file.write(struct.pack("q", seconds))

    def close(self):
        self._folder.cleanup()


class SteppedClock(BadDay):
    async def test_back_and_forth_by_an_hour(self):
        clock = Clock()
        self.addCleanup(clock.close)
        logic, repo = house().of("logic")[0], house().of("repo")[0]
        for process in (logic, repo):
            process.environment.update(clock.environment)
        try:
            await self.start_anew(logic, repo)
            async with self.traffic() as traffic:
                await traffic.said(2)
                for hours, back in ((-1, 1), (1, 1), (0, 2)):
                    clock.stands_off_by(hours * HOUR)
                    traffic.mark(f"the clock of {logic.name} and {repo.name} off by {hours} h")
                    await traffic.said(2)

                    async def seen(back=back):
                        return await self.measured([logic], STEPS) == back
                    await self.until(seen)
        finally:
            for process in (logic, repo):
                for name in clock.environment:
                    del process.environment[name]
            await self.start_anew(logic, repo)
        await self.holds_good(traffic)
