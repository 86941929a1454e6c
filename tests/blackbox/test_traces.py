"""What a collector is told of a message on its way through one process."""
import asyncio
import os
import pathlib
import signal
import tempfile
import unittest

from base import BlackBox
from client import Api, unique
from collector import REFUSED, ROAD, WAIT_SECONDS, Collector, below, new_trace, road
from process import OwnServer

BESIDE = {"judge": "logic", "append": "logic", "repo save": "append", "transaction": "repo save", "locate": "logic"}


@unittest.skipIf(os.environ.get("GOCHAT_SANITIZER") == "thread",
                 "ThreadSanitizer does not see what gRPC's archives do between their threads")
class Traces(BlackBox):
    async def begin(self, *flags, environment=None):
        self.collector = Collector().start()
        self.addCleanup(self.collector.stop)
        self.server = OwnServer(flags=flags or ("--trace.endpoint", self.collector.url, "--trace.sample_ratio", "1"),
                                environment=environment)
        self.addCleanup(self.server.end)
        self.url = self.server.start().url
        self.nobody = Api(self.session, self.url)

    async def metric(self, name):
        async with self.session.get(self.server.internal_url + "/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(name + " "))

    async def until_metric(self, name):
        async with asyncio.timeout(WAIT_SECONDS):
            while await self.metric(name) == 0:
                await asyncio.sleep(0.05)

    async def say(self, socket, chat, content, traceparent):
        client_id = unique("c")
        await socket.send("send-message", {"conversationId": chat, "content": content, "clientMsgId": client_id,
                                           "traceparent": traceparent})
        return await socket.stored(client_id)

    async def test_a_message_of_a_socket_is_one_trace_to_its_delivery(self):
        await self.begin()
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a, b = await alice.socket(), await bob.socket()
        trace, traceparent = new_trace()
        await self.say(a, chat, "between us", traceparent)
        await b.message("between us")
        spans = await self.collector.trace(trace, *ROAD, *BESIDE)
        way = road(spans, traceparent.split("-")[2])
        self.assertEqual([span.kind for span in way], ["server", "producer", "consumer", "producer", "consumer"])
        for name, over in BESIDE.items():
            self.assertIn(below(spans, next(s.id for s in spans if s.name == over), name).kind, ("internal", "client"))
        for span in spans:
            self.assertIsNone(span.error, span)
            self.assertLessEqual(span.start, span.end)
        self.assertEqual(way[2].attributes["gochat.conversation_id"], chat)
        for secret in ("between us", alice.token, alice.name, bob.name):
            self.assertNotIn(secret.encode(), self.collector.bytes)

    async def test_a_message_over_http_is_one_trace_too(self):
        await self.begin()
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        trace, traceparent = new_trace()
        await alice.post("/api/v1/messages", {"conversationId": chat, "content": "x", "clientMsgId": unique("c")},
                         headers={"traceparent": traceparent})
        spans = await self.collector.trace(trace, "POST /messages", *ROAD[1:])
        request = road(spans, traceparent.split("-")[2], ("POST /messages", *ROAD[1:]))[0]
        self.assertEqual(request.attributes["http.response.status_code"], 201)
        self.assertEqual(request.attributes["http.route"], "/messages")

    async def test_a_refusal_is_told_where_it_was_made(self):
        await self.begin()
        alice, bob, stranger = await self.people(3)
        group = await alice.group_with(bob)
        socket = await stranger.socket()
        trace, traceparent = new_trace()
        await socket.send("send-message", {"conversationId": group, "content": "x", "clientMsgId": "stranger",
                                           "traceparent": traceparent})
        await socket.take("error")
        spans = await self.collector.trace(trace, "append", "logic", "receive")
        self.assertEqual({(span.name, span.error) for span in spans if span.error}, {("append", "NOT_A_MEMBER")})

    async def test_the_ratio_is_changed_while_the_server_runs(self):
        folder = tempfile.TemporaryDirectory(prefix="gochat-traces-")
        self.addCleanup(folder.cleanup)
        file = pathlib.Path(folder.name) / "gochat.yaml"
        file.write_text("trace:\n  sample_ratio: 0\n", encoding="utf-8")
        collector = Collector().start()
        self.addCleanup(collector.stop)
        await self.begin("--config", str(file), "--trace.endpoint", collector.url)
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        socket = await alice.socket()
        unseen = [new_trace() for _ in range(3)]
        for _, traceparent in unseen:
            await self.say(socket, chat, "x", traceparent)
        self.assertEqual(await self.metric("gochat_trace_spans_total"), 0)
        file.write_text("trace:\n  sample_ratio: 1\n", encoding="utf-8")
        self.server.process.send_signal(signal.SIGHUP)
        self.server.line("applied", lambda line: line["key"] == "trace.sample_ratio")
        trace, traceparent = new_trace()
        await self.say(socket, chat, "x", traceparent)
        declined, not_sampled = new_trace(sampled=False)
        await self.say(socket, chat, "x", not_sampled)
        await socket.say(chat, "with no trace of its client's")
        await collector.trace(trace, *ROAD)
        self.assertTrue(all(not collector.of(one) for one, _ in unseen))
        self.assertEqual(collector.of(declined), [])

    async def test_what_a_collector_away_misses_is_dropped_and_counted(self):
        gone = Collector().start()
        gone.stop()
        await self.begin("--trace.spans_max", "4",
                         environment={"OTEL_EXPORTER_OTLP_ENDPOINT": gone.url, "OTEL_TRACES_SAMPLER_ARG": "1",
                                      "OTEL_SERVICE_NAME": "chat-of-tests"})
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        socket = await alice.socket()
        for n in range(10):
            await socket.say(chat, f"m{n}")
        self.assertGreater(await self.metric("gochat_trace_spans_dropped_total"), 0)
        await self.until_metric("gochat_trace_export_failures_total")
        back = Collector(gone.port).start()
        self.addCleanup(back.stop)
        await asyncio.to_thread(back.wait, lambda: back.spans)
        self.assertEqual(back.spans[0].resource["service.name"], "chat-of-tests")

    async def test_what_a_collector_refuses_is_counted_and_not_tried_again(self):
        await self.begin()
        self.collector.refuses = REFUSED
        alice = await self.person()
        await self.until_metric("gochat_trace_spans_rejected_total")
        self.collector.refuses = None
        trace, traceparent = new_trace()
        await alice.get("/api/v1/conversations", headers={"traceparent": traceparent})
        await self.collector.trace(trace, "GET /conversations")
        self.assertEqual([span.name for span in self.collector.spans], ["GET /conversations"])

    async def test_what_is_left_goes_out_at_the_end(self):
        await self.begin()
        alice = await self.person()
        trace, traceparent = new_trace()
        await alice.get("/api/v1/conversations", headers={"traceparent": traceparent})
        self.assertEqual(self.server.terminate(), 0)
        self.assertEqual([span.name for span in self.collector.of(trace)], ["GET /conversations"])
