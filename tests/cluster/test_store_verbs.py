"""The verbs about a cluster's database, beside the cluster."""
import json
import os

from cluster.house import DATABASE
from cluster.watching import Watching
from cluster.whole import house, verb


class StoreVerbs(Watching):
    async def test_what_is_up_to_date_is_left_as_it_is(self):
        self.assertEqual(verb("migrate", "up"), (0, "everything is up to date\n", ""))

    async def test_a_head_that_lies_is_found_and_mended(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        for n in range(3):
            await (await alice.socket()).say(chat, f"message {n}")
        status, _, _ = verb("store", "check")
        self.assertEqual(status, 0)
        house().sql(f"UPDATE conversations SET last_seq = 1 WHERE id = '{chat}'")
        status, shown, _ = verb("store", "check", "--json")
        found = [finding for finding in map(json.loads, shown.splitlines()) if finding["subject"] == chat]
        self.assertEqual((status, [f["mended"] for f in found]), (1, [False] * len(found)))
        self.assertTrue(found)
        self.assertEqual(verb("store", "repair")[0], 0)
        self.assertEqual(verb("store", "check")[:2], (0, "everything is in order\n"))
        self.assertEqual(house().sql(f"SELECT last_seq FROM conversations WHERE id = '{chat}'"), ["3"])

    async def test_copies_that_differ_are_found_and_deleted(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        socket = await alice.socket()
        for n in range(3):
            await socket.say(chat, f"message {n}")
        redis, key = house().redis, f"hot_messages:{chat}"
        self.assertEqual(verb("store", "check")[0], 0)
        copy = redis.tell("ZRANGEBYSCORE", key, "2", "2")
        redis.tell("ZREMRANGEBYSCORE", key, "2", "2")
        redis.tell("ZADD", key, "2", copy.replace("message 1", "message I"))
        for word, status, mended in (("check", 1, False), ("repair", 0, True)):
            done, shown, _ = verb("store", word, "--json")
            found = [(f["subject"], f["stored"], f["counted"], f["mended"])
                     for f in map(json.loads, shown.splitlines())]
            self.assertEqual((done, found), (status, [(key, 3, 2, mended)]))
        self.assertEqual(redis.tell("EXISTS", key), "0")
        self.assertEqual(verb("store", "check")[:2], (0, "everything is in order\n"))

    async def test_a_database_of_another_environment_is_refused(self):
        status, _, told = verb("store", "check", GOCHAT_SERVER_ENVIRONMENT="staging")
        self.assertEqual(status, 2)
        self.assertIn("staging", told)

    async def test_an_older_schema_is_refused_by_name(self):
        name = f"{DATABASE}_older"
        house().sql(f"CREATE DATABASE {name}")
        settings = {"GOCHAT_MYSQL_DATABASE": name}
        self.assertEqual(verb("migrate", "up", **settings)[0], 0)
        last = house().sql(f"SELECT MAX(version) FROM {name}.schema_migrations")[0]
        house().sql(f"DELETE FROM {name}.schema_migrations WHERE version = {last}")
        status, _, told = verb("store", "check", **settings)
        self.assertEqual(status, 2)
        self.assertIn("gochat migrate up", told)

    async def test_a_server_that_is_not_there_is_named(self):
        status, _, told = verb("migrate", "up", GOCHAT_MYSQL_ADDRESS="127.0.0.1:1")
        self.assertEqual(status, 2)
        self.assertIn("127.0.0.1:1", told)

    async def test_wrong_words_and_wrong_wirings_are_told(self):
        for words in (("migrate",), ("migrate", "down"), ("store", "burn"), ("store",)):
            with self.subTest(words):
                self.assertEqual(verb(*words)[0], os.EX_USAGE)
        status, _, told = verb("migrate", "up", GOCHAT_SERVER_WIRING="embedded")
        self.assertEqual(status, os.EX_USAGE)
        self.assertIn("server.wiring", told)
