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

    async def test_one_process_after_another_is_started_anew(self):
        async with Traffic(self, [gateway.url for gateway in house().gateways]) as traffic:
            for process in house().processes:
                await traffic.said(2)
                process.process.terminate()
                self.assertEqual(await self.off_loop(process.process.wait), 0, process.name)
                await self.off_loop(process.start)
            await traffic.said(2)
        await traffic.settled()

    async def test_sends_wait_in_the_queue_while_no_logic_runs(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        socket = await alice.socket()
        await socket.say(chat, "before")
        for logic in house().of("logic"):
            logic.kill()
        names = [f"waits {n}" for n in range(10)]
        for name in names:
            await socket.send("send-message", {"conversationId": chat, "content": name, "messageType": "text",
                                               "tempMessageId": name})
            await socket.take("message-ack", lambda d, name=name: (d["clientMsgId"], d["status"]) == (name, "accepted"))
        self.assertEqual(socket.seen_stored(), [])
        for logic in house().of("logic"):
            await self.off_loop(logic.start)
        stored = [(await socket.stored(name))["seqId"] for name in names]
        self.assertEqual(stored, list(range(2, 12)))
        messages = (await alice.history(chat))["messages"]
        self.assertEqual([message["content"] for message in messages], ["before", *names])

    async def until(self, holds):
        async with asyncio.timeout(60):
            while not holds():
                await asyncio.sleep(0.1)

    async def test_a_leader_that_stands_still_is_followed_and_hears_of_it(self):
        def leads(process):
            said = [line["msg"] for line in process.lines() if line.get("key") == "sweeping"]
            return bool(said) and said[-1] == "leads an election"

        first, second = house().of("logic")
        await self.until(lambda: leads(first) or leads(second))
        frozen, heir = (first, second) if leads(first) else (second, first)
        frozen.pause()
        try:
            await self.until(lambda: leads(heir))
        finally:
            frozen.resume()
        await self.until(lambda: not leads(frozen))
