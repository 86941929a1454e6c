"""Catching up: pages, cursors, sync, lists and unread counts."""
import asyncio

from base import BlackBox
from client import Refused, unique


class History(BlackBox):
    async def chat_of(self, count):
        alice, bob = await self.people(2)
        a = await alice.socket()
        chat = await alice.single_with(bob)
        for n in range(1, count + 1):
            await a.say(chat, f"m{n}")
        return alice, bob, chat, a

    async def test_pages_by_seq(self):
        _, bob, chat, _ = await self.chat_of(12)
        page = await bob.history(chat, limit=5)
        self.assertEqual([m["seqId"] for m in page["messages"]], [8, 9, 10, 11, 12])
        self.assertTrue(page["hasMore"])
        page = await bob.history(chat, beforeSeq=8, limit=5)
        self.assertEqual([m["seqId"] for m in page["messages"]], [3, 4, 5, 6, 7])
        page = await bob.history(chat, afterSeq=9, limit=5)
        self.assertEqual([m["seqId"] for m in page["messages"]], [10, 11, 12])
        self.assertEqual((page["upToSeq"], page["hasMore"]), (12, False))
        page = await bob.history(chat, afterSeq=99)
        self.assertEqual((page["messages"], page["hasMore"]), ([], False))

    async def test_pages_by_number(self):
        _, bob, chat, _ = await self.chat_of(12)
        path = f"/api/conversations/{chat}/messages"
        seqs = lambda page: [m["seqId"] for m in page]
        self.assertEqual(seqs(await bob.get(f"{path}?page=1&size=5")), [8, 9, 10, 11, 12])
        self.assertEqual(seqs(await bob.get(f"{path}?page=2&size=5")), [3, 4, 5, 6, 7])
        self.assertEqual(seqs(await bob.get(f"{path}?page=3&size=5")), [1, 2])
        self.assertEqual(await bob.get(f"{path}?page=4&size=5"), [])
        self.assertEqual(seqs(await bob.get(path)), list(range(1, 13)))

    async def test_pages_have_their_bounds(self):
        _, bob, chat, _ = await self.chat_of(1)
        for query in ("limit=0", "limit=101", "limit=-1", "limit=x", "page=0", "size=0", "size=101", "beforeSeq=-1"):
            await self.assert_refused("INVALID_PARAMS", bob.get(f"/api/v1/conversations/{chat}/messages?{query}"), 400)
        await bob.get(f"/api/v1/conversations/{chat}/messages?limit=100")

    async def test_a_pull_over_the_socket(self):
        _, bob, chat, _ = await self.chat_of(7)
        b = await bob.socket()
        page = await b.pull(chat, afterSeq=4)
        self.assertEqual([m["seqId"] for m in page["messages"]], [5, 6, 7])
        self.assertEqual((page["upToSeq"], page["hasMore"], page["voids"]), (7, False, []))
        page = await b.pull(chat, beforeSeq=4, limit=2)
        self.assertEqual([m["seqId"] for m in page["messages"]], [2, 3])
        self.assertEqual(page["fromSeq"], 2)

    async def test_what_was_missed_arrives_by_sync(self):
        alice, bob, chat, a = await self.chat_of(3)
        b = await bob.socket()
        found, epoch = await b.sync()
        self.assertEqual([m["seqId"] for m in found[chat]["messages"]], [1, 2, 3])
        self.assertEqual((found[chat]["unreadCount"], found[chat]["lastSeq"]), (3, 3))
        await b.close()
        for n in range(4, 130):
            await self.say_within_the_rate(alice if n % 2 else a, chat, f"m{n}")
        b = await bob.socket()
        found, _ = await b.sync(epoch=epoch, cursors={chat: [3, found[chat]["eventNo"]]})
        self.assertEqual([m["seqId"] for m in found[chat]["messages"]], list(range(4, 130)))
        found, _ = await b.sync(epoch=epoch, cursors={chat: [129, 0]})
        self.assertNotIn(chat, found)
        found, _ = await b.sync(epoch="another", cursors={chat: [129, 0]})
        self.assertEqual(found[chat]["messages"][-1]["seqId"], 129)

    async def say_within_the_rate(self, by, chat, content):
        """Says it again, after the time that the refusal tells, until it is stored."""
        while True:
            try:
                return await by.say(chat, content)
            except Refused as refused:
                self.assertEqual(refused.code, "RATE_LIMITED")
                await asyncio.sleep(refused.body["retryAfterMs"] / 1000)

    async def test_events_have_their_place(self):
        alice, bob, carol = await self.people(3)
        a = await alice.socket()
        group = await alice.group_with(bob)
        await a.say(group, "one")
        await alice.post(f"/api/v1/groups/{group[6:]}/members", {"members": [carol.id]})
        await a.say(group, "two")
        page = await a.pull(group, afterSeq=0, afterEvent=0)
        joins = [(e["eventNo"], e["atSeq"]) for e in page["events"] if e["kind"] == "join" and e["userId"] == carol.id]
        self.assertEqual([at for _, at in joins], [1])
        numbers = [e["eventNo"] for e in page["events"]]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertEqual(page["eventNo"], numbers[-1])

    async def test_the_mark_rises_with_messages_and_says_what_is_missed(self):
        alice, bob, chat, a = await self.chat_of(2)
        b = await bob.socket()

        async def mark():
            await b.send("ping", {})
            return (await b.take("pong"))["mark"]
        before = await mark()
        self.assertEqual(before, 2)
        await a.say(chat, "third")
        self.assertEqual(await mark(), before + 1)


class Lists(BlackBox):
    async def test_a_conversation_in_the_list(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        await alice.say(chat, "latest")
        listed = await bob.get("/api/conversations")
        self.assertEqual(listed[0]["conversationId"], "world")
        self.assertEqual(listed[0]["target"]["groupName"], "世界聊天室")
        self.assertEqual(listed[0]["target"]["groupId"], "world")
        one = next(o for o in listed if o["conversationId"] == chat)
        self.assertEqual((one["type"], one["target"]["userId"], one["target"]["username"]),
                         ("single", alice.id, alice.name))
        self.assertEqual((one["lastMessage"], one["unreadCount"], one["lastSeq"], one["readSeq"]), ("latest", 1, 1, 0))
        self.assertRegex(one["lastMessageTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    async def test_the_order_is_by_the_last_message(self):
        alice, bob, carol = await self.people(3)
        first, second = await alice.single_with(bob), await alice.single_with(carol)
        await alice.say(first, "1")
        await alice.say(second, "2")
        order = [o["conversationId"] for o in await alice.get("/api/v1/conversations")]
        self.assertLess(order.index(second), order.index(first))
        await alice.say(first, "3")
        order = [o["conversationId"] for o in await alice.get("/api/v1/conversations")]
        self.assertLess(order.index(first), order.index(second))

    async def test_unread_counts_the_messages_of_others(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        for n in range(3):
            await alice.say(chat, f"{n}")
        self.assertEqual((await alice.conversation(chat))["unreadCount"], 0)
        unread = await bob.get("/api/v1/messages/unread")
        self.assertEqual((unread["total"], unread["conversations"][0]["unreadCount"]), (3, 3))
        self.assertEqual((await bob.put(f"/api/v1/conversations/{chat}/read", {"seqId": 2}))["unreadCount"], 1)
        self.assertEqual((await bob.put(f"/api/v1/conversations/{chat}/read", {"seqId": 1}))["unreadCount"], 1)
        status, _, answer = await bob.raw("PUT", f"/api/conversations/{chat}/read")
        self.assertEqual((status, answer["data"]["unreadCount"]), (200, 0))
        self.assertEqual((await bob.get("/api/v1/messages/unread"))["total"], 0)
        await bob.say(chat, "mine")
        self.assertEqual((await bob.conversation(chat))["unreadCount"], 0)

    async def test_many_are_marked_read_at_once(self):
        alice, bob, carol = await self.people(3)
        chats = [await alice.single_with(bob), await carol.single_with(bob), await alice.group_with(bob)]
        device = await bob.socket()
        for chat, writer in zip(chats, (alice, carol, alice)):
            await writer.say(chat, "hello")
        self.assertEqual((await bob.get("/api/v1/messages/unread"))["total"], 3)
        await bob.put("/api/v1/conversations/read", {"conversationIds": chats[:2]})
        for chat in chats[:2]:
            told = await device.take("read", lambda d: d["conversationId"] == chat)
            self.assertEqual((told["userId"], told["readSeq"]), (bob.id, 1))
        left = await bob.get("/api/v1/messages/unread")
        self.assertEqual([one["conversationId"] for one in left["conversations"]], chats[2:])
        await bob.put("/api/v1/conversations/read", {"all": True})
        self.assertEqual(await bob.get("/api/v1/messages/unread"), {"total": 0, "conversations": []})

    async def test_world_can_be_marked_read(self):
        person = await self.person()
        await person.say("world", unique("w"))
        await person.put("/api/conversations/world/read")
        self.assertEqual((await person.conversation("world"))["unreadCount"], 0)

    async def test_settings_are_ones_own(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        self.assertTrue((await alice.put(f"/api/v1/conversations/{chat}", {"muted": True, "pinned": True}))["muted"])
        self.assertFalse((await bob.conversation(chat))["muted"])
        self.assertTrue((await alice.conversation(chat))["pinned"])

    async def test_opening_twice_opens_once(self):
        alice, bob = await self.people(2)
        self.assertEqual(await alice.single_with(bob), await bob.single_with(alice))
        with_oneself = alice.post("/api/v1/conversations", {"targetUserId": alice.id})
        await self.assert_refused("INVALID_PARAMS", with_oneself, 400)
        with self.assertRaises(AssertionError):
            await alice.post("/api/v1/conversations", {"targetUserId": "4711"})
