"""Seeing inside: metrics, health, and what of both strangers cannot see."""
import shutil
import subprocess

from base import BlackBox
from client import unique
from inside import Exposition, documented
from process import Alone


class Inside(Alone, BlackBox):
    async def inner(self, path, method="GET"):
        async with self.session.request(method, self.server.internal_url + path) as answer:
            return answer.status, answer.headers, await answer.text()

    async def metrics(self):
        status, headers, text = await self.inner("/metrics")
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        return Exposition(text)


class Metrics(Inside):
    async def test_only_the_internal_listener_shows_them(self):
        status, _, body = await self.nobody.raw("GET", "/metrics")
        self.assertEqual((status, body["code"]), (404, "NOT_FOUND"))
        for method in ("POST", "DELETE"):
            status, headers, _ = await self.inner("/metrics", method)
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))
        status, _, text = await self.inner("/nowhere")
        self.assertEqual(status, 404)
        self.assertIn("/metrics", text)

    async def test_promtool_has_nothing_to_say(self):
        program = shutil.which("promtool")
        if not program:
            self.skipTest("promtool is not installed; ./dev test brings it")
        alice, bob = await self.people(2)
        await alice.say(await alice.single_with(bob), "hello")
        text = (await self.metrics()).text
        done = subprocess.run([program, "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    async def test_the_documentation_lists_each_with_its_type_labels_and_meaning(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        await a.say(await alice.single_with(bob), "hello")
        shown = await self.metrics()
        listed = documented()
        self.assertEqual({name: (shown.type[name], words) for name, words in shown.help.items()},
                         {name: (kind, words) for name, (kind, _, words) in listed.items()})
        for name in shown.type:
            self.assertLessEqual(shown.labels(name), listed[name][1], name)

    async def test_what_happens_is_counted(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        strange = await bob.group_with()
        a, b = await alice.socket(), await bob.socket()
        before = await self.metrics()
        receipt = await a.say(chat, "one", "c1")
        await a.say(chat, "one", "c1")
        await b.message("one")
        await a.send("send-message", {"conversationId": strange, "content": "two", "tempMessageId": "c2"})
        await a.take("error")
        await a.text("no frame")
        await a.take("error")
        await self.assert_refused("UNAUTHORIZED", self.nobody.post(
            "/api/v1/auth/login", {"username": alice.name, "password": "wrong"}))
        await b.close()
        await a.settle()
        after = await self.metrics()

        def rose(name, **labels):
            return after.value(name, **labels) - before.value(name, **labels)
        self.assertEqual(receipt["seqId"], 1)
        self.assertEqual(rose("gochat_messages_accepted_total"), 3)
        self.assertEqual(rose("gochat_messages_stored_total"), 1)
        self.assertEqual(rose("gochat_messages_duplicate_total"), 1)
        self.assertEqual(rose("gochat_messages_refused_total", code="NOT_FOUND"), 1)
        self.assertEqual(rose("gochat_message_stored_seconds_count"), 1)
        self.assertEqual(rose("gochat_frames_received_total", type="send-message"), 3)
        self.assertEqual(rose("gochat_frames_refused_total"), 1)
        self.assertEqual(rose("gochat_sign_ins_total", way="login", outcome="UNAUTHORIZED"), 1)
        self.assertEqual(rose("gochat_connections"), -1)
        self.assertEqual(rose("gochat_connections_closed_total", code="1000"), 1)
        self.assertEqual(rose("gochat_http_requests_total", route="/auth/login", method="POST", status="401"), 1)
        self.assertEqual(rose("gochat_http_request_duration_seconds_count", route="/auth/login", method="POST"), 1)
        self.assertGreater(rose("gochat_messages_delivered_total"), 0)
        self.assertGreater(rose("gochat_store_commit_seconds_count"), 0)
        self.assertGreater(rose("gochat_store_commit_items_count"), 0)
        # A job has begun before its outcome is known, and counts as done a little after.
        begun = rose("gochat_pool_jobs_total", pool="hash") + rose("gochat_pool_running_jobs", pool="hash")
        self.assertEqual(begun, 1)
        self.assertGreater(rose("gochat_net_received_bytes_total"), 0)
        self.assertGreater(rose("gochat_net_sent_bytes_total"), 0)

    async def test_the_process_and_the_store_show_what_they_are(self):
        await (await self.person()).socket()
        shown = await self.metrics()
        for name in ("process_resident_memory_bytes", "process_start_time_seconds", "process_open_fds",
                     "process_max_fds", "process_threads", "process_cpu_seconds_total", "gochat_net_sockets"):
            self.assertGreater(shown.value(name), 0, name)
        with open(f"/proc/{self.server.process.pid}/stat", encoding="utf-8") as stat:
            pages = int(stat.read().rsplit(")", 1)[1].split()[21])
        self.assertAlmostEqual(shown.value("process_resident_memory_bytes") / (pages * 4096), 1, delta=0.5)
        self.assertEqual((shown.value("gochat_ready"), shown.value("gochat_draining")), (1, 0))
        self.assertEqual(shown.value("gochat_store_writable"), 1)
        self.assertEqual(shown.value("gochat_build_info", version=self.server.lines[-1]["version"]), 1)

    async def test_no_label_holds_what_a_client_sent(self):
        secret = unique("marker")
        alice = await self.person()
        for path in (f"/{secret}", f"/api/v1/{secret}", f"/api/v1/users/{secret}", f"/api/v1/groups/{secret}",
                     f"/api/v1/users/search?q={secret}", f"/{secret}/livez", f"/ws?token={secret}"):
            await alice.raw("GET", path)
        await alice.raw("POST", "/api/v1/auth/login", {"username": secret, "password": secret})
        await self.nobody.raw(secret.upper(), "/api/v1/conversations")
        a = await alice.socket()
        await a.send(secret, {secret: secret})
        await a.take("error")
        await a.ws.close(code=4999, message=secret.encode())
        shown = await self.metrics()
        self.assertNotIn(secret, shown.text.lower())
        self.assertNotIn('"4999"', shown.text)


class Health(Inside):
    async def test_both_listeners_tell_that_the_server_lives_and_is_ready(self):
        for path, word in (("/livez", "live"), ("/healthz", "live"), ("/readyz", "ready")):
            status, _, text = await self.nobody.raw("GET", path)
            self.assertEqual((status, text.strip()), (200, word))
            status, _, text = await self.inner(path)
            self.assertEqual((status, text.strip()), (200, word))

    async def test_the_checks_are_listed_inside_and_not_outside(self):
        _, _, inside = await self.inner("/readyz?verbose")
        self.assertEqual(inside.splitlines()[0], "ready")
        self.assertIn("[+]started", inside.splitlines())
        self.assertIn("[+]not draining", inside.splitlines())
        self.assertIn("[+]store takes writes", inside.splitlines())
        _, _, outside = await self.nobody.raw("GET", "/readyz?verbose")
        self.assertEqual(outside, "ready\n")
