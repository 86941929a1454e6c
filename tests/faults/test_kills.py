"""kill -9 at any moment, many times over the same data."""
import asyncio
import random

from faults import FaultTest, number, seed, switches
from trial import Trial

KILLS = 50
KILLS_PER_TRIAL = 10
SENDS_BETWEEN = (50, 400)
STORED_MIN = 1000


class Kills(FaultTest):
    async def test_kill_9_at_any_moment(self):
        switches("point")
        rng = random.Random(seed())
        left = number("GOCHAT_FAULT_KILLS", KILLS)
        while left > 0:
            kills = min(left, KILLS_PER_TRIAL)
            left -= kills
            await self.life_of(kills, rng.randrange(1 << 32))

    async def life_of(self, kills, seed_of_life):
        async with Trial(seed_of_life) as trial:
            for _ in range(kills):
                trial.start()
                killing = asyncio.create_task(self.kill_after(trial, trial.rng.randint(*SENDS_BETWEEN)))
                gone = await trial.talk_until_gone(SENDS_BETWEEN[1] * 10)
                await killing
                self.assertTrue(gone, "nobody noticed that the server was gone")
            trial.start()
            await trial.connect()
            target = max(STORED_MIN, trial.stored + 100)
            await trial.talk_until(lambda: trial.stored >= target)
            counts = await trial.verdict(kills=kills)
            trial.assert_good(self, counts, STORED_MIN)

    async def kill_after(self, trial, sends):
        """At a moment that no event of the server decides."""
        until = len(trial.journal.sends) + sends
        while len(trial.journal.sends) < until:
            await asyncio.sleep(0.005)
        await asyncio.sleep(trial.rng.random() * 0.03)
        trial.server.kill()
        trial.faults.append("kill")
