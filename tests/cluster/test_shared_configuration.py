"""What is written below config/ in etcd is obeyed by every process that it is meant for, or changes nothing."""
import asyncio
import json
import subprocess

from client import Refused
from cluster.watching import WAIT_SECONDS, Watching, one_more
from cluster.whole import house

PREFIX = "/gochat/config/"


class Shared(Watching):
    """Leaves the cluster as it was."""

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.said = {process.name: len(process.lines()) for process in house().processes}
        self.addAsyncCleanup(self.withdraw)

    async def withdraw(self):
        """Everything; and waits until nobody obeys any of it."""
        house().etcd.control("del", "--prefix", PREFIX)
        for process in house().processes:
            await self.shows(process, lambda measures: measures.value("gochat_config_revision") == 0
                             and measures.value("gochat_config_good") == 1)

    def push(self, text, name="all"):
        house().etcd.control("put", PREFIX + name, text)

    async def shows(self, process, holds):
        """Until its measures are as wanted."""
        async def held():
            return holds(await self.measures(process))
        await self.until(held)

    async def told(self, process, msg, **fields):
        """The first such line since the test began."""
        return await self.line(process, msg, lambda line: line.items() >= fields.items(), self.said[process.name])

    async def gochat(self, *words, text=None):
        """(exit code, what it printed, what it complained of) of a verb in the environment of this cluster."""
        done = await asyncio.to_thread(lambda: subprocess.run(
            [house().binary, *words], env=house().environment(), input=text, capture_output=True, text=True,
            timeout=WAIT_SECONDS, check=False))
        return done.returncode, done.stdout, done.stderr


class SharedConfiguration(Shared):
    async def test_a_level_reaches_every_process_and_leaves_with_its_document(self):
        self.push("log: {level: debug}")
        for process in house().processes:
            with self.subTest(process=process.name):
                line = await self.told(process, "applied", key="log.level", level="debug")
                self.assertEqual(line["source"], f"etcd:{PREFIX}all:1")
        house().etcd.control("del", PREFIX + "all")
        for process in house().processes:
            with self.subTest(process=process.name):
                await self.told(process, "applied", key="log.level", level="info")

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
        await self.told(house().gateways[0], "applied", key="limits.sends_burst")
        self.assertEqual(await self.burst(await self.person()), 3)
        house().etcd.control("del", PREFIX + "gateway")
        await self.told(house().gateways[0], "applied", key="limits.sends_burst", source="default")
        self.assertEqual(await self.burst(await self.person()), 6)

    async def test_one_with_a_mistake_changes_nothing_and_is_told(self):
        self.push("log: {level: warn}")
        for process in house().processes:
            await self.told(process, "applied", key="log.level", level="warn")
        self.push("log: {level: loud}\nlimits: {sends_burst: 3}")
        for process in house().processes:
            with self.subTest(process=process.name):
                line = await self.told(process, "the configuration is not applied")
                self.assertIn(f"etcd:{PREFIX}all:1: `log.level` is `loud`", line["reason"])
                measures = await self.measures(process)
                self.assertEqual(measures.value("gochat_config_good"), 0)
                self.assertGreater(measures.value("gochat_config_revision"), 0)
        self.assertEqual(await self.burst(await self.person()), 6)

    async def test_a_key_of_one_process_is_refused_by_name(self):
        self.push("etcd: {prefix: /elsewhere}")
        for process in house().processes:
            line = await self.told(process, "the configuration is not applied")
            self.assertIn("`etcd.prefix` cannot be shared through etcd", line["reason"])

    async def test_what_needs_a_start_is_named(self):
        self.push("gateway: {auth_frame_seconds: 7}")
        for process in house().processes:
            line = await self.told(process, "changed, and applied at the next start", key="gateway.auth_frame_seconds")
            self.assertEqual(line["source"], f"etcd:{PREFIX}all:1")
            await self.shows(process, lambda measures: measures.value("gochat_config_waiting_keys") == 1)

    async def test_a_document_for_one_role_is_for_that_one(self):
        self.push("log: {level: debug}", "task")
        for process in house().of("task"):
            await self.told(process, "applied", key="log.level", level="debug")
        for process in house().processes:
            obeys = "task" in process.roles
            self.assertEqual((await self.measures(process)).value("gochat_config_revision") > 0, obeys, process.name)

    async def test_a_name_that_nobody_reads_is_told(self):
        self.push("log: {level: debug}", "lgoic")
        line = await self.told(house().processes[0], "a shared document is not read", key="config/lgoic")
        self.assertIn("did you mean `logic`", line["reason"])

    async def test_an_etcd_that_goes_and_comes_changes_nothing(self):
        self.push("log: {level: warn}")
        for process in house().processes:
            await self.told(process, "applied", key="log.level", level="warn")
        errors = {process.name: (await self.measures(process)).value("gochat_etcd_errors_total")
                  for process in house().processes}
        await asyncio.to_thread(house().etcd.kill)
        try:
            for process in house().processes:
                await self.shows(process, lambda measures, name=process.name:
                                 measures.value("gochat_etcd_errors_total") > errors[name] + 1)
                measures = await self.measures(process)
                self.assertGreater(measures.value("gochat_config_revision"), 0)
                self.assertEqual(measures.value("gochat_config_good"), 1)
        finally:
            await asyncio.to_thread(house().etcd.start)
        self.push("log: {level: debug}")
        for process in house().processes:
            await self.told(process, "applied", key="log.level", level="debug")


class SharedStarts(Shared):
    """A process that starts while something is shared."""

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.process = one_more(self, "gateway", "gateway-late")
        self.said[self.process.name] = 0

    async def start(self):
        await asyncio.to_thread(self.process.start)

    async def stop(self):
        """So that it can be started again over the same folder."""
        self.process.process.terminate()
        await asyncio.to_thread(self.process.process.wait)

    async def in_force(self):
        code, out, said = await self.gochat("config", "running", "--json", "--data", str(self.process.folder / "data"))
        self.assertEqual(code, 0, said)
        return {row["key"]: row for row in map(json.loads, out.splitlines())}

    async def test_it_begins_with_all_of_it(self):
        self.push("log: {level: debug}\ngateway: {auth_frame_seconds: 7}")
        await self.start()
        rows = await self.in_force()
        for key, value, line in (("log.level", "debug", 1), ("gateway.auth_frame_seconds", "7", 2)):
            self.assertEqual(rows[key], {"key": key, "value": value, "from": f"etcd:{PREFIX}all:{line}",
                                         "waits": False})
        self.assertEqual(rows["server.instance"]["from"], "--server.instance")
        self.assertEqual(rows["auth.bcrypt_cost"]["from"], "GOCHAT_AUTH_BCRYPT_COST")
        self.assertEqual(rows["mysql.slow_ms"]["from"], "default")
        self.push("gateway: {auth_frame_seconds: 8}")
        await self.told(self.process, "changed, and applied at the next start", key="gateway.auth_frame_seconds")
        row = (await self.in_force())["gateway.auth_frame_seconds"]
        self.assertEqual((row["value"], row["waits"]), ("7", True))

    async def test_with_a_mistake_in_it_and_no_copy_it_begins_with_its_file(self):
        self.push("log: {level: loud}\nlimits: {sends_burst: 3}")
        await self.start()
        await self.told(self.process, "the configuration is not applied")
        await self.told(self.process, "starts without what is shared through etcd")
        self.assertEqual((await self.measures(self.process)).value("gochat_config_good"), 0)
        self.assertNotEqual((await self.in_force())["limits.sends_burst"]["value"], "3")
        self.push("limits: {sends_burst: 30}")
        await self.told(self.process, "applied", key="limits.sends_burst")
        self.assertEqual((await self.measures(self.process)).value("gochat_config_good"), 1)

    async def test_with_a_mistake_in_it_it_begins_with_what_was_in_order_last(self):
        self.push("gateway: {auth_frame_seconds: 7}")
        await self.start()
        await self.stop()
        self.push("gateway: {auth_frame_seconds: never}")
        await self.start()
        await self.told(self.process, "starts with what was shared and in order last")
        row = (await self.in_force())["gateway.auth_frame_seconds"]
        self.assertEqual((row["value"], row["from"]), ("7", f"etcd:{PREFIX}all:1"))
        self.assertEqual((await self.measures(self.process)).value("gochat_config_good"), 0)


class SharedVerbs(Shared):
    """Verbs that write there judge first."""

    def there(self):
        return house().etcd.keys(PREFIX)

    async def test_what_is_in_order_is_written_and_what_needs_a_start_is_told(self):
        text = "log: {level: debug}\ngateway: {auth_frame_seconds: 7}\n"
        code, out, said = await self.gochat("config", "push", "-", text=text)
        self.assertEqual(code, 0, said)
        self.assertIn(f"{PREFIX}all is written", out)
        self.assertIn("gateway.auth_frame_seconds is applied when a process starts", out)
        self.assertNotIn("log.level", out)
        self.assertEqual(await self.gochat("config", "pull"), (0, text, ""))
        for process in house().processes:
            await self.told(process, "applied", key="log.level", level="debug")
        code, out, _ = await self.gochat("config", "print", "--json")
        rows = {row["key"]: row for row in map(json.loads, out.splitlines())}
        self.assertEqual((code, rows["log.level"]["from"]), (0, f"etcd:{PREFIX}all:1"))
        self.assertEqual((await self.gochat("config", "remove"))[0], 0)
        self.assertEqual(self.there(), [])
        self.assertEqual((await self.gochat("config", "pull"))[0], 1)

    async def test_a_mistake_is_told_and_nothing_is_written(self):
        for text, told in (("log: {level: loud}", "`log.level` is `loud`"),
                           ("log: {levle: info}", "did you mean `log.level`"),
                           ("server: {listen: \"127.0.0.1:1\"}", "`server.listen` cannot be shared"),
                           ("grpc: {token: x}", "`grpc.token` cannot be shared"),
                           ("limits: {sends_burst: 2, sends_per_second: 3}", "`limits.sends_per_second` (3) is above")):
            with self.subTest(text=text):
                code, out, said = await self.gochat("config", "push", "-", "--for", "gateway", text=text)
                self.assertEqual((code, out), (1, ""))
                self.assertIn(f"etcd:{PREFIX}gateway:1: ", said)
                self.assertIn(told, said)
                self.assertIn("nothing was written", said)
        self.assertEqual(self.there(), [])

    async def test_a_document_is_judged_with_those_that_are_there(self):
        self.assertEqual((await self.gochat("config", "push", "-", text="limits: {sends_burst: 20}"))[0], 0)
        code, _, said = await self.gochat("config", "push", "-", "--for=logic", text="limits: {sends_per_second: 21}")
        self.assertEqual(code, 1)
        self.assertIn("`limits.sends_burst` (20)", said)

    async def test_a_wrong_call_is_told(self):
        for words in (("push",), ("push", "a", "b"), ("push", "-", "--for", "everybody"), ("pull", "x"),
                      ("remove", "--for")):
            with self.subTest(words=words):
                code, _, said = await self.gochat("config", *words, text="")
                self.assertEqual(code, 64, said)
        self.assertEqual((await self.gochat("config", "push", "/nowhere.yaml"))[0], 2)
        self.assertEqual((await self.gochat("config", "pull", "--etcd.endpoints", "127.0.0.1:1"))[0], 2)
