"""How a server ends: nothing that it took is left without an answer, and everybody is told."""
import asyncio
import signal
import socket

import aiohttp

from base import BlackBox
from client import Closed, Person, unique
from process import OwnServer, run

# Three times what a server on one machine promises.
EXIT_SECONDS_MAX = 6


class Drain(BlackBox):
    keep_alive = False

    async def serve(self, *flags, environment=None):
        self.server = OwnServer(flags=flags, environment=environment).start()
        self.addCleanup(self.server.end)
        self.url = self.server.url
        self.nobody.url = self.url

    async def asyncSetUp(self):
        self.url = "http://nowhere"
        await super().asyncSetUp()

    def terminate(self):
        self.server.process.send_signal(signal.SIGTERM)

    async def ended(self, seconds=EXIT_SECONDS_MAX):
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(self.server.ended)

    async def ready(self):
        async with self.session.get(self.server.internal_url + "/readyz") as answer:
            return answer.status, (await answer.text()).strip()

    async def first_told(self, sockets):
        """The first of these sockets that is told goodbye, and what it is told; the others have not been yet."""
        waits = {asyncio.ensure_future(s.take("bye")): s for s in sockets}
        done, rest = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in rest:
            wait.cancel()
        first = done.pop()
        return waits[first], first.result()

    async def test_everybody_is_told_and_closed_one_after_the_other_and_sends_are_refused_meanwhile(self):
        await self.serve("--drain.window_ms=3000")
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        sockets = [await person.socket() for person in (alice, bob) * 3]
        self.assertEqual(await self.ready(), (200, "ready"))
        self.terminate()
        told, bye = await self.first_told(sockets)
        self.assertEqual(bye, {"code": 1012, "reason": "server restarts", "reconnect": "now", "afterMs": 3000})
        self.assertEqual(await told.closed(), 1012)
        self.assertEqual(await self.ready(), (503, "draining"))
        open_yet = [s for s in sockets if s is not told and s.close_code is None]
        client_id = unique("c")
        await open_yet[-1].send("send-message", {"conversationId": chat, "content": "late", "tempMessageId": client_id})
        refusal = await open_yet[-1].take("error")
        self.assertEqual((refusal["code"], refusal["num"], refusal["retryable"], refusal["clientMsgId"]),
                         ("UNAVAILABLE", 1009, True, client_id))
        self.assertGreater(refusal["retryAfterMs"], 0)
        with self.assertRaises(aiohttp.ClientConnectionError):
            await self.nobody.raw("GET", "/readyz")
        for one in sockets:
            if one is not told:
                self.assertEqual((await one.take("bye"))["code"], 1012)
                self.assertEqual(await one.closed(), 1012)
        self.assertEqual(await self.ended(), 0)
        self.assertEqual(self.server.lines[-1]["msg"], "stopped")

    async def test_what_was_taken_is_answered_and_nothing_else_is_kept(self):
        # A slow disk, where the build can play one: sends are on their way when the signal comes.
        has_faults = run(["faults", "list"])[0] == 0
        await self.serve("--profile", "bench",
                         environment={"GOCHAT_PAUSE": "store_before_commit:100"} if has_faults else {})
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        sockets = [await alice.socket() for _ in range(4)]
        sent = []

        async def flood(one, number):
            try:
                for n in range(200):
                    client_id = f"f{number}-{n}"
                    await one.send("send-message", {"conversationId": chat, "content": client_id,
                                                    "tempMessageId": client_id})
                    sent.append(client_id)
            except (ConnectionError, aiohttp.ClientError):
                pass  # closed

        floods = [asyncio.ensure_future(flood(one, n)) for n, one in enumerate(sockets)]
        first = await sockets[0].take("message-ack")
        self.terminate()
        self.assertEqual([await one.closed() for one in sockets], [1012] * len(sockets))
        await asyncio.gather(*floods)
        self.assertEqual(await self.ended(), 0)
        stored = {d["clientMsgId"] for one in sockets for d in [first, *one.seen("message-ack")]}
        refused = {d["clientMsgId"]: d for one in sockets for d in one.seen("error")}
        self.server.start()
        kept, after = set(), 0
        while page := (await bob.history(chat, afterSeq=after, limit=100))["messages"]:
            kept |= {m["clientMsgId"] for m in page}
            after = page[-1]["seqId"]
        self.assertEqual(kept, stored)
        self.assertFalse(kept & set(refused))
        self.assertTrue(all(d["retryable"] for d in refused.values()))

    async def test_an_http_send_during_the_drain_is_refused_to_be_tried_again(self):
        await self.serve("--drain.window_ms=3000")
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        sockets = [await bob.socket() for _ in range(4)]
        async with aiohttp.ClientSession() as kept_open:  # a connection from before the drain
            caller = Person(kept_open, self.url, {"token": alice.token, "user": alice.user,
                                                  "sessionId": alice.session_id}, alice.password)
            await caller.say(chat, "before")
            self.terminate()
            await self.first_told(sockets)
            body = {"conversationId": chat, "content": "late", "clientMsgId": unique("c")}
            status, headers, answer = await caller.raw("POST", "/api/v1/messages", body)
            self.assertEqual((status, answer["code"], answer["retryable"]), (503, "UNAVAILABLE", True))
            self.assertIn("Retry-After", headers)
            self.assertEqual(headers["Connection"], "close")
        self.assertEqual(await self.ended(), 0)

    async def test_while_it_waits_for_balancers_it_is_not_ready_and_still_serves(self):
        await self.serve("--drain.wait_ms=60000")
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        self.terminate()
        await asyncio.to_thread(self.server.line, "stopping")
        self.assertEqual(await self.ready(), (503, "draining"))
        status, _, text = await self.nobody.raw("GET", "/readyz")
        self.assertEqual((status, text.strip()), (503, "draining"))
        status, _, text = await self.nobody.raw("GET", "/livez")
        self.assertEqual((status, text.strip()), (200, "live"))
        self.assertEqual((await alice.say(chat, "still served"))["seqId"], 1)
        await bob.socket()
        self.terminate()
        self.assertEqual(await self.ended(), 1)

    async def test_a_second_signal_ends_at_once(self):
        await self.serve("--drain.window_ms=600000")
        alice = await self.person()
        sockets = [await alice.socket() for _ in range(3)]
        self.terminate()
        told, _ = await self.first_told(sockets)
        self.terminate()
        self.assertEqual(await self.ended(), 1)
        for one in sockets:
            if one is not told:
                with self.assertRaises(Closed):
                    await one.take("bye")
        self.server.start()
        self.assertEqual((await alice.get("/api/v1/users/profile"))["userId"], alice.id)

    async def test_clients_that_do_not_answer_hold_up_nothing(self):
        await self.serve()
        alice = await self.person()
        host, port = self.url.removeprefix("http://").split(":")
        mute = []
        for path, more in ((f"/ws?token={alice.token}", ""), ("/ws", "Sec-WebSocket-Protocol: gochat.v1.json\r\n")):
            one = socket.create_connection((host, int(port)))
            self.addCleanup(one.close)
            one.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{more}\r\n".encode())
            self.assertIn(b" 101 ", one.recv(64))
            mute.append(one)
        half = socket.create_connection((host, int(port)))
        self.addCleanup(half.close)
        half.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        self.terminate()
        self.assertEqual(await self.ended(), 0)
