"""Sending, receipts, order, idempotency, and who gets what."""
from base import BlackBox
from client import unique


class Messages(BlackBox):
    async def test_two_people_talk(self):
        alice, bob = await self.people(2)
        a, b = await alice.socket(), await bob.socket()
        chat = await alice.single_with(bob)
        receipt = await a.say(chat, "hello", "hello-1")
        self.assertEqual(receipt["tempMessageId"], "hello-1")
        self.assertEqual(receipt["seqId"], 1)
        self.assertFalse(receipt["duplicate"])
        message = await b.message("hello")
        self.assertEqual(message["messageId"], receipt["messageId"])
        self.assertEqual(message["seqId"], 1)
        self.assertEqual(message["senderId"], alice.id)
        self.assertEqual(message["senderName"], alice.name)
        self.assertEqual(message["conversationId"], chat)
        self.assertEqual(message["clientMsgId"], "hello-1")
        self.assertEqual(message["status"], "sent")
        self.assertEqual(message["type"], "text")

    # Where the queue keeps its records by itself, a send is accepted before it is stored.
    async def test_a_send_is_stored_once_and_accepted_before_at_most(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        await a.send("send-message", {"conversationId": await alice.single_with(bob), "content": "x",
                                      "messageType": "text", "tempMessageId": "t-1"})
        stored = await a.stored("t-1")
        await a.settle()
        self.assertNotEqual(stored["messageId"], "t-1")
        for accepted in a.seen("message-ack"):
            self.assertEqual((accepted["status"], accepted["messageId"]), ("accepted", "t-1"))
        self.assertLessEqual(len(a.seen("message-ack")), 1)

    async def test_the_sending_connection_gets_its_receipt_and_the_other_ones_the_message(self):
        alice, bob = await self.people(2)
        first, second = await alice.socket(), await alice.socket()
        chat = await alice.single_with(bob)
        await first.say(chat, "from the first")
        await second.message("from the first")
        await first.settle()
        self.assertEqual(first.seen("new-message"), [])
        update = await first.take("conversation-update", lambda d: "lastMessage" in d["updates"] and
                                  d["updates"]["lastMessage"] == "from the first")
        self.assertEqual(update["type"], "conversation-update")
        self.assertEqual(update["conversationId"], chat)

    async def test_every_connection_of_the_receiver_gets_it(self):
        alice, bob = await self.people(2)
        sockets = [await bob.socket() for _ in range(3)]
        a = await alice.socket()
        await a.say(await alice.single_with(bob), "to all of you")
        for socket in sockets:
            await socket.message("to all of you")

    async def test_messages_of_one_sender_keep_their_order_and_come_once(self):
        alice, bob = await self.people(2)
        a, b = await alice.socket(), await bob.socket()
        chat = await alice.single_with(bob)
        ids = [unique("c") for _ in range(50)]
        for n, client_id in enumerate(ids):
            await a.send("send-message", {"conversationId": chat, "content": f"n{n}", "tempMessageId": client_id})
        seqs = [(await a.stored(client_id))["seqId"] for client_id in ids]
        self.assertEqual(seqs, list(range(1, 51)))
        got = [(await b.take("new-message"))["message"] for _ in ids]
        self.assertEqual([m["seqId"] for m in got], seqs)
        self.assertEqual([m["content"] for m in got], [f"n{n}" for n in range(50)])
        await b.settle()
        self.assertEqual(b.seen("new-message"), [])

    async def test_a_retry_is_answered_with_the_first_ones_place(self):
        alice, bob = await self.people(2)
        a, b = await alice.socket(), await bob.socket()
        chat = await alice.single_with(bob)
        first = await a.say(chat, "once", "same-id")
        again = await a.say(chat, "once", "same-id")
        self.assertTrue(again["duplicate"])
        self.assertEqual((again["messageId"], again["seqId"]), (first["messageId"], first["seqId"]))
        over_http = await alice.say(chat, "once", "same-id")
        self.assertEqual(over_http["messageId"], first["messageId"])
        await b.message("once")
        await b.settle()
        self.assertEqual(b.seen("new-message"), [])

    async def test_a_client_id_with_other_content_is_a_conflict(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        chat = await alice.single_with(bob)
        await a.say(chat, "one", "id-1")
        await a.send("send-message", {"conversationId": chat, "content": "two", "tempMessageId": "id-1"})
        error = await a.take("error")
        self.assertEqual((error["code"], error["num"], error["retryable"]), ("IDEMPOTENCY_CONFLICT", 1011, False))
        self.assertEqual(error["clientMsgId"], "id-1")

    async def test_client_ids_of_two_people_do_not_meet(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await alice.socket(), await bob.socket()
        one = await a.say(chat, "from alice", "1")
        two = await b.say(chat, "from bob", "1")
        self.assertNotEqual(one["messageId"], two["messageId"])
        self.assertEqual({one["seqId"], two["seqId"]}, {1, 2})

    async def test_a_send_to_a_user_makes_the_conversation(self):
        alice, bob = await self.people(2)
        a, b = await alice.socket(), await bob.socket()
        await a.send("send-message", {"toUserId": bob.id, "content": "first", "tempMessageId": "t-1"})
        await a.send("send-message", {"toUserId": bob.id, "content": "second", "tempMessageId": "t-2"})
        one, two = await a.stored("t-1"), await a.stored("t-2")
        self.assertEqual((one["seqId"], two["seqId"]), (1, 2))
        await b.message("first")
        await b.message("second")

    async def test_http_sends_take_the_same_road(self):
        alice, bob = await self.people(2)
        b = await bob.socket()
        chat = await alice.single_with(bob)
        for path, body in ((f"/api/v1/conversations/{chat}/messages", {}),
                           ("/api/messages/send", {"conversationId": chat}),
                           ("/api/v1/messages", {"toUserId": bob.id})):
            content = unique("over http ")
            receipt = await alice.post(path, {**body, "content": content, "clientMsgId": unique("c")})
            self.assertEqual(receipt["status"], "stored")
            self.assertEqual((await b.message(content))["seqId"], receipt["seqId"])

    async def test_a_message_without_an_id_is_given_one(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        chat = await alice.single_with(bob)
        await a.send("message", {"conversation_id": chat, "content": "Hello World", "message_type": "text"})
        ack = await a.take("message-ack")
        self.assertTrue(ack["clientMsgId"].startswith(alice.id + "_"))

    async def test_an_answer_names_its_question(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        chat = await alice.single_with(bob)
        await a.send("send-message", {"conversationId": chat, "content": "x", "tempMessageId": "q"}, "frame-7")
        while not any(f["type"] == "message-ack" for f in a.frames):
            a.arrived.clear()
            await a.arrived.wait()
        self.assertEqual([f["re"] for f in a.frames if f["type"] == "message-ack"], ["frame-7"])

    async def test_world_reaches_everybody_but_the_sender(self):
        alice, bob, carol = await self.people(3)
        a, b, c = await alice.socket(), await bob.socket(), await carol.socket(subprotocol=None)
        content = unique("hello world ")
        await a.say("world", content)
        await b.message(content)
        await c.message(content)
        await a.settle()
        self.assertFalse([m for m in a.seen("new-message") if m["message"]["content"] == content])

    async def test_replies_name_their_message(self):
        alice, bob = await self.people(2)
        a, b = await alice.socket(), await bob.socket()
        chat = await alice.single_with(bob)
        first = await a.say(chat, "question")
        await b.send("send-message", {"conversationId": chat, "content": "answer", "tempMessageId": "r",
                                      "replyTo": first["messageId"]})
        self.assertEqual((await a.message("answer"))["replyTo"], first["messageId"])

    async def test_typing_is_seen_by_the_other_one_only(self):
        alice, bob = await self.people(2)
        a, b = await alice.socket(), await bob.socket()
        chat = await alice.single_with(bob)
        await a.send("typing", {"conversationId": chat, "on": True})
        seen = await b.take("typing")
        self.assertEqual((seen["userId"], seen["on"]), (alice.id, True))
        await a.settle()
        self.assertEqual(a.seen("typing"), [])

    async def test_delivered_and_read_reach_the_sender(self):
        alice, bob = await self.people(2)
        a, b, b2 = await alice.socket(), await bob.socket(), await bob.socket()
        chat = await alice.single_with(bob)
        await a.say(chat, "seen?")
        self.assertEqual((await bob.conversation(chat))["unreadCount"], 1)
        await b.send("ack", {"conversationId": chat, "seqId": 1})
        delivered = await a.take("delivered")
        self.assertEqual((delivered["userId"], delivered["ackSeq"]), (bob.id, 1))
        await b.send("mark-read", {"conversationId": chat, "seqId": 1})
        read = await a.take("read")
        self.assertEqual((read["userId"], read["readSeq"]), (bob.id, 1))
        self.assertEqual((await b2.take("read"))["readSeq"], 1)
        self.assertEqual((await bob.conversation(chat))["unreadCount"], 0)


class Refusals(BlackBox):
    async def refused(self, data, code, **where):
        alice, bob = await self.people(2)
        a = await alice.socket()
        chat = await alice.single_with(bob)
        await a.send("send-message", {"conversationId": chat, "tempMessageId": "bad", "content": "x", **data})
        error = await a.take("error")
        self.assertEqual(error["code"], code, error)
        for key, value in where.items():
            self.assertEqual(error.get(key), value, error)
        # The socket lives on, and the conversation holds nothing of it.
        self.assertEqual((await a.say(chat, "fine"))["seqId"], 1)

    async def test_empty_content(self):
        await self.refused({"content": ""}, "INVALID_PARAMS", clientMsgId="bad")

    async def test_content_of_5001_code_points(self):
        await self.refused({"content": "é" * 5001}, "TOO_LARGE")

    async def test_content_of_20001_bytes(self):
        await self.refused({"content": "漢" * 6667}, "TOO_LARGE")

    async def test_content_at_both_limits_is_taken(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        chat = await alice.single_with(bob)
        self.assertEqual((await a.say(chat, "é" * 5000))["seqId"], 1)
        self.assertEqual((await a.say(chat, "😀" * 5000))["seqId"], 2)

    async def test_a_client_id_of_65_bytes(self):
        await self.refused({"tempMessageId": "x" * 65}, "INVALID_PARAMS")

    async def test_ids_that_are_not_ids(self):
        for bad in ("conv_123", "", "group_", "group_x", "single_zz", "GROUP_1", "world2", "x" * 65):
            await self.refused({"conversationId": bad}, "INVALID_PARAMS")

    async def test_a_conversation_that_does_not_exist(self):
        for unknown in ("group_123456789", "single_0123456789abcdef"):
            await self.refused({"conversationId": unknown}, "NOT_FOUND")

    async def test_a_conversation_of_others_looks_like_none(self):
        alice, bob, eve = await self.people(3)
        chat, group = await alice.single_with(bob), await alice.group_with(bob)
        e = await eve.socket()
        for conversation in (chat, group):
            await e.send("send-message",
                         {"conversationId": conversation, "content": "hi", "tempMessageId": unique("c")})
            self.assertEqual((await e.take("error"))["code"], "NOT_FOUND")
            await self.assert_refused("NOT_FOUND", eve.history(conversation), 404)
            await self.assert_refused("NOT_FOUND", eve.conversation(conversation), 404)
            await self.assert_refused("NOT_FOUND", eve.put(f"/api/v1/conversations/{conversation}/read"), 404)

    async def test_above_the_rate_is_refused_with_a_time_and_taken_later(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        chat = await alice.single_with(bob)
        for n in range(90):
            await a.send("send-message", {"conversationId": chat, "content": f"{n}", "tempMessageId": f"r{n}"})
        error = await a.take("error")
        self.assertEqual((error["code"], error["num"], error["retryable"]), ("RATE_LIMITED", 1007, True))
        self.assertGreater(error["retryAfterMs"], 0)

    async def test_frames_that_are_none(self):
        alice, = await self.people(1)
        a = await alice.socket()
        for text in ("", "{", "[]", "null", '{"type":"no-such"}', '{"type":5,"data":{}}', '{"data":{}}',
                     '{"type":"pull","data":{"conversationId":7}}', '{"type":"pull","type":"sync","data":{}}',
                     '{"type":"ack","data":{"conversationId":"world","seqId":NaN}}',
                     '{"type":"ack","data":{"conversationId":"world","seqId":-1}}',
                     '{"type":"send-message","data":' + '{"a":' * 33 + "1" + "}" * 33 + "}"):
            await a.text(text)
            error = await a.take("error")
            self.assertEqual(error["code"], "INVALID_PARAMS", text)
        await a.settle()

    async def test_invalid_utf8_closes_with_1007(self):
        alice, = await self.people(1)
        a = await alice.socket()
        writer = a.ws._writer
        await writer._send_frame(b'{"type":"ping","data":"\xff\xfe"}', 1)
        self.assertEqual(await a.closed(), 1007)

    async def test_a_frame_above_the_limit_closes_with_1009(self):
        alice, = await self.people(1)
        a = await alice.socket()
        await a.text("x" * (64 * 1024 + 1))
        self.assertEqual(await a.closed(), 1009)
