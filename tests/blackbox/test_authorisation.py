"""Every route and every frame against everybody (authorisation_table.py), and that no answer tells what exists."""
import asyncio
import json

import aiohttp

from authorisation_table import ENDING, FRAMES, PEOPLE, ROUTES
from base import BlackBox
from client import WAIT_SECONDS, unique
from process import OwnServer

# Above every id that is given out in a test.
ABSENT = "8999999999999999999"
# The limits that a table of some thousand requests from one address would run into.
FLAGS = ["--limits.sends_burst", "1000000", "--limits.sends_per_second", "1000000", "--world.sends_per_second",
         "1000000", "--auth.bcrypt_cost", "4", "--auth.failed_logins_per_account", "1000000",
         "--auth.failed_logins_per_address", "1000000"]


class Scene:
    """What one cell of the table needs: a group whose owner, admin, member and former member are the cast."""

    def __init__(self, cast):
        self.cast = cast
        self.names = {}

    async def set(self, role, asked):
        cast, owner = self.cast, self.cast["owner"]
        self.names = {
            "owner": owner.id, "owner_session": owner.session_id, "second": cast["second"].id, "chat": cast["chat"],
            "other": cast["other"].id, "other_name": cast["other"].name, "password": owner.password, "new": unique("n"),
            "self": cast[role].id if role != "none" else "1"}
        if asked & {"room", "group", "message", "owner_message"}:
            room = await self.group()
            self.names |= {"room": room, "group": room.removeprefix("group_")}
            self.names["message"] = (await cast["member"].say(room, "of a member"))["messageId"]
            self.names["owner_message"] = (await owner.say(room, "of the owner"))["messageId"]
        if "closed" in asked:
            self.names["closed"] = (await self.group(joinPolicy="invite")).removeprefix("group_")
        if "chat_message" in asked:
            self.names["chat_message"] = (await owner.say(cast["chat"], "between two"))["messageId"]
        return self

    async def group(self, **settings):
        cast, owner = self.cast, self.cast["owner"]
        made = await owner.group_with(*(cast[name] for name in ("admin", "member", "removed", "second")), **settings)
        members = f"/api/v1/groups/{made.removeprefix('group_')}/members"
        await owner.put(f"{members}/{cast['admin'].id}", {"role": 2})
        await owner.delete(f"{members}/{cast['removed'].id}")
        return made


class WithCast(BlackBox):
    @classmethod
    def setUpClass(cls):
        cls.server = OwnServer(flags=FLAGS)
        cls.server.start()
        cls.addClassCleanup(cls.server.end)

    async def asyncSetUp(self):
        self.url = self.server.url
        await super().asyncSetUp()

    async def make_cast(self):
        cast = {name: await self.person() for name in ("stranger", "removed", "member", "admin", "owner", "second")}
        cast["guest"] = await self.guest()
        cast["friend"] = await self.person()
        cast["chat"] = await cast["owner"].single_with(cast["friend"])
        cast["other"] = await self.person()
        cast["none"] = self.nobody
        return cast

    async def stand_in(self, cast, role):
        """The cast with somebody new in that role, whose session or account may be ended."""
        if role == "none":
            return cast
        new = await (self.guest() if role == "guest" else self.person())
        changed = {**cast, role: new}
        if role == "owner":
            await new.group_with()
            changed["chat"] = await new.single_with(cast["friend"])
        return changed

    async def inventory(self):
        async with self.session.get(self.server.internal_url + "/routes") as answer:
            return await answer.json()


class Routes(WithCast):
    async def test_the_table_has_every_route_and_every_frame(self):
        served = await self.inventory()
        self.assertEqual({f"{one['method']} {one['path']}" for one in served["routes"]}, {row[0] for row in ROUTES})
        self.assertEqual(set(served["frames"]), {row[0] for row in FRAMES})

    async def test_no_cell_is_wrong(self):
        cast = await self.make_cast()
        wrong = []
        for route, what, request, expected in ROUTES:
            for role in PEOPLE:
                people = await self.stand_in(cast, role) if route in ENDING else cast
                if request.names & {"other", "other_name"}:
                    people["other"] = await self.person()
                scene = await Scene(people).set(role, request.names)
                method, path, body = request.filled(scene.names)
                status, _, answer = await people[role].raw(method, "/api/v1" + path, body)
                if status != expected[role]:
                    wrong.append(f"{route} ({what}) as {role}: {status}, not {expected[role]}: {answer}")
        self.assertEqual(wrong, [], "\n".join(wrong))

    async def test_what_is_absent_and_what_is_somebody_elses_look_alike(self):
        cast = await self.make_cast()
        different = []
        for route, what, request, expected in ROUTES:
            for role in ("stranger", "guest"):
                if expected[role] not in (403, 404):
                    continue
                scene = await Scene(cast).set(role, request.names)
                foreign = await self.answer_to(cast[role], request.filled(scene.names))
                scene.names |= {"room": f"group_{ABSENT}", "group": ABSENT, "closed": ABSENT, "message": ABSENT,
                                "owner_message": ABSENT, "chat_message": ABSENT, "owner_session": ABSENT,
                                "chat": "single_0123456789abcdef"}
                absent = await self.answer_to(cast[role], request.filled(scene.names))
                if foreign != absent:
                    different.append(f"{route} ({what}) as {role}: {foreign} and {absent}")
        self.assertEqual(different, [], "\n".join(different))

    async def answer_to(self, actor, request):
        method, path, body = request
        status, headers, answer = await actor.raw(method, "/api/v1" + path, body)
        kept = {key: value for key, value in answer.items() if key not in ("traceId", "instance")}
        return status, headers["Content-Type"], kept

    async def test_a_removed_member_sees_nothing_newer(self):
        cast = await self.make_cast()
        scene = await Scene(cast).set("removed", {"room"})
        room, removed = scene.names["room"], cast["removed"]
        socket = await removed.socket()
        await cast["owner"].say(room, "after the removal")
        seen = [await removed.conversation(room), await removed.history(room, afterSeq=0),
                await removed.get(f"/api/v1/conversations/{room}/messages"), await removed.get("/api/v1/conversations"),
                await removed.get("/api/v1/messages/unread"), await socket.pull(room), await socket.sync()]
        await socket.settle()
        seen += socket.frames
        self.assertNotIn("after the removal", json.dumps(seen))

    async def test_a_newcomer_reads_no_word_from_before(self):
        cast = await self.make_cast()
        room = (await Scene(cast).set("stranger", {"room"})).names["room"]
        group, newcomer = room.removeprefix("group_"), cast["stranger"]
        await cast["owner"].say(room, "before they came")
        socket = await newcomer.socket()
        seen = [await newcomer.post(f"/api/v1/groups/{group}/join")]
        await cast["owner"].put(f"/api/v1/groups/{group}", {"name": "renamed"})
        await socket.take("conversation-update", lambda data: data["updates"]["target"]["groupName"] == "renamed")
        seen += [await newcomer.conversation(room), await newcomer.history(room, afterSeq=0),
                 await newcomer.get(f"/api/v1/conversations/{room}/messages"),
                 await newcomer.get("/api/v1/conversations"), await socket.pull(room), await socket.sync()]
        self.assertNotIn("before they came", json.dumps(seen + socket.frames))

    async def test_nobody_outside_hears_of_typing_or_reading(self):
        cast = await self.make_cast()
        room = (await Scene(cast).set("owner", {"room"})).names["room"]
        inside = await cast["member"].socket()
        outside = [await cast[name].socket() for name in ("stranger", "removed", "guest")]
        for socket in outside:
            await socket.send("typing", {"conversationId": room, "on": True})
            await socket.send("mark-read", {"conversationId": room, "seqId": 1})
            await socket.settle()
        await inside.settle()
        self.assertEqual(inside.seen("typing") + inside.seen("read"), [])
        await inside.send("typing", {"conversationId": room, "on": True})
        await inside.settle()
        for socket in outside:
            await socket.settle()
            self.assertEqual(socket.seen("typing"), [])


class Frames(WithCast):
    async def test_no_cell_is_wrong(self):
        cast = await self.make_cast()
        sockets = {role: await cast[role].socket() for role in PEOPLE if role != "none"}
        wrong = []
        for kind, what, request, expected in FRAMES:
            for role, socket in sockets.items():
                if "other" in request.names:
                    cast["other"] = await self.person()
                scene = await Scene(cast).set(role, request.names)
                answer = await self.answer_to(socket, request.filled(scene.names), expected[role])
                if answer != expected[role]:
                    wrong.append(f"{kind} ({what}) as {role}: {answer}, not {expected[role]}")
        self.assertEqual(wrong, [], "\n".join(wrong))

    async def test_without_a_credential_no_frame_is_heard(self):
        cast = await self.make_cast()
        for kind, _, request, _ in FRAMES:
            if kind == "auth":
                continue
            async with self.session.ws_connect(self.url.replace("http", "ws") + "/ws",
                                               protocols=("gochat.v1.json",)) as ws:
                name, content = request.filled((await Scene(cast).set("none", request.names)).names)
                await ws.send_str(json.dumps({"type": name, "data": content}))
                while (await ws.receive()).type == aiohttp.WSMsgType.TEXT:
                    pass
                self.assertEqual(ws.close_code, 4002, kind)

    async def answer_to(self, socket, request, expected):
        """The code of an error, else the kind of what was answered."""
        kind, content = request
        socket.frames.clear()
        await socket.settle()
        socket.frames.clear()
        await socket.send(kind, content)
        if expected is None:
            # Each frame is worked on by itself: three rounds later a refusal would be there.
            for _ in range(3):
                await socket.settle()
            return next(iter(self.answers(socket)), None)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while not self.answers(socket):
                    socket.arrived.clear()
                    await socket.arrived.wait()
        except TimeoutError:
            return None
        return self.answers(socket)[0]

    @staticmethod
    def answers(socket):
        said = [(one["type"], one["data"]) for one in socket.frames]
        return [data["code"] if kind == "error" else kind for kind, data in said
                if kind in ("error", "pull-result", "message-ack", "sync-result", "pong")]
