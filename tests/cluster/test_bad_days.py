"""One process or backend at a time is lost under traffic: what was acknowledged is there, once and in order."""
import asyncio

from base import BlackBox
from cluster.traffic import Traffic
from cluster.whole import house


class BadDays(BlackBox):
    keep_alive = False

    async def asyncSetUp(self):
        self.url = house().gateways[0].url
        await super().asyncSetUp()

    async def off_loop(self, call):
        return await asyncio.get_running_loop().run_in_executor(None, call)

    async def lose(self, *lost, gone=True):
        """They are killed under traffic and started again; messages are stored before, and after it."""
        async with Traffic(self, [gateway.url for gateway in house().gateways]) as traffic:
            await traffic.said(5)
            for one in lost:
                one.kill()
            if gone:  # others take over before it is back
                await traffic.said(5)
            for one in lost:
                await self.off_loop(one.start)
            await traffic.said(5)
        await traffic.settled()

    async def test_a_repo(self):
        await self.lose(house().of("repo")[0])

    async def test_a_logic(self):
        await self.lose(house().of("logic")[0])

    async def test_a_gateway(self):
        await self.lose(house().of("gateway")[1])

    async def test_every_logic_at_once(self):
        await self.lose(*house().of("logic"), gone=False)

    async def test_the_database(self):
        await self.lose(house().mariadb, gone=False)

    async def test_redis_with_all_that_it_held(self):
        await self.lose(house().redis, gone=False)

    async def test_kafka(self):
        await self.lose(house().kafka, gone=False)

    async def test_etcd_while_everything_goes_on(self):
        await self.lose(house().etcd)
