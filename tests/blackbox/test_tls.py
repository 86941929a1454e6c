"""https and wss: the whole binary behind a certificate that it reloads, and what it refuses at start."""
import asyncio
import os
import signal
import ssl
import tempfile
import unittest
from pathlib import Path

import aiohttp

from base import BlackBox
from certificates import Pair
from client import Socket, WAIT_SECONDS
from process import OwnServer, run


class Tls(BlackBox):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gochat-tls-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.pair = Pair(self.folder)
        self.server = OwnServer(flags=self.pair.flags())
        self.addCleanup(self.server.end)
        self.server.start()
        self.url = self.server.url

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.trust(self.pair.trusted())

    def trust(self, context):
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=context))
        self.addAsyncCleanup(self.session.close)
        self.nobody.session = self.session

    async def shown(self):
        """The certificate that a new connection is shown."""
        return await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", self.server.port))

    async def test_people_talk_over_https_and_wss(self):
        self.assertTrue(self.url.startswith("https://"))
        alice, bob = await self.people(2)
        a, b = await alice.socket(), await bob.socket(token_in_url=True)
        chat = await alice.single_with(bob)
        await a.say(chat, "in private")
        await b.message("in private")
        for n in range(50):
            await a.send("send-message", {"conversationId": chat, "content": f"{n} " + "x" * 4000,
                                          "messageType": "text", "tempMessageId": f"t{n}"})
        for n in range(50):
            await b.take("new-message", lambda data, n=n: data["message"]["content"].startswith(f"{n} "))
        self.assertEqual(len((await bob.history(chat))["messages"]), 50)

    async def test_a_page_of_this_server_may_connect_and_one_in_the_clear_may_not(self):
        person = await self.person()
        token = {"Authorization": f"Bearer {person.token}"}
        socket = await Socket.connect(self.session, self.url, "/ws", {**token, "Origin": self.url})
        await socket.take("connected")
        with self.assertRaises(aiohttp.WSServerHandshakeError) as caught:
            await Socket.connect(self.session, self.url, "/ws",
                                 {**token, "Origin": self.url.replace("https", "http")})
        self.assertEqual(caught.exception.status, 403)

    async def test_plain_http_on_this_port_is_told_so(self):
        async with aiohttp.ClientSession() as plain:
            async with plain.get(self.url.replace("https", "http") + "/livez") as answer:
                self.assertEqual(answer.status, 400)
                self.assertIn("https://", await answer.text())

    async def test_old_tls_and_foreign_protocols_are_refused(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port, ssl=self.pair.trusted(),
                                                       server_hostname="localhost")
        self.assertEqual(writer.get_extra_info("ssl_object").version(), "TLSv1.3")
        writer.close()
        foreign = self.pair.trusted()
        foreign.set_alpn_protocols(["h2"])
        with self.assertRaises(ssl.SSLError):
            await asyncio.open_connection("127.0.0.1", self.server.port, ssl=foreign, server_hostname="localhost")

    async def test_a_renewed_certificate_is_shown_without_a_restart(self):
        person = await self.person()
        socket = await person.socket()
        before = await self.shown()
        self.pair.make("renewed")
        async with asyncio.timeout(WAIT_SECONDS):
            while await self.shown() == before:
                await asyncio.sleep(0.2)
        self.assertEqual(await self.shown(), self.pair.certificate.read_text())
        await socket.settle()  # what was open goes on
        self.trust(self.pair.trusted())
        person.session = self.session
        await (await person.socket()).settle()

    async def test_another_pair_is_taken_when_the_configuration_names_it(self):
        config = Path(self.folder, "gochat.yaml")
        named = "server:\n  tls_certificate: {0}/cert.pem\n  tls_key: {0}/key.pem\n"
        config.write_text(named.format(self.folder), encoding="utf-8")
        server = OwnServer(flags=["--config", str(config)])
        self.addCleanup(server.end)
        await asyncio.to_thread(server.start)
        other = Path(self.folder, "other")
        other.mkdir()
        config.write_text(named.format(other), encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        line = await asyncio.to_thread(server.line, "certificate refused, the one before it stays")
        self.assertIn("cannot be read", line["reason"])
        wanted = Pair(other).certificate.read_text()
        server.process.send_signal(signal.SIGHUP)
        await asyncio.to_thread(server.line, "certificate renewed")
        shown = await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", server.port))
        self.assertEqual(shown, wanted)

    async def test_a_bad_new_pair_is_logged_and_the_old_one_stays(self):
        before = await self.shown()
        self.pair.key.write_text("not a key")
        line = await asyncio.to_thread(self.server.line, "certificate refused, the one before it stays")
        self.assertIn("does not hold a key", line["reason"])
        self.assertEqual(await self.shown(), before)

    async def test_it_drains_over_tls_too(self):
        person = await self.person()
        socket = await person.socket()
        ended = asyncio.to_thread(self.server.terminate)
        self.assertEqual((await asyncio.gather(socket.closed(), ended)), [1012, 0])


class TlsRefusals(unittest.TestCase):
    """Each ends the start with 2, one line of cause and one of remedy."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gochat-tls-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.pair = Pair(self.folder)

    def refusal(self, *flags, listen="127.0.0.1:0"):
        status, _, said = run(["serve", "--listen", listen, "--internal-listen", "127.0.0.1:0",
                               "--data", self.folder + "/data", *(flags or self.pair.flags())])
        self.assertEqual(status, 2, said)
        lines = said.strip().split("\n")
        self.assertEqual(len(lines), 2, said)
        self.assertFalse(Path(self.folder, "data").exists(), "nothing is made before all is in order")
        return lines[0]

    def test_an_expired_certificate(self):
        self.pair.make(until="20200201000000Z")
        self.assertIn("expired on", self.refusal())

    def test_a_key_of_another_certificate(self):
        os.mkdir(self.folder + "/other")
        os.replace(Pair(self.folder + "/other").key, self.pair.key)
        self.assertIn("does not belong to the certificate", self.refusal())

    def test_a_missing_file(self):
        self.pair.key.unlink()
        self.assertIn("cannot be read: No such file", self.refusal())

    def test_a_key_that_others_may_read(self):
        self.pair.key.chmod(0o644)
        self.assertIn("can be read by others", self.refusal())

    def test_one_key_without_the_other(self):
        self.assertIn("belong together", self.refusal("--server.tls_certificate", str(self.pair.certificate)))

    def test_a_public_address_needs_it(self):
        self.assertIn("which other machines can reach, and without TLS",
                      self.refusal("--log-level", "info", listen="0.0.0.0:0"))

