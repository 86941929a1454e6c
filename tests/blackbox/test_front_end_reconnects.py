"""What the existing browser front-end is pushed after its socket broke: it asks for nothing itself."""
import asyncio

from client import unique
from front_end import FrontEnd
from process import Alone
from test_front_end import FrontEndCase

MISSED_MAX = 200  # docs/limits.md: missed_messages_max


class ReconnectCase(FrontEndCase):
    async def shows_exactly(self, tab, sender, chat, *contents):
        """These are pushed on this connection, in this order, then what is said now, and nothing else."""
        marker = unique("and then ")
        await sender.say(chat, marker)
        came = []
        while came[-1:] != [marker]:
            came.append((await tab.next_message(chat))["content"])
        await tab.socket.settle()
        came += [d["message"]["content"] for d in tab.socket.seen("new-message") if d["conversationId"] == chat]
        self.assertEqual(came, [*contents, marker])

    async def second_tab(self, tab):
        second = FrontEnd(self.session, self.url)
        second.url = tab.url  # what a tab was sent is known at once only where it is connected
        second.signed_in({"token": tab.token, "user": tab.user})
        await second.open_main_page()
        return second


class FrontEndReconnects(ReconnectCase):
    async def test_after_a_cut_it_is_pushed_what_it_missed(self):
        alice, bob, chat = await self.friends()
        group = await alice.create_group("missed", bob)
        await bob.socket.take("conversation-update", lambda d: d["conversationId"] == group)
        await alice.say(chat, "seen")
        await bob.next_message(chat)
        await bob.socket.told_all()
        bob.socket.cut()
        missed = [f"missed {n}" for n in range(7)]
        world = unique("world ")
        for content in missed:
            await alice.say(chat, content)
        await alice.say(group, "in the group")
        await alice.say("world", world)
        await bob.connect()
        await self.shows_exactly(bob, alice, chat, *missed)
        await self.shows_exactly(bob, alice, group, "in the group")
        pushed = await bob.socket.take("new-message", lambda d: d["message"]["content"] == world)
        self.assertEqual(pushed["conversationId"], "world")

    async def test_what_it_was_pushed_after_a_cut_is_not_pushed_again(self):
        alice, bob, chat = await self.friends()
        bob.socket.cut()
        await alice.say(chat, "once")
        await bob.connect()
        await bob.next_message(chat)
        await bob.socket.told_all()
        bob.socket.cut()
        await bob.connect()
        await self.shows_exactly(bob, alice, chat)

    async def test_of_a_long_absence_it_is_pushed_the_newest(self):
        tabs = [await self.tab() for _ in range(5)]
        bob, *others = tabs
        group = await bob.create_group("many", *others)
        bob.socket.cut()

        async def say_many(tab):
            for temp in [await tab.send(group, unique("m")) for _ in range(MISSED_MAX // 4 + 5)]:
                await tab.acknowledged(temp)
        await asyncio.gather(*[say_many(tab) for tab in others])
        page = [m["content"] for n in range(5, 0, -1) for m in await bob.page(group, n)]
        self.assertGreater(len(page), MISSED_MAX)
        await bob.connect()
        await self.shows_exactly(bob, others[0], group, *page[-MISSED_MAX:])

    async def test_a_half_open_socket_loses_nothing(self):
        alice, bob, chat = await self.friends()
        await alice.say(chat, "seen")
        await bob.next_message(chat)
        await bob.socket.told_all()
        dead = bob.socket
        dead.freeze()
        missed = [f"into the void {n}" for n in range(20)]
        for content in missed:
            await alice.say(chat, content)
        await bob.connect()
        await self.shows_exactly(bob, alice, chat, *missed)
        # The next one goes on from there, not from the dead one, which is open still.
        await bob.socket.told_all()
        bob.socket.cut()
        await alice.say(chat, "newest")
        await bob.connect()
        await self.shows_exactly(bob, alice, chat, "newest")
        dead.cut()

    async def test_a_send_into_a_socket_that_broke_is_answered_on_the_next(self):
        alice, bob, chat = await self.friends()
        bob.socket.freeze()
        dead = bob.socket
        temp = await bob.send(chat, "is this there?")
        await alice.next_message(chat)
        await bob.connect()
        ack = await bob.acknowledged(temp)
        self.assertEqual(ack["status"], "stored")
        await self.shows_exactly(bob, alice, chat)
        self.assertEqual(bob.socket.seen_stored(), [])
        dead.cut()

    async def test_a_send_that_was_refused_meanwhile_ends_in_its_refusal(self):
        _, bob, _ = await self.friends()
        bob.socket.freeze()
        dead = bob.socket
        temp = await bob.send("group_1", "to strangers")
        # A read of the same server that starts after the send was taken.
        await bob.request("GET", "/conversations")
        await bob.connect()
        error = await bob.socket.take("error", lambda d: d["tempMessageId"] == temp)
        self.assertEqual((error["code"], error["retryable"]), ("NOT_FOUND", False))
        dead.cut()

    async def test_two_tabs_of_one_sign_in_each_get_everything_once(self):
        alice, bob, chat = await self.friends()
        await alice.say(chat, "before")
        await bob.next_message(chat)
        await bob.socket.told_all()
        second = await self.second_tab(bob)
        await self.shows_exactly(second, alice, chat)
        await bob.next_message(chat)
        await bob.socket.told_all()
        bob.socket.cut()
        await alice.say(chat, "one")
        self.assertEqual((await second.next_message(chat))["content"], "one")
        await bob.connect()
        await self.shows_exactly(bob, alice, chat, "one")
        await second.next_message(chat)
        await self.shows_exactly(second, alice, chat)

    async def test_a_conversation_that_began_meanwhile_comes_before_its_messages(self):
        alice, bob = await self.tab(), await self.tab()
        bob.socket.cut()
        chat = await alice.add_friend(bob)
        group = await alice.create_group("new", bob)
        await alice.say(chat, "hello")
        await alice.say(group, "welcome")
        await bob.connect()
        for place, content in ((chat, "hello"), (group, "welcome")):
            await self.shows_exactly(bob, alice, place, content)
            kinds = [f["type"] for f in bob.socket.everything if f["data"].get("conversationId") == place]
            self.assertEqual(kinds[:2], ["conversation-update", "new-message"])

    async def test_messages_that_come_during_a_handover_keep_their_order(self):
        tabs = [await self.tab() for _ in range(4)]
        bob, *others = tabs
        group = await bob.create_group("handover", *others)
        connections = []

        async def say_many(tab):
            for _ in range(40):
                await tab.say(group, unique("m"))
        talking = asyncio.gather(*[say_many(tab) for tab in others])
        while not talking.done():
            await bob.next_message(group)
            bob.socket.cut()
            connections.append(bob.socket)
            await bob.connect()
        await talking
        await others[0].say(group, "the last")
        await bob.socket.take("new-message", lambda d: d["message"]["content"] == "the last")
        last = (await bob.page(group, 1))[-1]["seqId"]
        connections.append(bob.socket)
        reached = 0
        for socket in connections:
            seqs = [f["data"]["message"]["seqId"] for f in socket.everything if f["type"] == "new-message"
                    and f["data"]["conversationId"] == group]
            if not seqs:
                continue
            self.assertEqual(seqs, list(range(seqs[0], seqs[-1] + 1)))
            self.assertLessEqual(seqs[0], reached + 1)
            reached = max(reached, seqs[-1])
        self.assertEqual(reached, last)

    async def test_a_reload_begins_anew(self):
        alice, bob, chat = await self.friends()
        await bob.socket.ws.close(code=1001)
        await alice.say(chat, "in the list")
        await bob.reload()
        self.assertEqual((await bob.listed(chat))["unreadCount"], 1)
        await self.shows_exactly(bob, alice, chat)

    async def test_clients_that_sync_are_not_pushed_what_they_ask_for(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        witness = await bob.socket("gochat.v1.json")
        for subprotocol in (None, "gochat.v1.json"):
            with self.subTest(subprotocol=subprotocol):
                socket = await bob.socket(subprotocol, token_in_url=True)
                await socket.sync()
                socket.cut()
                words = unique("to be asked for ")
                await alice.say(chat, words)
                await witness.message(words)  # it has passed bob's gateway, and nobody else is pushed it
                socket = await bob.socket(subprotocol, token_in_url=True)
                await socket.settle()
                self.assertEqual(socket.seen("new-message"), [])


class FrontEndOutlivesRestarts(Alone, ReconnectCase):
    keep_alive = False

    async def restart_under(self, bob, end):
        """The server ends and comes back while the front-end makes its three tries."""
        coming_back = asyncio.create_task(bob.reconnect())
        await asyncio.to_thread(end)
        await asyncio.to_thread(self.server.start)
        await coming_back

    async def prepared(self):
        """Bob has read `seen`; `missed` was said when his socket was cut already."""
        alice, bob, chat = await self.friends()
        await alice.say(chat, "seen")
        await bob.next_message(chat)
        await bob.socket.told_all()
        bob.socket.cut()
        await alice.say(chat, "missed")
        return alice, bob, chat

    async def test_a_restart_shows_everything_and_nothing_twice(self):
        alice, bob, chat = await self.prepared()
        await self.restart_under(bob, self.server.terminate)
        await alice.connect()
        await self.shows_exactly(bob, alice, chat, "missed")

    async def test_a_restart_closes_open_sockets_and_keeps_what_they_read(self):
        alice, bob, chat = await self.friends()
        await alice.say(chat, "seen")
        await bob.next_message(chat)
        await bob.socket.told_all()
        await self.restart_under(bob, self.server.terminate)
        await alice.connect()
        await self.shows_exactly(bob, alice, chat)

    async def test_kill_9_loses_nothing_and_keeps_the_order(self):
        alice, bob, chat = await self.prepared()
        await self.restart_under(bob, self.server.kill)
        await alice.connect()
        # What was read within the last seconds may come again, and then in its place.
        first = (await bob.next_message(chat))["content"]
        self.assertIn(first, ("seen", "missed"))
        await self.shows_exactly(bob, alice, chat, *(["missed"] if first == "seen" else []))
