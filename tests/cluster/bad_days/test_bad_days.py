"""One process or backend at a time is lost under traffic: what was acknowledged is there, once and in order."""
import asyncio

from client import Refused
from cluster.bad_days.bad_day import BadDay
from cluster.whole import house

UPSTREAM = "im-upstream-topic"


class BadDays(BadDay):
    async def lose(self, *lost, gone=True, meanwhile=None, seen=None, counted=None):
        """They are killed under traffic and started again; messages are stored before, and after it. `seen` is by which
        role, and under which name of a backend, it is left alone meanwhile, and asked again afterwards; `counted` by
        which role, and as what."""
        names = " and ".join(one.name for one in lost)
        counts = await self.counts(*counted) if counted else None
        async with self.traffic() as traffic:
            await traffic.said(5)
            traffic.mark(f"{names} killed")
            for one in lost:
                one.kill()
            try:
                if seen:
                    await self.until(lambda: self.left_alone(*seen))
                if gone:  # others take over before it is back
                    await traffic.said(5)
                if meanwhile:
                    await meanwhile()
            finally:
                for one in lost:
                    await asyncio.to_thread(one.start)
            traffic.mark(f"{names} back")
            await traffic.said(5)
        await self.holds_good(traffic)
        if seen:
            await self.until(lambda: self.asked_again(*seen))
        if counted:
            self.assertGreater(await self.counts(*counted), counts)

    async def counts(self, role, name):
        return await self.total(house().of(role), name)

    async def left_alone(self, role, backend):
        return await self.measured(house().of(role), "gochat_breakers_open", backend=backend)

    async def asked_again(self, role, backend):
        return not await self.left_alone(role, backend)

    async def test_a_repo(self):
        await self.lose(house().of("repo")[0], seen=("logic", "repo"), counted=("logic", "gochat_call_failures_total"))

    async def test_a_logic(self):
        await self.lose(house().of("logic")[0])

    async def test_a_gateway(self):
        await self.lose(house().of("gateway")[1])

    async def test_what_no_send_needs(self):
        await self.lose(house().of("task")[0], house().replica)

    async def test_every_logic_at_once(self):
        await self.lose(*house().of("logic"), gone=False)

    async def test_the_database(self):
        figure = ("repo", "gochat_mysql_connections_failed_total")
        before = await self.counts(*figure)

        async def is_missed():
            return await self.counts(*figure) > before
        await self.lose(house().mariadb, gone=False, meanwhile=lambda: self.until(is_missed))

    async def test_redis(self):
        await self.lose(house().redis, gone=False, counted=("gateway", "gochat_redis_connects_total"))

    async def test_redis_with_all_that_it_held(self):
        house().redis.forgets = True
        try:
            await self.lose(house().redis, gone=False)
        finally:
            house().redis.forgets = False

    async def test_what_redis_held_again_and_again(self):
        async with self.traffic() as traffic:
            for n in range(3):
                await traffic.said(2)
                self.assertEqual(await asyncio.to_thread(house().redis.tell, "FLUSHALL"), "OK")
                traffic.mark(f"redis flushed, {n + 1}")
            await traffic.said(2)
        await self.holds_good(traffic)

    async def test_kafka_while_history_is_read_and_nothing_is_taken(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        socket = await alice.socket()
        await socket.say(chat, "before")

        async def meanwhile():
            await socket.send("send-message", {"conversationId": chat, "content": "meanwhile", "messageType": "text",
                                               "tempMessageId": "meanwhile"})
            with self.assertRaises(Refused) as refused:
                await alice.say(chat, "by HTTP", "by HTTP")
            self.assertTrue(refused.exception.body["retryable"], refused.exception.body)
            self.assertEqual([ack for ack in socket.seen("message-ack") if ack["clientMsgId"] == "meanwhile"], [])
            self.assertEqual([m["content"] for m in (await bob.history(chat))["messages"]], ["before"])

        await self.lose(house().kafka, gone=False, meanwhile=meanwhile)
        for name in ("meanwhile", "by HTTP"):
            await self.until_said(alice, chat, name)
        said = [m["clientMsgId"] for m in (await bob.history(chat))["messages"]][1:]
        self.assertEqual(sorted(said), ["by HTTP", "meanwhile"])

    async def until_said(self, person, chat, name):
        async def said():
            try:
                await person.say(chat, name, name)
            except Refused as refused:
                self.assertTrue(refused.body["retryable"], refused.body)
                return False
            return True
        await self.until(said)

    async def test_etcd_while_everything_goes_on(self):
        await self.lose(house().etcd, seen=("logic", "etcd"))

    async def test_one_process_after_another_is_started_anew(self):
        async with self.traffic() as traffic:
            for process in house().processes:
                await traffic.said(2)
                await self.start_anew(process)
            await traffic.said(2)
        await self.holds_good(traffic)

    async def test_sends_wait_while_no_logic_runs_and_the_next_one_goes_on_at_the_committed_offset(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        socket = await alice.socket()
        await socket.say(chat, "before")
        first, second = house().of("logic")
        for logic in (first, second):
            logic.kill()
        names = [f"waits {n}" for n in range(10)]
        for name in names:
            await socket.send("send-message", {"conversationId": chat, "content": name, "messageType": "text",
                                               "tempMessageId": name})
            await socket.take("message-ack", lambda d, name=name: (d["clientMsgId"], d["status"]) == (name, "accepted"))
        self.assertEqual(socket.seen_stored(), [])
        behind = await self.behind()
        self.assertGreaterEqual(behind, len(names))
        await asyncio.to_thread(first.start)
        stored = [(await socket.stored(name))["seqId"] for name in names]
        self.assertEqual(stored, list(range(2, 12)))
        messages = (await alice.history(chat))["messages"]
        self.assertEqual([message["content"] for message in messages], ["before", *names])

        # From there on, and from nowhere else.
        async def consumed():
            return await self.measured([first], "gochat_kafka_consumed_total", topic=UPSTREAM) == behind
        await self.until(consumed)

        async def committed():
            return await self.behind() == 0
        await self.until(committed)
        await asyncio.to_thread(second.start)

    async def behind(self):
        """Records between where the group of logic would go on and the ends of its lanes."""
        lanes = int(house().shared["GOCHAT_KAFKA_LANES"])
        committed = await asyncio.to_thread(house().kafka.committed, "gochat-logic", UPSTREAM, lanes)
        ends = await asyncio.to_thread(house().kafka.ends, UPSTREAM, lanes)
        return sum(end - max(committed[lane], 0) for lane, end in ends.items())
