"""People who speak the staged plan's dialect: packets with a cmd instead of frames with a type."""
import asyncio
import json

from client import WAIT_SECONDS, Closed, Socket, unique

HEARTBEAT, LOGIN, CHAT, PULL, ACK = range(5)
SUBPROTOCOL = "gochat.timeline.v1"


class Timeline:
    """One socket of the dialect; packets are kept until a test asks for one."""

    def __init__(self, socket):
        self.socket = socket
        self.packets = socket.frames

    @staticmethod
    async def connect(session, url, path="/ws", headers=None, protocols=(SUBPROTOCOL,)):
        return Timeline(await Socket.connect(session, url, path, headers, protocols))

    @staticmethod
    async def login(person):
        """A socket that was opened by nobody and says who it is in its first packet."""
        timeline = await Timeline.connect(person.session, person.url)
        await timeline.send(LOGIN, "login-1", {"token": person.token})
        timeline.greeting = await timeline.answer(LOGIN, "login-1")
        assert timeline.greeting["code"] == 0, timeline.greeting
        return timeline

    async def send(self, cmd, msg_id=None, payload=None, seq=None):
        packet = {"cmd": cmd, "msg_id": msg_id, "seq": seq, "payload": payload}
        await self.socket.text(json.dumps({k: v for k, v in packet.items() if v is not None}))

    async def take(self, where):
        """The first packet that is meant, taken out of what has come; waits for it."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                for n, packet in enumerate(self.packets):
                    if where(packet):
                        return self.packets.pop(n)
                if self.socket.close_code is not None:
                    raise Closed(self.socket.close_code)
                self.socket.arrived.clear()
                await self.socket.arrived.wait()

    async def answer(self, cmd, msg_id):
        return await self.take(lambda p: p["cmd"] == cmd and p.get("msg_id") == msg_id and not is_push(p))

    async def ask(self, cmd, payload=None, seq=None, msg_id=None):
        """What is answered to a packet."""
        msg_id = msg_id or unique("q")
        await self.send(cmd, msg_id, payload, seq)
        return await self.answer(cmd, msg_id)

    async def say(self, conversation, content, msg_id=None, **more):
        """A send that is waited for until it is stored or refused; from a durable queue another answer comes before."""
        msg_id = msg_id or unique("m")
        await self.send(CHAT, msg_id, {"conversation_id": conversation, "content": content, "msg_type": 1, **more})
        return await self.take(lambda p: p["cmd"] == CHAT and p.get("msg_id") == msg_id and not is_push(p) and
                               ("seq" in p or p["code"] != 0))

    async def push(self, content):
        return await self.take(lambda p: is_push(p) and p["payload"]["content"] == content)

    async def settle(self):
        """Everything that the server sent before it answered this heartbeat has arrived."""
        await self.ask(HEARTBEAT)

    def pushes(self):
        return [p for p in self.packets if is_push(p)]

    async def closed(self):
        return await self.socket.closed()

    def cut(self):
        self.socket.cut()


def is_push(packet):
    return packet["cmd"] == CHAT and packet["code"] == 0 and "sender_id" in packet.get("payload", {})
