"""What is written below config/ in etcd is obeyed by every process that it is meant for, or changes nothing."""
import asyncio

from base import BlackBox
from client import Refused
from cluster.whole import house
from inside import Exposition

SEEN_SECONDS_MAX = 30
PREFIX = "/gochat/config/"


class SharedConfiguration(BlackBox):
    async def asyncSetUp(self):
        self.url = house().gateways[0].url
        await super().asyncSetUp()
        self.said = {process.name: len(process.lines()) for process in house().processes}
        self.addAsyncCleanup(self.withdraw)

    async def withdraw(self):
        """Everything; and waits until nobody obeys any of it."""
        house().etcd.control("del", "--prefix", PREFIX)
        for process in house().processes:
            await self.until(process, lambda measures: measures.value("gochat_config_revision") == 0
                             and measures.value("gochat_config_good") == 1)

    def push(self, text, name="all"):
        house().etcd.control("put", PREFIX + name, text)

    async def measures(self, process):
        async with self.session.get(process.internal_url + "/metrics") as answer:
            return Exposition(await answer.text())

    async def until(self, process, holds):
        async with asyncio.timeout(SEEN_SECONDS_MAX):
            while not holds(await self.measures(process)):
                await asyncio.sleep(0.1)

    async def line(self, process, msg, **fields):
        """The first such line since the test began."""
        async with asyncio.timeout(SEEN_SECONDS_MAX):
            while True:
                for line in process.lines()[self.said[process.name]:]:
                    if line["msg"] == msg and all(line.get(name) == value for name, value in fields.items()):
                        return line
                await asyncio.sleep(0.1)

    async def test_a_level_reaches_every_process_and_leaves_with_its_document(self):
        self.push("log: {level: debug}")
        for process in house().processes:
            with self.subTest(process=process.name):
                line = await self.line(process, "applied", key="log.level", level="debug")
                self.assertEqual(line["source"], f"etcd:{PREFIX}all:1")
        house().etcd.control("del", PREFIX + "all")
        for process in house().processes:
            with self.subTest(process=process.name):
                await self.line(process, "applied", key="log.level", level="info")

    async def burst(self, person):
        """How many of six messages at once are taken."""
        async def send():
            try:
                await person.say("world", "quick")
                return True
            except Refused as refused:
                self.assertEqual(refused.code, "RATE_LIMITED")
                return False
        return sum(await asyncio.gather(*(send() for _ in range(6))))

    async def test_a_limit_holds_from_then_on_without_a_start(self):
        self.push("limits: {sends_burst: 3, sends_per_second: 0.1}", "gateway")
        await self.line(house().gateways[0], "applied", key="limits.sends_burst")
        self.assertEqual(await self.burst(await self.person()), 3)
        house().etcd.control("del", PREFIX + "gateway")
        self.said = {process.name: len(process.lines()) for process in house().processes}
        await self.line(house().gateways[0], "applied", key="limits.sends_burst", source="default")
        self.assertEqual(await self.burst(await self.person()), 6)

    async def test_one_with_a_mistake_changes_nothing_and_is_told(self):
        self.push("log: {level: warn}")
        for process in house().processes:
            await self.line(process, "applied", key="log.level", level="warn")
        self.push("log: {level: loud}\nlimits: {sends_burst: 3}")
        for process in house().processes:
            with self.subTest(process=process.name):
                line = await self.line(process, "the configuration is not applied")
                self.assertIn(f"etcd:{PREFIX}all:1: `log.level` is `loud`", line["reason"])
                measures = await self.measures(process)
                self.assertEqual(measures.value("gochat_config_good"), 0)
                self.assertGreater(measures.value("gochat_config_revision"), 0)
        self.assertEqual(await self.burst(await self.person()), 6)

    async def test_a_key_of_one_process_is_refused_by_name(self):
        self.push("etcd: {prefix: /elsewhere}")
        for process in house().processes:
            line = await self.line(process, "the configuration is not applied")
            self.assertIn("`etcd.prefix` cannot be shared through etcd", line["reason"])

    async def test_what_needs_a_start_is_named(self):
        self.push("gateway: {auth_frame_seconds: 7}")
        for process in house().processes:
            line = await self.line(process, "changed, and applied at the next start", key="gateway.auth_frame_seconds")
            self.assertEqual(line["source"], f"etcd:{PREFIX}all:1")
            await self.until(process, lambda measures: measures.value("gochat_config_waiting_keys") == 1)

    async def test_a_document_for_one_role_is_for_that_one(self):
        self.push("log: {level: debug}", "task")
        for process in house().of("task"):
            await self.line(process, "applied", key="log.level", level="debug")
        for process in house().processes:
            obeys = "task" in process.roles
            self.assertEqual((await self.measures(process)).value("gochat_config_revision") > 0, obeys, process.name)

    async def test_a_name_that_nobody_reads_is_told(self):
        self.push("log: {level: debug}", "lgoic")
        line = await self.line(house().processes[0], "a shared document is not read", key="config/lgoic")
        self.assertIn("did you mean `logic`", line["reason"])
