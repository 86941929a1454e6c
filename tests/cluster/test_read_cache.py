"""What repo's copies in Redis spare the database, and what becomes of them when it changes."""
import re
import subprocess
import time
import unittest

import grpc
from client import unique

from cluster.house import Process
from cluster.rpc import Caller, Services
from cluster.watching import Watching, measures_of, wait_until
from cluster.whole import house
from timeline import PULL, Timeline

PREFIX = "copies:"
DATABASE = "gochat_copies"
HOT = 300
DAY, HOUR = 24 * 3600, 3600


TABLES = re.compile(r"\b(users|groups|group_members|conversations|messages)\b")


def is_marker(sql):
    return "WHERE u.username_key = ?" in sql


class OneRepo(Process):
    """A repo with a database, keys and a directory of its own, which nobody else asks."""

    def __init__(self, folder):
        shared = house().shared
        super().__init__(house().binary, "repo", "repo-copies", folder, {
            **shared, "GOCHAT_MYSQL_DATABASE": DATABASE, "GOCHAT_REDIS_PREFIX": PREFIX,
            "GOCHAT_KAFKA_PREFIX": "copies-", "GOCHAT_ETCD_PREFIX": "/copies", "GOCHAT_LOG_LEVEL": "debug"})

    def value(self, name, **labels):
        return measures_of(self).value(name, **labels)

    def count(self, what, cache):
        return self.value(f"gochat_cache_{what}_total", cache=cache)


class ReadCache(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        house().sql(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
        cls.repo = OneRepo(house().folder / unique("copies"))
        cls.markers = 0
        subprocess.run([cls.repo.binary, "migrate", "up"], env={**house().environment(), **cls.repo.environment},
                       check=True, capture_output=True)
        cls.addClassCleanup(cls.repo.stop)
        cls.repo.start()
        caller = Caller(cls.repo.address(), house().shared["GOCHAT_GRPC_TOKEN"])
        cls.addClassCleanup(caller.channel.close)
        cls.services = Services(caller)

    def call(self, method, /, **fields):
        return self.services.call("RepoService", method, **fields)

    def redis(self, *words):
        name, key, *rest = words
        return house().redis.tell(name, PREFIX + key, *rest)

    def sql(self, statement):
        return house().sql(statement, database=DATABASE)

    def statements(self):
        """What it has asked of tables since it started; what connections say for themselves is another matter."""
        marker = self.name_asked_for()

        def told():
            statements = [line["sql"] for line in self.repo.lines() if line.get("source") == "mysql"]
            # One line per statement, in their order: once the last one is there, all are.
            return sum(is_marker(sql) for sql in statements) >= marker and statements
        return [sql for sql in wait_until(told) if TABLES.search(sql) and not is_marker(sql)]

    def name_asked_for(self):
        type(self).markers += 1
        with self.assertRaises(grpc.RpcError):
            self.call("GetUserByUsername", username=unique())
        return self.markers

    def spent(self, act):
        before = len(self.statements())
        answer = act()
        return answer, self.statements()[before:]

    def person(self):
        return self.call("CreateUser", username=unique(), nickname="Ann", password="correct horse")

    def group_of(self, owner, *members):
        made = self.call("CreateGroup", group={"group": {"name": "climbers", "owner_id": owner.id, "max_members": 10,
                                                         "join_policy": "JOIN_POLICY_OPEN"},
                                               "member_ids": [one.id for one in members]})
        return made.head.group_id

    def say(self, chat, sender, text):
        return self.call("SaveMessage", message={
            "conversation_id": chat, "sender_id": sender.id, "client_msg_id": text, "type": "MESSAGE_TYPE_TEXT",
            "content": text})

    def chat_of(self, a, b):
        return self.call("CreateConversation", a=a.id, b=b.id).head.id

    def test_a_person_is_copied_when_somebody_asks_and_then_costs_no_sql(self):
        ann = self.person()
        self.assertEqual(self.sql(f"SELECT COUNT(*) FROM users WHERE id = {ann.id}"), ["1"])
        key = f"user_info:{ann.id}"
        self.assertEqual(self.redis("EXISTS", key), "0")
        first, sql = self.spent(lambda: self.call("GetUser", id=ann.id))
        self.assertEqual((first, len(sql)), (ann, 1))
        self.assertIn("users", sql[0])
        again, sql = self.spent(lambda: self.call("GetUser", id=ann.id))
        self.assertEqual((again, sql), (ann, []))
        self.assertTrue(0 < int(self.redis("TTL", key)) <= DAY)
        self.call("UpdateUser", id=ann.id, edit={"nickname": "Anna"})
        self.assertEqual(self.redis("EXISTS", key), "0")
        self.assertEqual(self.call("GetUser", id=ann.id).nickname, "Anna")

    def test_the_newest_messages_are_hot_and_older_ones_come_from_the_database(self):
        ann, bob = self.person(), self.person()
        chat = self.chat_of(ann, bob)
        key = f"hot_messages:{chat}"
        stored = self.say(chat, ann, "message 1")
        self.assertEqual(self.sql(f"SELECT seq_id FROM messages WHERE id = {stored.id}"), ["1"])
        self.assertEqual((self.redis("ZCOUNT", key, "1", "1"), self.redis("ZCARD", key)), ("1", "1"))
        self.assertIn("message 1", self.redis("ZRANGEBYSCORE", key, "1", "1"))
        for n in range(2, HOT + 2):
            self.say(chat, ann, f"message {n}")
        self.assertEqual((self.redis("ZCARD", key), self.redis("ZCOUNT", key, "1", "1")), (str(HOT), "0"))
        newest, sql = self.spent(lambda: self.call("GetMessages", conversation_id=chat, limit=50))
        self.assertEqual([one.seq for one in newest.messages], list(range(252, 302)))
        self.assertEqual(newest.messages[-1].content, f"message {HOT + 1}")
        self.assertTrue(newest.has_more)
        self.assertEqual(len(sql), 1, "the head alone")
        self.assertNotIn("seq_id <", sql[0])
        old, sql = self.spent(lambda: self.call("GetMessages", conversation_id=chat, before_seq=11, limit=50))
        self.assertEqual([one.seq for one in old.messages], list(range(1, 11)))
        self.assertTrue(any("seq_id <" in one for one in sql), sql)

    def test_a_recalled_message_is_hot_no_more(self):
        ann, bob = self.person(), self.person()
        chat = self.chat_of(ann, bob)
        for n in range(1, 4):
            self.say(chat, ann, f"secret {n}")
        self.call("GetMessages", conversation_id=chat)
        self.call("UpdateMessageStatus", conversation_id=chat, seq=2, user_id=ann.id, status="MESSAGE_STATUS_RECALLED")
        for _ in range(2):
            page = self.call("GetMessages", conversation_id=chat)
            self.assertEqual([one.recalled for one in page.messages], [False, True, False])
        self.assertNotIn('"content":"secret 2"', self.redis("ZRANGE", f"hot_messages:{chat}", "0", "-1"))

    def test_members_cost_no_sql_until_they_change(self):
        ann, bob, carol = (self.person() for _ in range(3))
        group = self.group_of(ann, bob)
        key = f"group_members:{group}"
        first = self.call("GetGroupMembers", id=group)
        self.assertEqual({row.user_id for row in first.rows}, {ann.id, bob.id})
        self.assertTrue(0 < int(self.redis("TTL", key)) <= HOUR)
        again, sql = self.spent(lambda: self.call("GetGroupMembers", id=group))
        self.assertEqual((again, sql), (first, []))
        _, sql = self.spent(lambda: self.call("GetGroupMembers", id=group, as_stored=True))
        self.assertEqual(len(sql), 1, f"who decides by it reads the database: {sql}")
        self.call("AddGroupMember", group_id=group, add={"actor_id": ann.id, "user_ids": [carol.id]})
        self.assertEqual(self.redis("EXISTS", key), "0")
        after = self.call("GetGroupMembers", id=group)
        self.assertEqual({row.user_id for row in after.rows}, {ann.id, bob.id, carol.id})
        self.assertEqual(self.redis("EXISTS", key), "1")

    def test_a_group_is_copied_until_it_changes(self):
        ann = self.person()
        group = self.group_of(ann)
        first = self.call("GetGroup", id=group)
        again, sql = self.spent(lambda: self.call("GetGroupInfo", id=group))
        self.assertEqual((again, sql), (first, []))
        self.call("UpdateGroup", group_id=group, edit={"actor_id": ann.id, "name": "hikers"})
        self.assertEqual(self.redis("EXISTS", f"conversation:group_{group}"), "0")
        self.assertEqual(self.call("GetGroup", id=group).name, "hikers")

    def test_seqs_are_proposed_and_the_database_decides(self):
        ann, bob = self.person(), self.person()
        chat = self.chat_of(ann, bob)
        key = f"conv_seq:{chat}"
        differed = self.repo.value("gochat_cache_seq_proposals_differed_total")
        self.assertEqual((self.say(chat, ann, "one").seq, self.redis("GET", key)), (1, "1"))
        self.redis("SET", key, "77")
        self.assertEqual((self.say(chat, bob, "two").seq, self.redis("GET", key)), (2, "2"))
        self.redis("DEL", key)
        self.assertEqual((self.say(chat, ann, "three").seq, self.redis("GET", key)), (3, "3"))
        self.say(chat, ann, "three")
        self.assertEqual(self.redis("GET", key), "3", "what was proposed for a duplicate is taken back")
        told = self.repo.value("gochat_cache_seq_proposals_differed_total")
        self.assertEqual(told - differed, 3)
        self.redis("SET", key, "no number")
        self.assertEqual((self.say(chat, ann, "four").seq, self.redis("GET", key)), (4, "4"))

    def test_a_list_of_a_thousand_costs_as_many_round_trips_as_one_of_ten(self):
        costs = []
        for count in (10, 1000):
            ann = self.person()
            self.sql("INSERT INTO conversations (id, type, user_lo, user_hi, created_at, updated_at) SELECT "
                     f"CONCAT('single_', LPAD(HEX({ann.id} + seq), 16, '0')), 1, seq, {ann.id}, 0, 0 "
                     f"FROM seq_1_to_{count}")
            for _ in range(2):
                before = self.repo.value("gochat_redis_commands_total")
                listed, sql = self.spent(lambda ann=ann: self.call("GetUserConversations", id=ann.id))
                self.assertEqual(len(listed.conversations), count)
                costs.append((len(sql), self.repo.value("gochat_redis_commands_total") - before))
        self.assertEqual(costs[:2], costs[2:])

    def test_a_list_is_whole_whatever_its_copy_says(self):
        ann, *others = (self.person() for _ in range(4))
        chats = {self.chat_of(ann, other) for other in others}
        key = f"user_conversations:{ann.id}"

        def listed():
            return {one.head.id for one in self.call("GetUserConversations", id=ann.id).conversations}

        self.assertEqual((listed(), self.redis("ZCARD", key)), (chats, "4"), "and the mark of a whole set")
        self.assertTrue(0 < int(self.redis("TTL", key)) <= HOUR)
        hits, wrong = (self.repo.count(what, "user_conversations") for what in ("hits", "wrong"))
        again, sql = self.spent(listed)
        self.assertEqual((again, len(sql)), (chats, 1))
        self.assertEqual(self.repo.count("hits", "user_conversations") - hits, 1)
        stranger = self.chat_of(others[0], others[1])
        for mangle in (lambda: self.redis("ZREM", key, min(chats)), lambda: self.redis("ZADD", key, "0", stranger),
                       lambda: self.redis("ZADD", key, "0", '"] not an id')):
            mangle()

            def whole_again():  # for a moment after a removal nothing is filled in
                self.assertEqual(listed(), chats)
                return self.redis("ZCARD", key) == "4"
            wait_until(whole_again)
        self.assertEqual(self.repo.count("wrong", "user_conversations") - wrong, 3)
        group = f"group_{self.group_of(others[0], ann)}"
        self.assertEqual(self.redis("EXISTS", key), "0")
        self.assertEqual(listed(), chats | {group})

    def test_what_is_not_there_is_remembered_for_half_a_minute(self):
        for method, key in (("GetUser", "user_info:{}"), ("GetGroupMembers", "group_members:{}"),
                            ("GetGroup", "conversation:group_{}")):
            nobody = time.time_ns()

            def ask(method=method, nobody=nobody):
                with self.assertRaises(grpc.RpcError) as caught:
                    self.call(method, id=nobody)
                self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)

            ask()
            self.assertEqual(self.spent(ask)[1], [], method)
            self.assertTrue(0 < int(self.redis("TTL", key.format(nobody))) <= 30)

    def test_a_copy_of_another_kind_or_of_somebody_else_is_deleted_and_counted(self):
        ann, bob = self.person(), self.person()
        key = f"user_info:{ann.id}"
        self.call("GetUser", id=bob.id)
        of_bob = self.redis("HGET", f"user_info:{bob.id}", "value")
        wrong = self.repo.count("wrong", "user_info")
        for value in ("{}", "not even JSON", of_bob):
            self.call("GetUser", id=ann.id)
            self.redis("HSET", key, "value", value)
            self.assertEqual(self.call("GetUser", id=ann.id), ann)
            self.assertIn(str(ann.id), self.redis("HGET", key, "value"))
        self.assertEqual(self.repo.count("wrong", "user_info") - wrong, 3)
        self.redis("DEL", key)
        self.redis("LPUSH", key, "a list")
        self.assertEqual(self.call("GetUser", id=ann.id), ann)
        self.assertEqual(self.redis("TYPE", key), "hash")

    def test_hot_messages_of_another_kind_or_history_are_deleted_and_counted(self):
        ann, bob = self.person(), self.person()
        chat = self.chat_of(ann, bob)
        key = f"hot_messages:{chat}"
        for n in range(1, 4):
            self.say(chat, ann, f"message {n}")
        wrong = self.repo.count("wrong", "hot_messages")
        whole = self.redis("ZRANGEBYSCORE", key, "3", "3")
        changes = [("3", re.sub(r'"id":\d+', '"id":1', whole)), ("3", "no message"), ("2", "no message"),
                   ("9", whole.replace('"seq":3', '"seq":9'))]
        for seq, text in changes:
            with self.subTest(seq=seq, text=text):
                self.redis("ZREMRANGEBYSCORE", key, seq, seq)
                self.redis("ZADD", key, seq, text)
                for _ in range(2):
                    page = self.call("GetMessages", conversation_id=chat)
                    self.assertEqual([one.content for one in page.messages], [f"message {n}" for n in range(1, 4)])
        self.assertEqual(self.repo.count("wrong", "hot_messages") - wrong, len(changes))


class Inboxes(Watching):
    async def test_a_single_message_raises_conv_seq_and_is_in_the_inbox_of_its_receiver(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        reader = await Timeline.login(bob)
        await reader.ask(PULL)
        await (await alice.socket()).say(chat, "hello")
        redis = house().redis
        self.assertEqual(redis.tell("GET", f"conv_seq:{chat}"), "1")
        self.assertEqual(redis.tell("ZCARD", f"hot_messages:{chat}"), "1")
        await self.until(lambda: f"{chat}:" in redis.tell("ZRANGE", f"im:inbox:{bob.id}", "0", "-1"))
