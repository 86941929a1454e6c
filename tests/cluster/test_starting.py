"""What a process does that cannot have what it stands on."""
import asyncio
import signal

from cluster.rpc import Caller
from cluster.servers.backend import free_ports
from cluster.watching import WAIT_SECONDS, Watching, one_more
from cluster.whole import house


class Starting(Watching):
    def begin(self, role, name, **settings):
        return one_more(self, role, name, **settings).begin()

    async def status(self, process, path):
        async with self.session.get(process.internal_url + path) as answer:
            return answer.status

    async def ended(self, process):
        return await asyncio.to_thread(process.process.wait, WAIT_SECONDS)

    async def waits(self, role, backend, **settings):
        """It is alive and not ready, says for what it waits, and ends at once when it is told to."""
        process = self.begin(role, f"{role}-that-waits", **settings)
        line = await self.line(process, "waits for what it stands on", lambda line: line["component"] == backend)
        self.assertIn(next(iter(settings.values())), line["address"])
        self.assertEqual(await self.status(process, "/livez"), 200)
        self.assertEqual(await self.status(process, "/readyz"), 503)
        with Caller(process.address()) as caller:
            self.assertNotEqual(caller.health(), "SERVING")
        process.process.terminate()
        self.assertEqual(await self.ended(process), 0)

    def nowhere(self):
        return f"127.0.0.1:{free_ports(1)[0]}"

    async def test_without_etcd_it_waits(self):
        await self.waits("logic", "etcd", GOCHAT_ETCD_ENDPOINTS=self.nowhere())

    async def test_without_redis_it_waits(self):
        await self.waits("gateway", "redis", GOCHAT_REDIS_ADDRESSES=self.nowhere())

    async def test_without_kafka_it_waits(self):
        await self.waits("task", "kafka", GOCHAT_KAFKA_BROKERS=self.nowhere())

    async def test_without_the_database_it_waits(self):
        await self.waits("repo", "mysql", GOCHAT_MYSQL_ADDRESS=self.nowhere())

    async def test_a_name_that_is_taken_is_refused(self):
        process = self.begin("logic", "logic-1")
        self.assertEqual(await self.ended(process), 2)
        self.assertIn("logic-1", process.output())
        self.assertIn("server.instance", process.output())

    async def test_a_database_of_another_environment_is_refused(self):
        process = self.begin("repo", "repo-elsewhere", GOCHAT_SERVER_ENVIRONMENT="staging")
        self.assertEqual(await self.ended(process), 2)
        self.assertIn("staging", process.output())

    async def test_an_unmigrated_database_is_refused(self):
        house().sql("CREATE DATABASE IF NOT EXISTS gochat_empty")
        process = self.begin("repo", "repo-unmigrated", GOCHAT_MYSQL_DATABASE="gochat_empty")
        self.assertEqual(await self.ended(process), 2)
        self.assertIn("gochat migrate up", process.output())

    async def test_a_database_that_lacks_a_migration_is_refused_by_its_name(self):
        name = "gochat_stale"
        house().sql(f"CREATE DATABASE {name}")
        self.addCleanup(house().sql, f"DROP DATABASE {name}", "")
        house().verb("migrate", "up", GOCHAT_MYSQL_DATABASE=name)
        last, step = house().sql("SELECT version, name FROM schema_migrations ORDER BY version DESC LIMIT 1", name)
        house().sql(f"DELETE FROM schema_migrations WHERE version = {last}", name)
        process = self.begin("repo", "repo-ahead", GOCHAT_MYSQL_DATABASE=name)
        self.assertEqual(await self.ended(process), 2)
        for word in (last, step, "gochat migrate up"):
            self.assertIn(word, process.output())
        house().sql(f"INSERT INTO schema_migrations VALUES ({last}, 'another', 0, 1)", name)
        process = self.begin("repo", "repo-astray", GOCHAT_MYSQL_DATABASE=name)
        self.assertEqual(await self.ended(process), 2)
        self.assertIn(last, process.output())

    async def told(self, role, backend, reason, **settings):
        process = self.begin(role, f"{role}-stranger", **settings)
        line = await self.line(process, "waits for what it stands on", lambda line: line["component"] == backend)
        self.assertIn(reason, line["reason"])
        self.assertNotIn(next(iter(settings.values())), process.output())
        self.assertEqual(await self.status(process, "/readyz"), 503)

    async def test_credentials_that_the_database_refuses_are_told(self):
        await self.told("repo", "mysql", "access_denied", GOCHAT_MYSQL_PASSWORD="not-the-password")

    async def test_credentials_that_redis_refuses_are_told(self):
        await self.told("gateway", "redis", "the credentials are refused", GOCHAT_REDIS_PASSWORD="not-the-password")

    async def test_a_token_that_other_processes_refuse_is_told(self):
        await self.told("logic", "repo", "grpc.token", GOCHAT_GRPC_TOKEN="7" * 64)

    async def test_it_ends_well_at_any_moment_of_its_start(self):
        for role in ("serve", "logic", "gateway", "repo", "task"):
            for n in range(4):
                with self.subTest(role=role, n=n):
                    process = self.begin(role, f"{role}-cut-{n}")
                    # One moment after another, from before the first backend to about ready.
                    await asyncio.sleep(n * 0.1)
                    process.process.terminate()
                    self.assertIn(await self.ended(process), (0, -signal.SIGTERM), process.output())
