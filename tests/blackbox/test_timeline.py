"""The staged plan's dialect: login, chat, pull, ack, heartbeat, and what was missed."""
import json

from base import BlackBox
from client import Person
from process import OwnServer
from timeline import ACK, CHAT, HEARTBEAT, LOGIN, PULL, SUBPROTOCOL, Timeline


class TimelineDialect(BlackBox):
    async def test_the_subprotocol_is_named_in_the_101_and_the_query_chooses_it_too(self):
        person = await self.person()
        token = {"Authorization": f"Bearer {person.token}"}
        named = await Timeline.connect(self.session, self.url, "/ws", token, (SUBPROTOCOL,))
        self.assertEqual(named.socket.ws.protocol, SUBPROTOCOL)
        asked = await Timeline.connect(self.session, self.url, "/ws?protocol=timeline", token, ())
        self.assertIsNone(asked.socket.ws.protocol)
        for timeline in (named, asked):
            greeting = await timeline.take(lambda p: p["cmd"] == LOGIN)
            self.assertEqual((greeting["code"], greeting["payload"]["user_id"]), (0, person.id))
            await timeline.settle()

    async def test_a_socket_logs_in_with_its_first_packet(self):
        person = await self.person()
        for path, protocols in (("/ws", (SUBPROTOCOL,)), ("/ws?protocol=timeline", ())):
            timeline = await Timeline.connect(self.session, self.url, path, None, protocols)
            answer = await timeline.ask(LOGIN, {"token": person.token})
            self.assertEqual(answer["code"], 0)
            self.assertEqual(answer["payload"]["session_id"], person.session_id)
            self.assertEqual(answer["payload"]["heartbeat_seconds"], 30)

    async def test_a_bad_token_is_answered_with_its_code_and_closed(self):
        timeline = await Timeline.connect(self.session, self.url)
        answer = await timeline.ask(LOGIN, {"token": "not.a.token"})
        self.assertEqual(answer["code"], 1002)
        self.assertEqual(await timeline.closed(), 4002)

    async def test_two_people_talk(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await Timeline.login(alice), await Timeline.login(bob)
        receipt = await a.say(chat, "hello", "hello-1")
        self.assertEqual((receipt["code"], receipt["msg_id"], receipt["seq"]), (0, "hello-1", 1))
        push = await b.push("hello")
        self.assertEqual(push, {
            "cmd": CHAT, "code": 0, "msg_id": "hello-1", "seq": 1,
            "payload": {"conversation_id": chat, "sender_id": alice.id, "content": "hello", "msg_type": 1,
                        "status": 0, "send_time": receipt["payload"]["send_time"]}})
        await a.settle()
        self.assertEqual(a.pushes(), [])

    async def test_a_heartbeat_is_answered(self):
        timeline = await Timeline.login(await self.person())
        answer = await timeline.ask(HEARTBEAT)
        self.assertEqual(answer["code"], 0)

    async def test_a_timeline_person_and_a_classic_one_chat_with_each_other(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await Timeline.login(alice), await bob.socket()
        receipt = await a.say(chat, "in packets", "p-1")
        message = await b.message("in packets")
        self.assertEqual((message["clientMsgId"], message["seqId"]), ("p-1", receipt["seq"]))
        answer = await b.say(chat, "in frames")
        push = await a.push("in frames")
        self.assertEqual((push["seq"], push["payload"]["sender_id"]), (answer["seqId"], bob.id))

    async def test_a_retry_of_a_msg_id_is_stored_once_and_answered_alike(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await Timeline.login(alice), await Timeline.login(bob)
        first = await a.say(chat, "once", "same-id")
        self.assertEqual(await a.say(chat, "once", "same-id"), first)
        a.cut()
        again = await Timeline.login(alice)
        self.assertEqual(await again.say(chat, "once", "same-id"), first)
        other = await again.say(chat, "something else", "same-id")
        self.assertEqual(other["code"], 1011)
        await b.push("once")
        await b.settle()
        self.assertEqual(b.pushes(), [])
        self.assertEqual(len((await bob.history(chat))["messages"]), 1)

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

    async def test_the_status_of_a_message_moves_from_stored_to_delivered_to_read(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a = await Timeline.login(alice)
        receipt = await a.say(chat, "watch me")
        self.assertEqual(receipt["payload"]["status"], 0)
        self.assertEqual(await self.status_in(a, chat), 0)
        b = await Timeline.login(bob)
        push = await b.push("watch me")
        self.assertEqual(push["payload"]["status"], 0)
        for status in (1, 2):
            await b.ask(ACK, {"conversation_id": chat, "status": status}, seq=push["seq"])
            told = await a.take(lambda p: p["cmd"] == ACK and p["payload"]["status"] == status)
            self.assertEqual((told["seq"], told["payload"]["user_id"]), (1, bob.id))
            self.assertEqual(await self.status_in(a, chat), status)
            self.assertEqual(await self.status_in(b, chat), status)

    async def test_a_reader_of_the_classic_dialect_moves_it_too(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await Timeline.login(alice), await bob.socket()
        await a.say(chat, "watch me")
        await b.message("watch me")
        await bob.put(f"/api/v1/conversations/{chat}/read")
        told = await a.take(lambda p: p["cmd"] == ACK)
        self.assertEqual(told["payload"], {"conversation_id": chat, "user_id": bob.id, "status": 2})
        self.assertEqual(await self.status_in(a, chat), 2)

    async def stored(self, said):
        answer = await said
        self.assertEqual(answer["code"], 0, answer)

    async def status_in(self, timeline, chat):
        page = await timeline.ask(PULL, {"conversation_id": chat})
        return page["payload"]["messages"][-1]["payload"]["status"]

    async def test_a_socket_of_the_handshake_may_log_in_again_as_itself_only(self):
        alice, bob = await self.people(2)
        path = f"/ws?protocol=timeline&token={alice.token}"
        a = await Timeline.connect(self.session, self.url, path, None, ())
        await a.take(lambda p: p["cmd"] == LOGIN)
        for payload in ({"token": alice.token}, {}, None):
            answer = await a.ask(LOGIN, payload)
            self.assertEqual((answer["code"], answer["payload"]["user_id"]), (0, alice.id))
        self.assertEqual((await a.ask(LOGIN, {"token": bob.token}))["code"], 1006)
        await a.settle()
        self.assertEqual((await a.ask(LOGIN, {"token": "forged"}))["code"], 1002)
        self.assertEqual(await a.closed(), 4002)

    async def test_whoever_says_anything_before_they_log_in_is_closed(self):
        timeline = await Timeline.connect(self.session, self.url)
        answer = await timeline.ask(PULL)
        self.assertEqual(answer["code"], 1002)
        self.assertEqual(await timeline.closed(), 4002)

    async def test_bad_packets_are_answered_with_a_code_and_the_socket_stays(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a = await Timeline.login(alice)
        said = {"conversation_id": chat, "content": "x"}
        bad = [({"cmd": 9}, 9), ({"cmd": -3}, -1), ({"cmd": "2"}, -1), ({}, -1), ([], -1), ("2", -1),
               ({"cmd": CHAT, "payload": said}, CHAT),
               ({"cmd": CHAT, "msg_id": 7, "payload": said}, CHAT),
               ({"cmd": CHAT, "msg_id": "m" * 65, "payload": said}, CHAT),
               ({"cmd": CHAT, "msg_id": "m"}, CHAT),
               ({"cmd": CHAT, "msg_id": "m", "payload": [said]}, CHAT),
               ({"cmd": CHAT, "msg_id": "m", "payload": "x"}, CHAT),
               ({"cmd": CHAT, "msg_id": "m", "payload": {**said, "content": 5}}, CHAT),
               ({"cmd": CHAT, "msg_id": "m", "payload": {**said, "content": ""}}, CHAT),
               ({"cmd": CHAT, "msg_id": "m", "payload": {**said, "msg_type": 99}}, CHAT),
               ({"cmd": CHAT, "msg_id": "m", "payload": {"content": "x"}}, CHAT),
               ({"cmd": CHAT, "msg_id": "m", "payload": {**said, "conversation_id": "nowhere"}}, CHAT),
               ({"cmd": 3, "seq": -1, "payload": {"conversation_id": chat}}, 3),
               ({"cmd": 3, "seq": "1", "payload": {"conversation_id": chat}}, 3),
               ({"cmd": 3, "seq": 1, "payload": {"conversation_id": chat, "local_seq": 2}}, 3),
               ({"cmd": 4, "seq": 1}, 4), ({"cmd": 4, "payload": {"conversation_id": chat}}, 4),
               ({"cmd": 4, "seq": 1, "payload": {"conversation_id": chat, "status": 3}}, 4)]
        for packet, cmd in bad:
            with self.subTest(packet=packet):
                await self.refused(a, packet, cmd, 1001)
        for text in ("", "{", "{\"cmd\":2,\"cmd\":2}", "[" * 40):
            await a.socket.text(text)
            self.assertEqual((await a.take(lambda p: p["code"] != 0))["code"], 1001)
        unknown = {"cmd": CHAT, "msg_id": "m", "payload": {**said, "conversation_id": "group_12345"}}
        await self.refused(a, unknown, CHAT, 1003)
        self.assertEqual((await a.say(chat, "still here"))["code"], 0)

    async def refused(self, timeline, packet, cmd, code):
        await timeline.socket.text(json.dumps(packet))
        answer = await timeline.take(lambda p: p["code"] != 0)
        self.assertEqual((answer["cmd"], answer["code"]), (cmd, code), answer)
        if isinstance(packet, dict) and isinstance(packet.get("msg_id"), str):
            self.assertEqual(answer["msg_id"], packet["msg_id"])
        self.assertTrue(answer["payload"]["message"])


class LostInbox(BlackBox):
    keep_alive = False

    async def asyncSetUp(self):
        self.server = OwnServer().start()
        self.addCleanup(self.server.end)
        self.url = self.server.url
        await super().asyncSetUp()

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
