"""Whoever a hook tells: an HTTP server of the test's own that answers what the test says and checks each signature."""
import asyncio
import datetime
import hashlib
import hmac
import json
import secrets

from aiohttp import web

WAIT_SECONDS = 60


class Receiver:
    """`got` holds (event, body) of everything that was taken with 200."""

    def __init__(self, port=0, secret=None):
        self.port, self.secret = port, secret or secrets.token_hex(32)
        self.got, self.tries, self.wrong = [], [], []
        self.answers = {}  # by event, statuses for the next tries; then 200
        self.away = set()  # events that are answered 503
        self.arrived = asyncio.Event()
        self.begun = datetime.datetime.now(datetime.UTC)

    async def start(self):
        app = web.Application()
        app.router.add_post("/{path:.*}", self.take)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()
        self.port = self.runner.addresses[0][1]
        return self

    async def stop(self):
        await self.runner.cleanup()

    def signed(self, request, body):
        text = request.headers["Gochat-Timestamp"].encode() + b"." + body
        expected = hmac.new(bytes.fromhex(self.secret), text, hashlib.sha256).hexdigest()
        return request.headers["Gochat-Signature"] == f"v1={expected}"

    async def take(self, request):
        body = await request.read()
        told = json.loads(body)
        if not self.signed(request, body) or request.headers["Gochat-Event"] != told["event"]:
            self.wrong.append(dict(request.headers))
        # A deployment that tests share may still tell of what an earlier one said.
        if datetime.datetime.fromisoformat(told["createdAt"]) < self.begun:
            return web.Response()
        answers = self.answers.get(told["event"])
        status = 503 if told["event"] in self.away else answers.pop(0) if answers else 200
        self.tries.append((status, told))
        if status == 200:
            self.got.append((told["event"], told))
        self.arrived.set()
        return web.Response(status=status)

    async def until(self, holds):
        async with asyncio.timeout(WAIT_SECONDS):
            while not holds():
                self.arrived.clear()
                await self.arrived.wait()

    async def take_event(self, event, where=lambda told: True):
        """The first of that event for which `where` holds; waits for it."""
        def found():
            return next((told for name, told in self.got if name == event and where(told)), None)
        await self.until(lambda: found() is not None)
        return found()

    def settings(self):
        """The configuration that names it, as environment."""
        url = f"http://127.0.0.1:{self.port}"
        return {"GOCHAT_HOOKS_SECRET": self.secret, "GOCHAT_HOOKS_PUSH_URL": f"{url}/push",
                "GOCHAT_HOOKS_ARCHIVE_URL": f"{url}/archive?of=all", "GOCHAT_HOOKS_MODERATION_URL": f"{url}/moderation"}
