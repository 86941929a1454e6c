"""Idempotency-Key: a POST that creates is carried out once, and answered as often as it is sent."""
import asyncio

from base import BlackBox
from client import Refused, unique
from process import Alone


def keyed(key=None):
    return {"Idempotency-Key": key or unique("key")}


class IdempotencyKey(BlackBox):
    async def twice(self, person, path, body):
        """The same request twice under one key: (status, data) of both, and whether each was a repetition."""
        headers, answers, replayed = keyed(), [], []
        for _ in range(2):
            status, answered, said = await person.raw("POST", path, body, headers)
            answers.append((status, said.get("data")))
            replayed.append(answered.get("Idempotency-Replayed"))
        return answers, replayed

    async def test_what_creates_is_done_once_and_answered_twice(self):
        alice, bob, carol = await self.people(3)
        group = (await alice.group_with()).removeprefix("group_")
        for path, body in (("/api/v1/groups", {"groupName": "once"}), ("/api/groups/create", {"name": "once"}),
                           ("/api/v1/friends", {"friendId": bob.id}), ("/api/v1/blocks", {"userId": carol.id}),
                           ("/api/v1/conversations", {"targetUserId": bob.id}),
                           ("/api/v1/conversations/create", {"targetUserId": bob.id}),
                           (f"/api/v1/groups/{group}/members", {"members": [bob.id]})):
            with self.subTest(path=path):
                (first, second), replayed = await self.twice(alice, path, body)
                self.assertLess(first[0], 300, first)
                self.assertEqual(second, first)
                self.assertEqual(replayed, [None, "true"])
        listed = await alice.get("/api/v1/conversations")
        names = [c["target"].get("groupName") for c in listed]
        self.assertEqual(names.count("once"), 2)

    async def test_a_send_without_a_client_id_is_known_by_its_key(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        for path, body in (("/api/v1/messages", {"conversationId": chat, "content": "a"}),
                           ("/api/v1/messages/send", {"toUserId": bob.id, "content": "b"}),
                           (f"/api/v1/conversations/{chat}/messages", {"content": "c"})):
            with self.subTest(path=path):
                (first, second), replayed = await self.twice(alice, path, body)
                self.assertEqual((first[0], second[0]), (201, 200))
                self.assertEqual(replayed, [None, "true"])
                for member in ("messageId", "seqId", "sendTime", "clientMsgId"):
                    self.assertEqual(second[1][member], first[1][member])
        page = await bob.history(chat, afterSeq=0)
        self.assertEqual([m["content"] for m in page["messages"]], ["a", "b", "c"])

    async def test_a_key_names_one_request_of_one_person(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        headers = keyed()
        await alice.post("/api/v1/groups", {"groupName": "one"}, headers=headers)
        await self.assert_refused("IDEMPOTENCY_CONFLICT", alice.post(
            "/api/v1/groups", {"groupName": "other"}, headers=headers), 422)
        await alice.post("/api/v1/messages", {"conversationId": chat, "content": "one"}, headers=headers)
        await self.assert_refused("IDEMPOTENCY_CONFLICT", alice.post(
            "/api/v1/messages", {"conversationId": chat, "content": "other"}, headers=headers), 422)
        theirs = await bob.post("/api/v1/groups", {"groupName": "theirs"}, headers=headers)
        self.assertEqual(theirs["target"]["groupName"], "theirs")

    async def test_a_request_that_failed_leaves_its_key_free(self):
        alice, bob = await self.people(2)
        headers = keyed()
        await self.assert_refused("NOT_FOUND", alice.post("/api/v1/friends", {"friendId": "1"}, headers=headers), 404)
        await alice.post("/api/v1/friends", {"friendId": bob.id}, headers=headers)

    async def test_of_many_at_once_one_is_carried_out(self):
        alice, = await self.people(1)
        headers = keyed()

        async def create():
            try:
                return (await alice.post("/api/v1/groups", {"groupName": "many"}, headers=headers))["conversationId"]
            except Refused as refused:
                self.assertEqual((refused.code, refused.body["retryable"]), ("IN_PROGRESS", True))
                return None
        made = {one for one in await asyncio.gather(*[create() for _ in range(10)]) if one}
        self.assertEqual(len(made), 1)
        self.assertEqual({await create()}, made)
        self.assertEqual(len(await alice.get("/api/v1/conversations")), 2)

    async def test_registering_twice_makes_one_account_and_asks_for_its_password(self):
        body, headers = {"username": unique(), "password": "correct horse"}, keyed()
        first = await self.nobody.post("/api/v1/auth/register", body, headers=headers)
        status, answered, second = await self.nobody.raw("POST", "/api/v1/auth/register", body, headers)
        self.assertEqual((status, answered.get("Idempotency-Replayed")), (201, "true"))
        self.assertEqual(second["data"]["user"], first["user"])
        self.assertNotEqual(second["data"]["sessionId"], first["sessionId"])
        other = {**body, "password": "battery staple"}
        await self.assert_refused("IDEMPOTENCY_CONFLICT",
                                  self.nobody.post("/api/v1/auth/register", other, headers=headers), 422)
        await self.assert_refused("CONFLICT", self.nobody.post("/api/v1/auth/register", body), 409)
        # A key belongs to a name: others may have chosen the same one.
        await self.nobody.post("/api/v1/auth/register", {**body, "username": unique()}, headers=headers)

    async def test_a_key_is_at_most_255_bytes(self):
        alice, = await self.people(1)
        chat = await alice.single_with(await self.person())
        for path, body in (("/api/v1/groups", {"groupName": "long"}),
                           ("/api/v1/messages", {"conversationId": chat, "content": "long"})):
            await self.assert_refused("INVALID_PARAMS", alice.post(path, body, headers=keyed("k" * 256)), 400)
            await alice.post(path, body, headers=keyed("k" * 255))


class IdempotencyKeyOverRestarts(Alone, BlackBox):
    keep_alive = False

    async def test_answers_outlive_kill_9(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        headers = keyed()
        group = await alice.post("/api/v1/groups", {"groupName": "once"}, headers=headers)
        sent = await alice.post("/api/v1/messages", {"conversationId": chat, "content": "once"}, headers=headers)
        self.server.kill()
        self.server.start()
        again = await alice.post("/api/v1/groups", {"groupName": "once"}, headers=headers)
        self.assertEqual(again, group)
        resent = await alice.post("/api/v1/messages", {"conversationId": chat, "content": "once"}, headers=headers)
        self.assertEqual((resent["messageId"], resent["duplicate"]), (sent["messageId"], True))
        self.assertEqual(len(await alice.get("/api/v1/conversations")), 3)
