"""The staged plan's dialect: login, chat, ack, heartbeat, status; test_timeline_missed.py has what was missed."""
import json

from base import BlackBox
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
