"""kill -9 and power cuts at any moment, many times over the same data."""
import random

from faults import FaultTest, number, seed, switches
from trial import Trial

KILLS = 50
CUTS = 30
ENDS_PER_TRIAL = 10
SENDS_BETWEEN = (50, 400)
STORED_MIN = 1000


class Kills(FaultTest):
    async def test_kill_9_at_any_moment(self):
        await self.ends(number("GOCHAT_FAULT_KILLS", KILLS), lambda trial: None)

    async def test_a_power_cut_at_any_moment(self):
        await self.ends(number("GOCHAT_FAULT_CUTS", CUTS), Trial.on_forgetful_disk)

    async def ends(self, left, prepare):
        switches("point")
        rng = random.Random(seed())
        while left > 0:
            ends = min(left, ENDS_PER_TRIAL)
            left -= ends
            async with Trial(rng.randrange(1 << 32)) as trial:
                prepare(trial)
                for _ in range(ends):
                    await trial.live_and_die(*SENDS_BETWEEN)
                await trial.come_back(STORED_MIN)
                counts = await trial.verdict(fault=trial.faults[0])
                trial.assert_good(self, counts, STORED_MIN)
