"""The existing browser front-end works unmodified: every line of docs/protocol/existing-front-end.md."""
import asyncio
import base64
import json

import aiohttp

from base import BlackBox
from client import Socket, WAIT_SECONDS, unique
from front_end import Failed, FrontEnd, ORIGIN, PAGE_SIZE


class FrontEndCase(BlackBox):
    async def tab(self, username=None):
        return await FrontEnd(self.session, self.url).register(username)

    async def friends(self):
        alice, bob = await self.tab(), await self.tab()
        chat = await alice.add_friend(bob)
        await bob.socket.take("conversation-update", lambda d: d["conversationId"] == chat)
        return alice, bob, chat

    async def assert_nothing_more(self, *tabs):
        """What the server had sent before it answers is all that comes; the front-end itself never pings."""
        for tab in tabs:
            await tab.socket.settle()
            self.assertEqual(tab.socket.seen("new-message"), [])

    async def assert_failed(self, status, call):
        with self.assertRaises(Failed) as caught:
            await call
        self.assertEqual(caught.exception.status, status, caught.exception.message)
        self.assertTrue(caught.exception.message)


class FrontEndSignIn(FrontEndCase):
    async def test_signing_in_loads_its_main_page(self):
        name = unique()
        await self.tab(name)
        tab = await FrontEnd(self.session, self.url).login(name)
        self.assertEqual((tab.user["username"], tab.user["isGuest"]), (name, False))
        self.assertIsInstance(tab.user["userId"], str)
        self.assertIn("avatar", tab.user)
        self.assertEqual(tab.online, {})

    async def test_a_reload_goes_on_with_the_stored_token(self):
        tab = await self.tab()
        before = tab.user
        await tab.reload()
        for member in ("userId", "username", "avatar", "isGuest"):
            self.assertEqual(tab.user[member], before[member], member)

    async def test_guests_come_in_by_the_same_door(self):
        tab = FrontEnd(self.session, self.url)
        tab.signed_in(await tab.request("POST", "/auth/guest", {"guestName": ""}))
        await tab.open_main_page()
        self.assertTrue(tab.user["isGuest"])
        self.assertEqual([c["conversationId"] for c in tab.conversations], ["world"])

    async def test_wrong_passwords_and_taken_names_carry_a_message(self):
        name = unique()
        await self.tab(name)
        nobody = FrontEnd(self.session, self.url)
        await self.assert_failed(401, nobody.request("POST", "/auth/login", {"username": name, "password": "wrong!"}))
        await self.assert_failed(409, nobody.request("POST", "/auth/register",
                                                     {"username": name, "password": "secret"}))

    def broken_tokens(self, token):
        head, claims, signature = token.split(".")
        payload = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        payload["exp"] = 1
        late = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
        return {"missing": None, "bad": "nonsense", "forged": f"{head}.{claims}.{'A' * len(signature)}",
                "edited": f"{head}.{late}.{signature}"}

    async def test_a_token_that_does_not_hold_is_401_and_never_403(self):
        tab = await self.tab()
        for kind, token in self.broken_tokens(tab.token).items():
            for method, path in (("GET", "/conversations"), ("GET", "/user/info"), ("GET", "/users/status/online"),
                                 ("PUT", "/conversations/world/read"), ("POST", "/friends"), ("POST", "/groups"),
                                 ("GET", "/conversations/world/messages?page=1&size=50")):
                with self.subTest(kind=kind, path=path):
                    broken = FrontEnd(self.session, self.url)
                    broken.token = token
                    # Its answer to the 401 is a logout with the same token, which has to succeed.
                    await self.assert_failed(401, broken.request(method, path, {} if method == "POST" else None))
                    self.assertIsNone(broken.token)

    async def test_a_logout_succeeds_whatever_the_token(self):
        tab = await self.tab()
        for token in (*self.broken_tokens(tab.token).values(), tab.token, tab.token):
            once_more = FrontEnd(self.session, self.url)
            once_more.token = token
            await once_more.logout()
        await self.ended(tab)

    async def ended(self, tab):
        """Another process may trust a sign-in that was ended for as long as it takes to hear of it."""
        with self.assertRaises(Failed) as caught:
            async with asyncio.timeout(WAIT_SECONDS):
                while True:
                    await tab.request("GET", "/conversations")
        self.assertEqual(caught.exception.status, 401)

    async def test_a_bad_token_is_refused_before_the_socket_opens(self):
        tab = await self.tab()
        for kind, token in self.broken_tokens(tab.token).items():
            with self.subTest(kind=kind), self.assertRaises(aiohttp.WSServerHandshakeError) as caught:
                await Socket.connect(self.session, self.url, f"/ws?token={token or ''}", {"Origin": ORIGIN})
            self.assertEqual(caught.exception.status, 401)

    async def test_the_browser_may_ask_and_may_read_the_errors(self):
        asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT",
                 "Access-Control-Request-Headers": "authorization,content-type"}
        status, headers, _ = await self.nobody.raw("OPTIONS", "/api/conversations/world/read", headers=asked)
        self.assertIn(status, (200, 204))
        self.assertIn("PUT", headers["Access-Control-Allow-Methods"])
        for name in ("Authorization", "Content-Type"):
            self.assertIn(name.lower(), headers["Access-Control-Allow-Headers"].lower())
        tab = await self.tab()
        for method, path, expected in (("GET", "/no/such", 404), ("POST", "/user/info", 405),
                                       ("POST", "/friends", 400), ("GET", "/conversations/group_1", 404)):
            # The tab checks the header of every answer.
            await self.assert_failed(expected, tab.request(method, path, {} if method == "POST" else None))


class FrontEndConversations(FrontEndCase):
    async def test_the_world_room_is_in_everyones_list(self):
        world = (await self.tab()).conversations[0]
        self.assertEqual((world["conversationId"], world["type"]), ("world", "world"))
        self.assertEqual((world["target"]["groupId"], world["target"]["groupName"]), ("world", "世界聊天室"))
        self.assertEqual(world["unreadCount"], 0)

    async def test_a_conversation_has_the_members_it_reads(self):
        alice, bob, chat = await self.friends()
        group = await alice.create_group("cooks", bob)
        await alice.say(chat, "to bob")
        await alice.say(group, "to the group")
        for tab, peer in ((alice, bob), (bob, alice)):
            single = await tab.listed(chat)
            self.assertEqual((single["type"], single["lastMessage"]), ("single", "to bob"))
            self.assertEqual((single["target"]["userId"], single["target"]["username"]),
                             (peer.user["userId"], peer.user["username"]))
            self.assertIn("avatar", single["target"])
            self.assertTrue(single["lastMessageTime"].endswith("Z"))
            many = await tab.listed(group)
            self.assertEqual((many["type"], many["lastMessage"]), ("group", "to the group"))
            self.assertEqual((many["target"]["groupName"], many["target"]["memberCount"]), ("cooks", 2))
            self.assertIsInstance(many["target"]["groupId"], str)
            for one in (single, many):
                self.assertRegex(one["conversationId"], r"^[A-Za-z0-9_-]+$")

    async def test_the_order_of_the_list_is_world_then_the_newest_message(self):
        alice, bob, chat = await self.friends()
        group = await alice.create_group("order", bob)
        for last, expected in ((group, [group, chat]), (chat, [chat, group])):
            await alice.say(last, "now this one")
            listed = await alice.request("GET", "/conversations")
            self.assertEqual([c["conversationId"] for c in listed], ["world", *expected])

    async def test_adding_a_friend_shows_the_conversation_at_once_on_both_sides(self):
        alice, bob = await self.tab(), await self.tab()
        chat = await alice.add_friend(bob)
        frame = await bob.socket.take("conversation-update", lambda d: d["conversationId"] == chat)
        self.assertEqual(frame["type"], "conversation-update")
        self.assertEqual(frame["updates"]["target"]["userId"], alice.user["userId"])
        self.assertEqual((await bob.listed(chat))["conversationId"], chat)
        self.assertEqual(await bob.request("GET", "/users/status/online"), {alice.user["userId"]: True})
        await bob.say(chat, "we are friends at once")
        self.assertEqual((await alice.next_message(chat))["content"], "we are friends at once")

    async def test_oneself_unknown_people_and_friends_cannot_be_added(self):
        alice, bob, _ = await self.friends()
        for friend, expected in ((alice.user["userId"], 400), ("1", 404), (bob.user["userId"], 409)):
            await self.assert_failed(expected, alice.request("POST", "/friends", {"friendId": friend}))

    async def test_creating_a_group_shows_it_at_once_to_every_member(self):
        alice, bob, carol = [await self.tab() for _ in range(3)]
        group = await alice.create_group("three", bob, carol)
        for tab in (bob, carol):
            frame = await tab.socket.take("conversation-update", lambda d: d["conversationId"] == group)
            self.assertEqual((frame["updates"]["target"]["groupName"], frame["updates"]["target"]["memberCount"]),
                             ("three", 3))
        await carol.say(group, "hello all")
        for tab in (alice, bob):
            self.assertEqual((await tab.next_message(group))["content"], "hello all")

    async def test_unread_counts_the_messages_of_others_only(self):
        alice, bob, chat = await self.friends()
        group = await alice.create_group("unread", bob)
        for place in (chat, group):
            for n in range(3):
                await alice.say(place, f"to bob {n}")
            self.assertEqual((await alice.listed(place))["unreadCount"], 0)
            self.assertEqual((await bob.listed(place))["unreadCount"], 3)
            await bob.open_conversation(place)
            self.assertEqual((await bob.listed(place))["unreadCount"], 0)
            await bob.say(place, "an answer")
            self.assertEqual((await bob.listed(place))["unreadCount"], 0)
            self.assertEqual((await alice.listed(place))["unreadCount"], 1)

    async def test_marking_as_read_needs_no_body_and_succeeds_everywhere(self):
        alice, bob, chat = await self.friends()
        group = await alice.create_group("read", bob)
        for place in (chat, group, "world"):
            self.assertIsInstance(await bob.open_conversation(place), list)

    async def test_the_first_page_is_the_newest_block_oldest_first(self):
        alice, bob, chat = await self.friends()
        total = 2 * PAGE_SIZE + 7
        said = [f"m{n}" for n in range(total)]
        for content in said:
            await self.person_says(alice, chat, content)
        pages = [await bob.page(chat, n) for n in (1, 2, 3, 4, 40)]
        texts = [[m["content"] for m in page] for page in pages]
        self.assertEqual(texts[0], said[-PAGE_SIZE:])
        self.assertEqual(texts[1], said[-2 * PAGE_SIZE:-PAGE_SIZE])
        self.assertEqual(texts[2], said[:7])
        self.assertEqual(texts[3:], [[], []])

    async def person_says(self, tab, place, content):
        while True:
            try:
                return await tab.request("POST", f"/conversations/{place}/messages",
                                         {"content": content, "type": "text"})
            except Failed as refused:
                self.assertEqual(refused.status, 429)
                await asyncio.sleep(0.2)

    async def test_a_page_that_is_exactly_full_is_followed_by_an_empty_one(self):
        alice, bob, chat = await self.friends()
        for n in range(PAGE_SIZE):
            await self.person_says(alice, chat, f"m{n}")
        self.assertEqual(len(await bob.page(chat, 1)), PAGE_SIZE)
        self.assertEqual(await bob.page(chat, 2), [])
        self.assertEqual(await bob.page("world", 1_000_000), [])


class FrontEndMessages(FrontEndCase):
    async def test_a_message_is_acknowledged_by_its_temp_id(self):
        alice, bob, chat = await self.friends()
        temp = await alice.send(chat, "hello")
        ack = await alice.acknowledged(temp)
        self.assertEqual(ack["tempMessageId"], temp)
        self.assertTrue(ack["messageId"])
        message = await bob.next_message(chat)
        self.assertEqual((message["content"], message["type"], message["conversationId"]), ("hello", "text", chat))
        for member in ("messageId", "senderId", "senderName", "sendTime"):
            self.assertTrue(message[member], member)

    async def test_own_messages_are_known_by_the_equality_of_two_strings(self):
        alice, bob, chat = await self.friends()
        await alice.say(chat, "mine")
        pushed = await bob.next_message(chat)
        self.assertIs(type(pushed["senderId"]), str)
        self.assertEqual(pushed["senderId"], alice.user["userId"])
        self.assertFalse(bob.is_own(pushed))
        read = (await alice.open_conversation(chat))[0]
        self.assertTrue(alice.is_own(read))
        self.assertEqual((read["messageId"], read["content"]), (pushed["messageId"], "mine"))

    async def test_each_connection_gets_a_message_once_and_in_order(self):
        alice, bob, chat = await self.friends()
        second = FrontEnd(self.session, self.url)
        second.signed_in({"token": bob.token, "user": bob.user})
        await second.open_main_page()
        said = [f"n{n}" for n in range(40)]
        for temp in [await alice.send(chat, content) for content in said]:
            await alice.acknowledged(temp)
        for tab in (bob, second):
            self.assertEqual(await tab.shows(chat, *said), said)
        await self.assert_nothing_more(alice, bob, second)

    async def test_history_holds_a_message_no_later_than_its_push(self):
        alice, bob, chat = await self.friends()
        for n in range(10):
            await alice.send(chat, f"m{n}")
            pushed = await bob.next_message(chat)
            self.assertEqual((await bob.page(chat, 1))[-1]["messageId"], pushed["messageId"])

    async def test_the_world_room_reaches_everyone_but_the_sender(self):
        alice, bob = await self.tab(), await self.tab()
        content = unique("to the world ")
        await alice.say("world", content)
        pushed = await bob.socket.take("new-message", lambda d: d["message"]["content"] == content)
        self.assertEqual(pushed["conversationId"], "world")
        await alice.socket.settle()
        self.assertNotIn(content, [d["message"]["content"] for d in alice.socket.seen("new-message")])
        self.assertEqual((await bob.listed("world"))["unreadCount"], 0)

    async def test_a_refused_message_is_an_error_frame_and_no_ack(self):
        alice, bob = await self.tab(), await self.tab()
        temp = await alice.send("group_1", "to strangers")
        error = await alice.socket.take("error", lambda d: d["tempMessageId"] == temp)
        self.assertFalse(error["retryable"])
        await alice.socket.settle()
        self.assertEqual(alice.socket.seen_stored(), [])
        await self.assert_nothing_more(bob)

    async def test_a_removed_member_gets_nothing_more(self):
        alice, bob = await self.tab(), await self.tab()
        group = await alice.create_group("removal", bob)
        group_id = (await alice.listed(group))["target"]["groupId"]
        await alice.say(group, "before")
        self.assertEqual(await bob.shows(group, "before"), ["before"])
        await alice.request("DELETE", f"/groups/{group_id}/members/{bob.user['userId']}")
        await alice.say(group, "after")
        await self.assert_nothing_more(bob)
        self.assertNotIn(group, [c["conversationId"] for c in await bob.request("GET", "/conversations")])
