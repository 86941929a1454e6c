"""One message of a whole cluster as one trace, across the processes it goes through."""
import asyncio
import concurrent.futures
import os
import re
import secrets
import subprocess
import tempfile

from base import BlackBox
from client import Api, unique
from cluster.house import MIGRATE_SECONDS_MAX, Process
from cluster.watching import measures_of
from cluster.whole import house
from collector import ROAD, Collector, below, new_trace, road

ROLES = ("repo", "logic", "task", "gateway")
LARGE_FROM = 4
SEEN_SECONDS_MAX = 30
COMMANDS_MAX = 100  # of Redis, with what else a repo asks it meanwhile
SESSION = re.compile("ValidateToken|GetSession|FROM sessions")


def processes(spans):
    return [span.process for span in spans]


class Traces(BlackBox):
    """On one process of each role, which share the house's servers and nothing on them."""

    @classmethod
    def setUpClass(cls):
        cls.collector = Collector().start()
        cls.addClassCleanup(cls.collector.stop)
        apart = f"traced_{secrets.token_hex(3)}"
        settings = {**house().shared, "GOCHAT_MYSQL_DATABASE": apart, "GOCHAT_REDIS_PREFIX": f"{apart}:",
                    "GOCHAT_KAFKA_PREFIX": f"{apart}-", "GOCHAT_ETCD_PREFIX": f"/{apart}",
                    "GOCHAT_TASK_LARGE_GROUP_FROM": str(LARGE_FROM), "GOCHAT_TASK_LARGE_GROUP_BACK": "2",
                    "OTEL_EXPORTER_OTLP_ENDPOINT": cls.collector.url}
        cls.document = f"/{apart}/config/all"
        cls.share(ratio=1)
        cls.addClassCleanup(house().etcd.control, "del", cls.document)
        house().sql(f"CREATE DATABASE {apart}")
        subprocess.run([house().binary, "migrate", "up"], check=True, timeout=MIGRATE_SECONDS_MAX,
                       env={**os.environ, **settings, "GOCHAT_SERVER_WIRING": "cluster"}, stdout=subprocess.DEVNULL)
        folder = tempfile.TemporaryDirectory(prefix="gochat-traced-")
        cls.addClassCleanup(folder.cleanup)
        cls.of = {role: Process(house().binary, role, f"traced-{role}", f"{folder.name}/{role}", settings)
                  for role in ROLES}
        for process in cls.of.values():
            cls.addClassCleanup(process.stop)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda one: one.start(), cls.of.values()))

    async def asyncSetUp(self):
        self.url = self.of["gateway"].url
        await super().asyncSetUp()

    @classmethod
    def share(cls, ratio):
        """With all processes, through etcd."""
        house().etcd.control("put", cls.document, f"log: {{level: debug}}\ntrace: {{sample_ratio: {ratio}}}")

    async def applies(self, ratio):
        """Until every process does."""
        said = {role: len(process.lines()) for role, process in self.of.items()}
        self.share(ratio)
        for role in ROLES:
            await self.line(role, lambda line: line["msg"] == "applied" and line["key"] == "trace.sample_ratio",
                            said[role])

    async def line(self, role, holds, since=0):
        async with asyncio.timeout(SEEN_SECONDS_MAX):
            while not any(holds(line) for line in self.of[role].lines()[since:]):
                await asyncio.sleep(0.1)

    async def send(self, socket, chat, content, traceparent):
        await socket.send("send-message", {"conversationId": chat, "content": content, "clientMsgId": unique("c"),
                                           "traceparent": traceparent})

    async def test_a_message_of_a_socket_is_one_trace_from_process_to_process(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await alice.socket(), await bob.socket()
        trace, traceparent = new_trace()
        await self.send(a, chat, "across", traceparent)
        await b.message("across")
        spans = await self.collector.trace(trace, *ROAD, "SaveMessages", "SaveMessages", "transaction", "locate")
        way = road(spans, traceparent.split("-")[2])
        self.assertEqual(processes(way), [f"traced-{role}" for role in ("gateway", "gateway", "logic", "logic",
                                                                         "gateway")])
        self.assertEqual({span.attributes["messaging.system"] for span in way if span.name == "publish"}, {"kafka"})
        # Aside from the way: the call that stores it, on both of its sides, down to the transaction.
        append = below(spans, way[2].id, "append")
        store = road(spans, append.id, ("SaveMessages", "SaveMessages", "repo save", "transaction"))
        self.assertEqual(processes(store), ["traced-logic"] + ["traced-repo"] * 3)
        self.assertEqual([span.kind for span in store], ["client", "server", "internal", "client"])
        self.assertEqual(store[0].attributes["gochat.instance"], "traced-repo")
        self.assertEqual(below(spans, way[2].id, "locate").process, "traced-logic")
        self.assertEqual([span for span in spans if span.error], [])

    async def test_a_message_over_http_to_a_large_group_goes_through_task(self):
        crowd = await self.people(LARGE_FROM)
        group = await crowd[0].group_with(*crowd[1:])
        reader = await crowd[1].socket()
        trace, traceparent = new_trace()
        await crowd[0].post("/api/v1/messages", {"conversationId": group, "content": "all of you",
                                                 "clientMsgId": unique("c")}, headers={"traceparent": traceparent})
        await reader.message("all of you")
        way = await self.collector.way_back(trace, "deliver", "publish", "large_group_fan_out", "publish", "logic",
                                            "publish", "POST /messages")
        self.assertEqual(processes(way), [f"traced-{role}" for role in ("gateway", "task", "task", "logic", "logic",
                                                                         "gateway", "gateway")])
        self.assertEqual(way[-1].parent, traceparent.split("-")[2])
        self.assertEqual(way[-1].attributes["http.response.status_code"], 201)

    async def test_a_read_is_followed_through_both_calls(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        await alice.say(chat, "x")
        trace, traceparent = new_trace()
        await bob.get(f"/api/v1/messages/history?conversationId={chat}", headers={"traceparent": traceparent})
        way = await self.collector.way_back(trace, "GetMessages", "GetMessages", "GetMessageHistory",
                                            "GetMessageHistory", "GET /messages/history")
        self.assertEqual([span.kind for span in way], ["server", "client", "server", "client", "server"])
        self.assertEqual(processes(way), ["traced-repo", "traced-logic", "traced-logic", "traced-gateway",
                                          "traced-gateway"])

    async def test_a_list_of_a_thousand_conversations_takes_as_many_round_trips_as_one_of_ten(self):
        lists = {count: await self.somebody_with(count) for count in (10, 1000)}
        first, again = [{count: await self.listed(person, count) for count, person in lists.items()} for _ in range(2)]
        for costs in (first, again):
            self.assertEqual(costs[10], costs[1000])
        self.assertIn(("repo", "served a call", "GetUsers"), again[10])

    async def somebody_with(self, count):
        """A person who has begun to talk with so many others."""
        person = await self.person()
        first = int(person.id) + 1
        self.sql("INSERT INTO users (id, username, username_key, password_hash, nickname_key, status, role, is_guest, "
                 f"created_at, updated_at) SELECT {first} + seq, CONCAT('peer_', {first} + seq), "
                 f"CONCAT('peer_', {first} + seq), '', '', 1, 1, 0, 0, 0 FROM seq_1_to_{count}")
        self.sql("INSERT INTO conversations (id, type, user_lo, user_hi, created_at, updated_at) SELECT "
                 f"CONCAT('single_', LPAD(HEX({first} + seq), 16, '0')), 1, {person.id}, {first} + seq, 0, 0 "
                 f"FROM seq_1_to_{count}")
        return person

    def sql(self, statement):
        return house().sql(statement, self.of["repo"].environment["GOCHAT_MYSQL_DATABASE"])

    async def listed(self, person, count):
        """What the processes did for a list, by its trace; for whom they know its reader by is another matter."""
        before = await asyncio.to_thread(measures_of, self.of["repo"])
        (asked, rows), (later, _) = [await self.ask_for_list(person) for _ in range(2)]
        self.assertEqual([row["target"]["username"][:5] for row in rows if row["type"] == "single"], count * ["peer_"])
        done = []
        for role in ("logic", "repo"):
            # Lines come in the order in which it happened.
            await self.line(role, lambda line: (line.get("trace_id"), line["msg"]) == (later, "served a call"))
            done += [(role, line["msg"], line.get("method", line.get("sql"))) for line in self.of[role].lines()
                     if line.get("trace_id") == asked and line.get("source") != "redis"]
        after = await asyncio.to_thread(measures_of, self.of["repo"])
        commands = [now.value("gochat_redis_commands_total") for now in (before, after)]
        self.assertLess(commands[1] - commands[0], COMMANDS_MAX, "none for each row")
        return sorted(one for one in done if not SESSION.search(one[2]))

    async def ask_for_list(self, person):
        trace, traceparent = new_trace(sampled=False)
        return trace, await person.get("/api/v1/conversations", headers={"traceparent": traceparent})

    async def test_a_refusal_is_told_where_it_was_made(self):
        alice, bob, stranger = await self.people(3)
        group = await alice.group_with(bob)
        socket = await stranger.socket()
        trace, traceparent = new_trace()
        await self.send(socket, group, "let me in", traceparent)
        await socket.take("error")
        spans = await self.collector.trace(trace, "append", "logic", "receive", "transaction")
        self.assertEqual({(span.process, span.name, span.error) for span in spans if span.error},
                         {("traced-logic", "append", "NOT_A_MEMBER")})

    async def test_the_ratio_is_changed_while_all_run(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        socket = await alice.socket()
        unseen, traceparent = new_trace()
        await self.applies(ratio=0)
        try:
            await self.send(socket, chat, "unseen", traceparent)
            await socket.take("message-ack", lambda data: data["status"] == "stored")
        finally:
            await self.applies(ratio=1)
        trace, traceparent = new_trace()
        await self.send(socket, chat, "seen", traceparent)
        await self.collector.trace(trace, *ROAD, "transaction")
        self.assertEqual(self.collector.of(unseen), [])

    async def test_every_process_tells_of_a_message_by_its_trace_though_nobody_records_it(self):
        crowd = await self.people(LARGE_FROM)
        group = await crowd[0].group_with(*crowd[1:])
        socket, reader = await crowd[0].socket(), await crowd[1].socket()
        trace, traceparent = new_trace(sampled=False)
        await self.send(socket, group, "all of you", traceparent)
        await reader.message("all of you")
        for role, fields in (("gateway", {"msg": "send accepted"}), ("logic", {"msg": "stored"}),
                             ("logic", {"msg": "called a service", "method": "SaveMessages"}),
                             ("repo", {"msg": "served a call", "method": "SaveMessages"}),
                             ("repo", {"msg": "statement", "source": "mysql", "sql": "COMMIT"}),
                             ("task", {"msg": "redis command", "source": "redis"}),
                             ("task", {"msg": "a record was published"}), ("gateway", {"msg": "delivered"})):
            with self.subTest(role=role, **fields):
                await self.line(role, lambda line, wanted={**fields, "trace_id": trace}: wanted.items() <= line.items())

    async def test_nobody_behind_the_gateway_records_what_it_did_not(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        socket = await alice.socket()
        declined, unsampled = new_trace(sampled=False)
        await self.send(socket, chat, "unseen", unsampled)
        await socket.take("message-ack", lambda data: data["status"] == "stored")
        trace, traceparent = new_trace()
        await self.send(socket, chat, "seen", traceparent)
        await self.collector.trace(trace, *ROAD, "transaction")
        self.assertEqual(self.collector.of(declined), [])
