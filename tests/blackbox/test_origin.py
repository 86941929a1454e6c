"""Which pages a browser may open a socket from: those of this server, of its public address, and of the list."""
import asyncio

import aiohttp

from base import BlackBox
from client import Socket
from process import OwnServer

PUBLIC = "https://chat.example.org"
LISTED = "https://desk.example.org:8443"


class Origins(BlackBox):
    async def serve(self, *flags):
        server = OwnServer(flags=flags)
        self.addCleanup(server.end)
        await asyncio.to_thread(server.start)
        self.nobody.url = self.url = server.url
        self.person_of_it = await self.person()
        return server

    async def asyncSetUp(self):
        self.url = "unset"
        await super().asyncSetUp()

    async def status(self, origin):
        headers = {"Authorization": f"Bearer {self.person_of_it.token}", "Origin": origin}
        try:
            socket = await Socket.connect(self.session, self.url, "/ws", headers)
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status
        await socket.close()
        return 101

    async def assert_pages(self, own, foreign):
        self.assertEqual({origin: await self.status(origin) for origin in own}, dict.fromkeys(own, 101))
        self.assertEqual({origin: await self.status(origin) for origin in foreign}, dict.fromkeys(foreign, 403))

    async def test_only_the_very_origin_is_believed(self):
        port = (await self.serve()).port
        await self.assert_pages(
            (self.url, "http://localhost:5173"),
            ("null", "", "*", "file:", "http://127.0.0.1", f"http://127.0.0.1:{port + 1}", f"https://127.0.0.1:{port}",
             f"{self.url}.evil.example", f"{self.url}/", f"http://evil.example:{port}", f"http://evil.test/{self.url}",
             f"http://evil@127.0.0.1:{port}", f"{self.url} http://evil.example", "http://localhost",
             "http://localhost:517", "http://localhost:51730", "https://localhost:5173",
             "http://localhost.evil.example:5173"))

    async def test_the_public_address_and_the_list_decide_what_else_is_ours(self):
        await self.serve("--server.public_url", PUBLIC, "--server.allowed_origins", LISTED)
        await self.assert_pages(
            (self.url, PUBLIC, LISTED),
            (f"{PUBLIC}:8443", f"{PUBLIC}/talk", "http://chat.example.org", "https://example.org",
             "https://a.chat.example.org", "https://desk.example.org", "http://localhost:5173"))
