"""Keys of Redis that hold what nobody of ours put there: deleted and counted, or passed by; never believed."""
import asyncio

import aiohttp

from client import Refused, Socket
from cluster.bad_days.bad_day import BadDay
from cluster.whole import house

# Every family of keys, by what tells the keys of these people apart.
READ = ["ticket:{ticket}", "user_info:{alice}", "conversation:{room}", "group_members:{group}",
        "user_conversations:{bob}", "{{user_conversations:{bob}}}:version", "limit:login:account:{name}",
        "limit:login:address:127.0.0.1"]
# These are written whenever people live.
WRITTEN = ["session_gateways", "user_session:{bob}", "session_tail:{session}", "im:inbox:{bob}", "conv_seq:{chat}",
           "hot_messages:{chat}", "online_users", "online_users_count", "limit:send:{alice}"]
# Each gets a type that none of the families has, or what fits no value of it.
OTHER_TYPE = "redis.call('DEL', KEYS[1]) redis.call('XADD', KEYS[1], '*', 'a', 'b') return redis.status_reply('OK')"
OTHER_VALUE = """
local kind = redis.call('TYPE', KEYS[1])['ok']
if kind == 'hash' then
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do redis.call('HSET', KEYS[1], field, 'no value') end
  redis.call('HSET', KEYS[1], 'no field', 'no value')
elseif kind == 'zset' then redis.call('ZADD', KEYS[1], 5, 'no member')
elseif kind == 'set' then redis.call('SADD', KEYS[1], 'no member')
else redis.call('SET', KEYS[1], 'no value') end
return redis.status_reply('OK')"""


class ForeignValues(BadDay):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.alice, self.bob = await self.people(2)
        self.chat = await self.alice.single_with(self.bob)
        self.room = await self.alice.group_with(self.bob)
        self.talks = await self.alice.socket()
        self.said = 0
        await self.live(self.bob)

    async def live(self, bob):
        """What touches the families of keys; its answers are those of every other day."""
        socket = await bob.socket(subprotocol=None)
        self.said += 1
        for place in (self.chat, self.room):
            text = f"{place} {self.said}"
            self.assertEqual((await self.talks.say(place, text))["seqId"], self.said)
            await socket.message(text)
            self.assertEqual(len((await bob.history(place))["messages"]), self.said)
            self.assertEqual((await bob.conversation(place))["unreadCount"], self.said)
        self.assertTrue((await self.alice.get("/api/users/status/online"))[bob.id])
        listed = {one["conversationId"] for one in await bob.get("/api/v1/conversations")}
        self.assertLessEqual({self.chat, self.room}, listed)
        await self.nobody.post("/api/v1/auth/login", {"username": bob.name, "password": bob.password})
        socket.cut()

    async def plant(self, script):
        ticket = (await self.bob.post("/api/v1/auth/ticket"))["ticket"]
        names = {"alice": self.alice.id, "bob": self.bob.id, "session": self.bob.session_id, "chat": self.chat,
                 "room": self.room, "group": self.room.removeprefix("group_"), "ticket": ticket, "name": self.bob.name}
        keys = {family: family.format(**names) for family in READ + WRITTEN}
        for key in keys.values():
            self.assertEqual(await asyncio.to_thread(house().redis.tell, "EVAL", script, "1", key), "OK")
        return ticket, keys

    async def refuses(self, ticket):
        with self.assertRaises(aiohttp.WSServerHandshakeError) as refused:
            await Socket.connect(self.session, self.bob.url, f"/ws?token={ticket}")
        self.assertEqual(refused.exception.status, 401)

    async def wrong_types(self):
        return await self.measured(house().processes, "gochat_redis_wrong_type_total")

    async def test_keys_of_another_type_are_deleted_and_counted(self):
        before = await self.wrong_types()
        ticket, keys = await self.plant(OTHER_TYPE)
        await self.refuses(ticket)
        await self.live(self.bob)
        for family in WRITTEN:
            with self.subTest(family=family):
                await self.until(lambda key=keys[family]: house().redis.tell("TYPE", key) != "stream")
        self.assertGreaterEqual(await self.wrong_types() - before, len(WRITTEN))
        await self.still_up()

    async def test_values_that_cannot_be_read_are_passed_by(self):
        ticket, _ = await self.plant(OTHER_VALUE)
        await self.refuses(ticket)
        await self.live(self.bob)
        await self.still_up()

    async def test_rows_of_no_known_kind_hurt_nobody_else(self):
        rows = {"messages": (f"conversation_id = '{self.chat}'", "message_type", "status"),
                "conversations": (f"id = '{self.room}'", "type"),
                "group_members": (f"user_id = {self.bob.id}", "role"),
                "users": (f"id = {self.bob.id}", "status", "role")}
        for table, (where, *columns) in rows.items():
            for column in columns:
                before, *_ = house().sql(f"SELECT {column} FROM {table} WHERE {where}")
                house().sql(f"UPDATE {table} SET {column} = 200 WHERE {where}")
                try:
                    await self.answered(f"{table}.{column}")
                finally:
                    house().sql(f"UPDATE {table} SET {column} = {before} WHERE {where}")
        await self.live(self.bob)
        await self.still_up()

    async def answered(self, what):
        """Whatever the answer is, there is one."""
        signing_in = {"username": self.bob.name, "password": self.bob.password}
        calls = [lambda: self.bob.history(self.chat), lambda: self.bob.history(self.room),
                 lambda: self.bob.conversation(self.room), lambda: self.bob.get("/api/v1/conversations"),
                 lambda: self.alice.get(f"/api/v1/groups/{self.room.removeprefix('group_')}/members"),
                 lambda: self.nobody.post("/api/v1/auth/login", signing_in)]
        for n, call in enumerate(calls):
            with self.subTest(what=what, call=n):
                try:
                    await call()
                except Refused as refused:
                    self.assertIn("code", refused.body)

    async def still_up(self):
        await self.works()
        for process in house().processes:
            self.assertTrue(process.running(), process.name)
