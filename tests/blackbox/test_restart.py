"""What was acknowledged is there after kill -9; how a server ends."""
import asyncio
import os
import random
import signal
import stat

from base import BlackBox
from client import Closed, Person
from process import Alone, run


class Restart(Alone, BlackBox):
    keep_alive = False

    def restart(self):
        self.server.kill()
        self.server.start()

    async def test_everything_acknowledged_is_in_its_place_after_kill_9(self):
        rng = random.Random(4711)
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        stored, unknown, number = {}, {}, 0
        for _ in range(6):
            a = await alice.socket()
            for client_id, content in list(unknown.items()):
                ack = await a.say(chat, content, client_id)
                stored[client_id] = (ack["seqId"], ack["messageId"], content)
                del unknown[client_id]
            sent = []
            for _ in range(8):
                number += 1
                client_id = f"k{number}"
                unknown[client_id] = f"content {number}"
                sent.append(client_id)
                await a.send("send-message", {"conversationId": chat, "content": unknown[client_id],
                                              "tempMessageId": client_id})
            try:
                for client_id in sent[:rng.randrange(0, 8)]:
                    ack = await a.stored(client_id)
                    stored[client_id] = (ack["seqId"], ack["messageId"], unknown.pop(client_id))
            except Closed:
                pass
            self.restart()
        a = await alice.socket()
        for client_id, content in unknown.items():
            ack = await a.say(chat, content, client_id)
            stored[client_id] = (ack["seqId"], ack["messageId"], content)
        page = await bob.history(chat, afterSeq=0, limit=100)
        found = {m["clientMsgId"]: (m["seqId"], m["messageId"], m["content"]) for m in page["messages"]}
        self.assertEqual(found, stored)
        self.assertEqual(sorted(s for s, _, _ in found.values()), list(range(1, number + 1)))

    async def test_people_groups_and_positions_survive(self):
        alice, bob = await self.people(2)
        group = await alice.group_with(bob)
        a = await alice.socket()
        for n in range(3):
            await a.say(group, f"{n}")
        await bob.put(f"/api/v1/conversations/{group}/read", {"seqId": 2})
        self.restart()
        self.assertEqual((await bob.conversation(group))["unreadCount"], 1)
        again = await self.nobody.post("/api/v1/auth/login", {"username": bob.name, "password": bob.password})
        self.assertEqual(again["user"]["userId"], bob.id)
        receipt = await Person(self.session, self.url, again, bob.password).say(group, "after")
        self.assertEqual(receipt["seqId"], 4)

    async def test_sigterm_says_bye_and_ends_with_0(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        await a.say(await alice.single_with(bob), "last words")
        self.server.process.send_signal(signal.SIGTERM)
        bye = await a.take("bye")
        self.assertEqual((bye["code"], bye["reconnect"]), (1012, "now"))
        self.assertEqual(await a.closed(), 1012)
        status = await asyncio.to_thread(self.server.ended)
        self.assertEqual(status, 0)

    async def test_the_data_folder_is_private(self):
        mode = stat.S_IMODE(os.stat(self.server.data).st_mode)
        self.assertEqual(mode, 0o700)
        for folder, _, files in os.walk(os.path.join(self.server.data, "keys")):
            for name in files:
                self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode), 0o600, name)

    async def test_wrong_flags_are_named(self):
        status, _, said = run(["serve", "--lisen", "x"])
        self.assertEqual(status, 64)
        self.assertIn("--lisen", said)
        status, _, said = run(["no-such-verb"])
        self.assertEqual(status, 64)
