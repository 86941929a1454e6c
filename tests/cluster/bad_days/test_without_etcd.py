"""etcd stands still for longer than every lease in it lasts: who talks notices nothing, and no id comes twice."""
import asyncio
import collections
import json
import signal

from cluster.bad_days.bad_day import BadDay
from cluster.watching import leads
from cluster.whole import house

MACHINE_LEASE = "GOCHAT_ETCD_MACHINE_LEASE_SECONDS"
MACHINE_LEASE_SECONDS = 30
OVERDUE = "the machine number was not leased anew; ids are issued for no longer than this"
ENDS = "the machine number's lease ran out; this process ends before an id can repeat"


class WithoutEtcd(BadDay):
    async def test_beyond_every_lease(self):
        # What else lasts a day is short for one of two: its end is seen, and that the other one goes on.
        short, long = house().of("logic")
        short.environment[MACHINE_LEASE] = str(MACHINE_LEASE_SECONDS)
        await self.start_anew(short)
        del short.environment[MACHINE_LEASE]
        async with self.traffic() as traffic:
            await traffic.said(2)
            traffic.mark("etcd stopped")
            house().etcd.pause()
            try:
                await self.until(lambda: not short.running())
                self.assertEqual(short.process.returncode, -signal.SIGABRT)
                self.assertIsNotNone(short.line(OVERDUE))
                self.assertIsNotNone(short.line(ENDS))
                await self.until(self.every_entry_ran_out)
                await traffic.said(2)
            finally:
                house().etcd.resume()
                traffic.mark("etcd on again")
                await asyncio.to_thread(short.start)
            await traffic.said(2)
        self.assertTrue(long.running())
        await self.all_is_claimed_anew()
        await self.holds_good(traffic)

    async def lease_seconds(self):
        """For how long each process that runs stays listed."""
        return [(await self.measures(process)).value("gochat_etcd_lease_seconds")
                for process in house().processes if process.running()]

    async def every_entry_ran_out(self):
        return max(await self.lease_seconds()) == 0

    async def all_is_claimed_anew(self):
        async def announced():
            return min(await self.lease_seconds()) > 0 and all(self.listed(one) for one in house().processes)
        await self.until(announced)
        await self.until(lambda: any(leads(one) for one in house().of("logic")))
        holders = house().etcd.values("/gochat/idgen/")
        numbers = collections.Counter(json.loads(holder)["instance"] for holder in holders)
        self.assertEqual({one.name: numbers[one.name] for one in house().processes},
                         {one.name: 1 for one in house().processes})
