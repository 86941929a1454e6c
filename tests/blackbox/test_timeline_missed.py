"""What somebody who speaks the staged plan's dialect missed: pushed when they log in, pulled, acknowledged."""
from base import BlackBox
from client import Person
from process import Alone
from timeline import ACK, CHAT, LOGIN, PULL, Timeline


class Missed(BlackBox):
    async def test_what_was_said_while_somebody_was_cut_comes_when_they_log_in_again(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await Timeline.login(alice), await Timeline.login(bob)
        await a.say(chat, "before")
        push = await b.push("before")
        await b.ask(ACK, {"conversation_id": chat}, seq=push["seq"])
        b.cut()
        for n in range(5):
            await a.say(chat, f"while bob was away {n}")
        back = await Timeline.login(bob)
        await a.say(chat, "after")
        await back.take(lambda p: p["cmd"] == CHAT and p["payload"].get("content") == "after")
        missed = [(p["seq"], p["payload"]["content"], p["payload"]["sender_id"]) for p in back.pushes()]
        self.assertEqual(missed, [(n + 2, f"while bob was away {n}", alice.id) for n in range(5)])
        await back.settle()
        self.assertEqual(len(back.pushes()), 5)

    async def test_it_comes_in_a_classic_socket_too(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await Timeline.login(alice), await bob.socket()
        await a.say(chat, "before")
        seen = await b.message("before")
        b.cut()
        await a.say(chat, "while bob was away")
        back = await bob.socket()
        found, _ = await back.sync(cursors={chat: [seen["seqId"], 0]})
        self.assertEqual([m["content"] for m in found[chat]["messages"]], ["while bob was away"])

    async def test_what_was_missed_comes_oldest_first_and_before_anything_newer(self):
        alice, bob, carol = await self.people(3)
        one, two = await alice.single_with(bob), await carol.single_with(bob)
        group = await alice.group_with(bob, carol)
        a, c = await Timeline.login(alice), await Timeline.login(carol)
        for n in range(40):
            await self.stored(a.say(one, f"alice {n}"))
            await self.stored(c.say(two, f"carol {n}"))
        for n in range(3):
            await self.stored(a.say(group, f"group {n}"))
        b = await Timeline.connect(self.session, self.url)
        await b.send(LOGIN, "l", {"token": bob.token})
        await b.answer(LOGIN, "l")
        for n in range(5):
            await self.stored(a.say(one, f"newer {n}"))
        await b.take(lambda p: p["cmd"] == CHAT and p["payload"]["content"] == "newer 4")
        missed = [p["payload"]["content"] for p in b.pushes()]
        wanted = [f"{who} {n}" for n in range(40) for who in ("alice", "carol")]
        live = [f"newer {n}" for n in range(4)]
        self.assertEqual([m for m in missed if m not in live and "group" not in m], wanted)
        self.assertEqual([m for m in missed if "group" in m], [f"group {n}" for n in range(3)])
        self.assertEqual([m for m in missed if m in live], live)
        self.assertEqual(len(missed), len(set(missed)))

    async def test_a_group_says_what_was_missed_and_the_rest_is_pulled(self):
        alice, bob = await self.people(2)
        group = await alice.group_with(bob)
        a, b = await Timeline.login(alice), await Timeline.login(bob)
        await a.say(group, "seen")
        await b.push("seen")
        b.cut()
        await a.say(group, "missed")
        back = await Timeline.login(bob)
        push = await back.push("missed")
        self.assertEqual((push["seq"], push["payload"]["conversation_id"]), (2, group))
        page = await back.ask(PULL, {"conversation_id": group, "local_seq": 0})
        self.assertEqual([m["payload"]["content"] for m in page["payload"]["messages"]], ["seen", "missed"])

    async def test_a_pull_answers_fifty_from_a_local_seq_and_the_next_one_goes_on(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await Timeline.login(alice), await Timeline.login(bob)
        for n in range(55):
            await self.stored(a.say(chat, f"n{n + 1}"))
        for n in range(55, 110):
            await self.stored(b.say(chat, f"n{n + 1}"))
        first = await b.ask(PULL, {"conversation_id": chat, "local_seq": 7})
        self.assertEqual([m["seq"] for m in first["payload"]["messages"]], list(range(8, 58)))
        self.assertEqual((first["seq"], first["payload"]["has_more"]), (57, True))
        row = first["payload"]["messages"][0]
        self.assertEqual((row["cmd"], row["code"], row["payload"]["content"]), (CHAT, 0, "n8"))
        # Bob has read what he wrote after.
        self.assertEqual((row["payload"]["sender_id"], row["payload"]["status"]), (alice.id, 2))
        second = await b.ask(PULL, {"conversation_id": chat}, seq=first["seq"])
        self.assertEqual([m["seq"] for m in second["payload"]["messages"]], list(range(58, 108)))
        last = await b.ask(PULL, {"conversation_id": chat}, seq=second["seq"])
        self.assertEqual([m["seq"] for m in last["payload"]["messages"]], list(range(108, 111)))
        self.assertFalse(last["payload"]["has_more"])
        beyond = await b.ask(PULL, {"conversation_id": chat}, seq=5000)
        self.assertEqual(beyond["payload"]["messages"], [])
        stranger = await Timeline.login(await self.person())
        self.assertEqual((await stranger.ask(PULL, {"conversation_id": chat}))["code"], 1003)

    async def test_a_pull_without_a_conversation_reads_the_inbox_above_what_was_acknowledged(self):
        alice, bob, carol = await self.people(3)
        one, two = await alice.single_with(bob), await carol.single_with(bob)
        a, c = await Timeline.login(alice), await Timeline.login(carol)
        for n in range(30):
            await self.stored(a.say(one, f"alice {n}"))
            await self.stored(c.say(two, f"carol {n}"))
        b = await Timeline.login(bob)
        wanted = [f"{who} {n}" for n in range(30) for who in ("alice", "carol")]
        page = await b.ask(PULL)
        rows = page["payload"]["messages"]
        self.assertEqual([m["payload"]["content"] for m in rows], wanted[:50])
        self.assertTrue(page["payload"]["has_more"])
        await b.ask(ACK, {"conversation_id": one}, seq=20)
        await b.ask(ACK, {"conversation_id": two}, seq=25)
        page = await b.ask(PULL)
        left = [m for m in wanted if int(m.split()[1]) >= (20 if "alice" in m else 25)]
        self.assertEqual([m["payload"]["content"] for m in page["payload"]["messages"]], left)
        self.assertFalse(page["payload"]["has_more"])
        # Another device acknowledged nothing: its inbox is whole.
        body = {"username": bob.name, "password": bob.password}
        other = Person(self.session, self.url, await self.nobody.post("/api/v1/auth/login", body), bob.password)
        page = await (await Timeline.login(other)).ask(PULL)
        self.assertEqual([m["payload"]["content"] for m in page["payload"]["messages"]], wanted[:50])

    async def test_an_acknowledged_position_only_rises_and_is_kept_for_its_session(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await Timeline.login(alice), await Timeline.login(bob)
        for n in range(6):
            await a.say(chat, f"n{n}")
        for seq, stands in ((4, 4), (2, 4), (5, 5), (900, 6)):
            if seq == 900:
                b.cut()
                b = await Timeline.login(bob)
                self.assertEqual((await b.push("n5"))["seq"], 6)
                await b.settle()
                self.assertEqual(b.pushes(), [])
            answer = await b.ask(ACK, {"conversation_id": chat}, seq=seq)
            self.assertEqual((answer["code"], answer["seq"]), (0, stands))
            self.assertEqual(answer["payload"]["conversation_id"], chat)

    async def test_a_message_is_acknowledged_by_its_msg_id(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await Timeline.login(alice), await Timeline.login(bob)
        await a.say(chat, "first", "id-1")
        await a.say(chat, "second", "id-2")
        await b.push("second")
        answer = await b.ask(ACK, msg_id="id-2")
        self.assertEqual((answer["seq"], answer["payload"]["conversation_id"]), (2, chat))
        self.assertEqual((await a.ask(ACK, msg_id="id-1"))["seq"], 1)
        self.assertEqual((await b.ask(ACK, msg_id="nobody said this"))["code"], 1003)
        b.cut()
        back = await Timeline.login(bob)
        await back.settle()
        self.assertEqual(back.pushes(), [])

    async def stored(self, said):
        answer = await said
        self.assertEqual(answer["code"], 0, answer)


class LostInbox(Alone, BlackBox):
    keep_alive = False

    async def test_an_inbox_that_was_lost_changes_no_answer(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await Timeline.login(alice), await Timeline.login(bob)
        for n in range(4):
            await a.say(chat, f"n{n}")
        await b.push("n3")
        await b.ask(ACK, {"conversation_id": chat}, seq=2)
        before = await b.ask(PULL, msg_id="same")
        self.assertEqual([m["seq"] for m in before["payload"]["messages"]], [3, 4])
        self.server.kill()
        self.server.start()
        back = await Timeline.login(bob)
        self.assertEqual([(await back.push(f"n{n}"))["seq"] for n in (2, 3)], [3, 4])
        self.assertEqual(await back.ask(PULL, msg_id="same"), before)
        await back.settle()
        self.assertEqual(back.pushes(), [])
