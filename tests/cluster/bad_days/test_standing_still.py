"""A process that stands still is taken for dead, and comes back not knowing it: it spoils nothing."""
from cluster.bad_days.bad_day import BadDay
from cluster.watching import LANES, leads
from cluster.whole import house


class StandingStill(BadDay):
    async def stand(self, processes, until):
        """They stand still under traffic until `until()` holds and messages were stored, and go on then."""
        names = " and ".join(process.name for process in processes)
        async with self.traffic() as traffic:
            await traffic.said(5)
            traffic.mark(f"{names} stopped")
            for process in processes:
                process.pause()
            try:
                await self.until(until)
                await traffic.said(2)
            finally:
                for process in processes:
                    process.resume()
            traffic.mark(f"{names} on again")
            await traffic.said(5)
        await self.holds_good(traffic)

    async def test_the_leading_logic_beyond_its_session_with_kafka(self):
        logics = house().of("logic")
        await self.until(lambda: any(leads(one) for one in logics))
        frozen, heir = sorted(logics, key=leads, reverse=True)
        lanes = house().lanes

        async def shared():
            return await self.measured(logics, LANES) == lanes
        await self.until(shared)

        async def taken_over():
            return leads(heir) and await self.measured([heir], LANES) == lanes
        await self.stand([frozen], taken_over)
        await self.until(lambda: not leads(frozen))

        async def shared_again():
            return 0 < await self.measured([frozen], LANES) < lanes
        await self.until(shared_again)
        fenced = await self.measured(house().of("repo"), "gochat_mysql_fenced_total")
        print(f"  {fenced:.0f} batches of replaced owners were refused by the database so far")

    async def test_a_repo_and_a_gateway_beyond_their_leases(self):
        still = [house().of("repo")[0], house().gateways[1]]
        await self.stand(still, lambda: not any(self.listed(one) for one in still))
        await self.until(lambda: all(self.listed(one) for one in still))
