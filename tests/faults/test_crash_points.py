"""The server ends at each of its crash points and is started again; nobody loses anything by it."""
import random

from faults import FaultTest, number, seed, switches
from trial import Trial

# Passes of a busy second; what is passed once a batch, or a slice, comes later in traffic.
NTH = {"gateway_published": (200, 600), "gateway_before_receipt": (200, 600), "merge_slice": (1, 3),
       "checkpoint": (1, 3)}
NTH_OTHERWISE = (20, 60)
SENDS_MAX = 6000
STORED_MIN = 1000
CRASHED = 137


class CrashPoints(FaultTest):
    async def test_every_point_is_survived(self):
        rng = random.Random(seed())
        for point in switches("point") * number("GOCHAT_FAULT_ROUNDS", 1):
            with self.subTest(point):
                await self.crash_at(point, rng)

    async def crash_at(self, point, rng):
        nth = rng.randint(*NTH.get(point, NTH_OTHERWISE))
        async with Trial(rng.randrange(1 << 32)) as trial:
            trial.start(GOCHAT_CRASH=f"{point}:{nth}")
            gone = await trial.talk_until_gone(SENDS_MAX)
            self.assertTrue(gone, f"{point} was passed less than {nth} times in {SENDS_MAX} sends")
            self.assertEqual(trial.server.ended(), CRASHED)
            trial.faults.append(point)
            await trial.come_back(STORED_MIN)
            counts = await trial.verdict(point=point, nth=nth)
            trial.assert_good(self, counts, STORED_MIN)
