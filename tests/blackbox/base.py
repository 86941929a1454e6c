"""What every black box test has: a session, a server's address, people."""
import unittest

import aiohttp

from client import Api, Person, Refused, server_url, unique


class BlackBox(unittest.IsolatedAsyncioTestCase):
    url = None  # the server of the suite, unless a test brings its own
    keep_alive = True  # off where the server is killed under open connections

    async def asyncSetUp(self):
        self.url = self.url or server_url()
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=not self.keep_alive))
        self.addAsyncCleanup(self.session.close)
        self.nobody = Api(self.session, self.url)

    async def person(self, name=None, password="correct horse", **more):
        body = {"username": name or unique(), "password": password, **more}
        return Person(self.session, self.url, await self.nobody.post("/api/v1/auth/register", body), password)

    async def people(self, count):
        return [await self.person() for _ in range(count)]

    async def guest(self, name=""):
        return Person(self.session, self.url, await self.nobody.post("/api/v1/auth/guest", {"guestName": name}), "")

    async def assert_refused(self, code, call, status=None):
        with self.assertRaises(Refused) as caught:
            await call
        self.assertEqual(caught.exception.code, code, caught.exception.body)
        if status:
            self.assertEqual(caught.exception.status, status)
        return caught.exception.body
