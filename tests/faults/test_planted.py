"""That the checker sees: with a planted bug switched on it must count an error within five runs, without it none."""
import random

from faults import FaultTest, report, seed, switches
from trial import Trial

RUNS_MAX = 5
STORED_MIN = 300


async def receipts_before_commits(trial):
    """Ends the server while a commit is held up whose sends were answered already."""
    trial.always["GOCHAT_PAUSE"] = "store_before_commit:40"
    for _ in range(3):
        await trial.live_and_die(50, 150)
    await trial.come_back(STORED_MIN)


async def a_stored_batch_comes_again(trial):
    """Logic stands still between append and push: the queue behind it is refused, and gives the batch again."""
    trial.always["GOCHAT_PAUSE"] = "logic_after_append:280"
    trial.start()
    await trial.connect()
    await trial.bursts(8, 40)


async def power_cuts(trial):
    trial.on_forgetful_disk()
    await trial.live_and_die(100, 300)
    await trial.come_back(STORED_MIN)


PROVOKE = {"receipt_before_commit": receipts_before_commits, "duplicate_skips_fan_out": a_stored_batch_comes_again,
           "sync_skipped": power_cuts}


class Planted(FaultTest):
    async def test_every_bug_is_caught_within_five_runs(self):
        rng = random.Random(seed())
        for bug in switches("bug"):
            with self.subTest(bug):
                self.assertIn(bug, PROVOKE, "no run would show this bug")
                self.assertEqual(await self.errors(bug, {}, rng), {}, "without the bug")
                for run in range(1, RUNS_MAX + 1):
                    found = await self.errors(bug, {"GOCHAT_PLANT": bug}, rng)
                    if found:
                        break
                report({"planted": bug, "caught": bool(found), "runs_to_catch": run, "by": found})
                self.assertTrue(found, f"{bug} was not seen in {RUNS_MAX} runs")

    async def errors(self, bug, planted, rng):
        async with Trial(rng.randrange(1 << 32)) as trial:
            trial.always.update(planted)
            await PROVOKE[bug](trial)
            counts = await trial.verdict(planted=bug if planted else None, provoked=bug)
            found = {name: n for name, n in counts.items() if n}
            if not found:
                self.assertGreaterEqual(trial.stored, STORED_MIN, "bad evidence: too little was stored")
            return found
