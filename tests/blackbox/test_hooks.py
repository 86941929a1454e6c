"""Hooks that are told of messages, and what is given up of it: seen, and replayed, by an operator."""
import asyncio
import json
import subprocess

from base import BlackBox
from inside import Exposition
from process import OwnServer, binary
from receiver import Receiver

TASKS = "im-task-topic"
GIVEN_UP_AFTER = 5  # tries that failed for a reason of their own
LEFT_ALONE_AFTER = 5  # tries in a row that found it away


class Hooks(BlackBox):
    """Any deployment with all hooks on: on one machine here, on a cluster in tests/cluster."""

    async def asyncSetUp(self):
        self.receiver = await self.start_receiver()
        self.addAsyncCleanup(self.receiver.stop)
        await self.start_server()
        await super().asyncSetUp()
        self.alice, self.bob = await self.people(2)
        self.chat = await self.alice.single_with(self.bob)

    async def start_receiver(self):
        return await Receiver().start()

    async def start_server(self):
        self.server = OwnServer(environment=self.receiver.settings()).start()
        self.addCleanup(self.server.end)
        self.url = self.server.url

    def who_tells(self):
        """The internal listener of whatever calls the hooks."""
        return self.server.internal_url

    async def left_alone(self):
        async with self.session.get(self.who_tells() + "/metrics") as answer:
            return Exposition(await answer.text()).value("gochat_breakers_open", backend="hooks")

    def where(self):
        """What names the deployment on the command line, and its environment."""
        return ["--data", self.server.data], None

    async def dlq(self, *words):
        flags, environment = self.where()
        process = await asyncio.create_subprocess_exec(
            binary(), "dlq", *words, "--json", *flags, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        shown, told = await process.communicate()
        self.assertEqual(process.returncode, 0, told)
        return [json.loads(line) for line in shown.splitlines()]

    async def letter(self):
        """The only one of the tasks, when it is there."""
        async with asyncio.timeout(60):
            while not (letters := await self.dlq("list", TASKS)):
                await asyncio.sleep(0.1)
        self.assertEqual(len(letters), 1)
        return letters[0]

    async def test_who_has_no_connection_is_pushed_to_and_hooks_hear_of_everything(self):
        carol = await self.person()
        group = await self.alice.group_with(self.bob, carol)
        await carol.put(f"/api/v1/conversations/{group}", {"muted": True})
        socket = await self.alice.socket()
        sent = await socket.say(group, "anybody there?")
        push = await self.receiver.take_event("push")
        self.assertEqual(push["to"], [self.bob.id])
        self.assertEqual((push["messageId"], push["conversationId"], push["seqId"], push["senderId"], push["content"]),
                         (sent["messageId"], group, sent["seqId"], self.alice.id, "anybody there?"))
        for event in ("archive", "moderation"):
            told = await self.receiver.take_event(event)
            self.assertEqual((told["messageId"], told["content"], told["recalled"]),
                             (sent["messageId"], "anybody there?", False))
        reader = await self.bob.socket()
        await socket.say(group, "and now?")
        await reader.take("new-message", lambda d: d["message"]["content"] == "and now?")
        await self.receiver.take_event("moderation", lambda told: told["content"] == "and now?")
        await socket.say(self.chat, "you too?")
        await self.receiver.take_event("moderation", lambda told: told["content"] == "you too?")
        self.assertEqual(len([1 for event, _ in self.receiver.got if event == "push"]), 1)
        self.assertEqual(self.receiver.wrong, [])

    async def test_a_hook_that_is_busy_is_told_later_and_nothing_is_lost(self):
        self.receiver.answers = {"push": [503], "archive": [429, 503], "moderation": [502]}
        for n in range(5):
            await self.alice.say(self.chat, f"message {n}")
        for event in ("push", "archive", "moderation"):
            for n in range(5):
                await self.receiver.take_event(event, lambda told, n=n: told["content"] == f"message {n}")
            told = [told["content"] for name, told in self.receiver.got if name == event]
            self.assertEqual(told, [f"message {n}" for n in range(5)])
        self.assertEqual(await self.dlq("list"), [])

    async def test_a_hook_that_stays_away_is_left_alone_until_one_call_finds_it_again(self):
        self.receiver.answers = {"push": [503] * LEFT_ALONE_AFTER}
        self.assertEqual(await self.left_alone(), 0)
        await self.alice.say(self.chat, "patience")
        async with asyncio.timeout(60):
            while await self.left_alone() == 0:
                await asyncio.sleep(0.05)
        for event in ("push", "archive", "moderation"):
            await self.receiver.take_event(event, lambda told: told["content"] == "patience")
        self.assertEqual(len(self.receiver.tries), LEFT_ALONE_AFTER + 3)
        self.assertEqual(await self.dlq("list"), [])
        self.assertEqual(await self.left_alone(), 0)

    async def test_a_hook_that_is_away_holds_up_no_other(self):
        for away in ("push", "archive", "moderation"):
            self.receiver.away = {away}
            await self.alice.say(self.chat, f"without {away}")
            await self.receiver.until(
                lambda away=away: (503, away) in [(status, told["event"]) for status, told in self.receiver.tries])
            for event in {"push", "archive", "moderation"} - {away}:
                await self.receiver.take_event(event, lambda told, away=away: told["content"] == f"without {away}")
            self.assertNotIn((away, f"without {away}"), [(name, told["content"]) for name, told in self.receiver.got])
            self.receiver.away = set()
            await self.receiver.take_event(away, lambda told, away=away: told["content"] == f"without {away}")

    async def test_what_a_hook_refuses_is_given_up_and_replayed_once(self):
        self.receiver.answers = {"archive": [410]}
        await self.alice.say(self.chat, "a secret")
        letter = await self.letter()
        self.assertIn("answered 410", letter["cause"])
        self.assertEqual((letter["tries"], letter["replayed"], letter["code"]), (1, False, "INVALID_PARAMS"))
        self.assertIn(f"seq 1 of {self.chat}", letter["about"])
        self.assertNotIn("a secret", json.dumps(letter))
        await self.receiver.until(lambda: len(self.receiver.got) == 2)
        replay = ("replay", TASKS, "--id", str(letter["id"]))
        self.assertEqual([one["outcome"] for one in await self.dlq(*replay)], ["replayed"])
        await self.receiver.until(lambda: len(self.receiver.got) == 3)
        self.assertEqual({event for event, _ in self.receiver.got}, {"push", "archive", "moderation"})
        self.assertEqual(await self.dlq("list"), [])
        self.assertEqual([one["outcome"] for one in await self.dlq(*replay)], ["was replayed before"])
        self.assertEqual(await self.dlq("replay", TASKS, "--all"), [])
        kept = await self.dlq("list", TASKS, "--all")
        self.assertEqual([one["replayed"] for one in kept if one["id"] == letter["id"]], [True])
        self.assertEqual(len(self.receiver.tries), 4)

    async def test_what_fails_by_itself_again_and_again_is_given_up_and_the_lane_goes_on(self):
        self.receiver.answers = {"moderation": [500] * GIVEN_UP_AFTER}
        await self.alice.say(self.chat, "hello")
        self.assertEqual((await self.letter())["tries"], GIVEN_UP_AFTER)
        await self.alice.say(self.chat, "goes on")
        for event in ("push", "archive", "moderation"):
            await self.receiver.take_event(event, lambda told: told["content"] == "goes on")
        self.assertEqual([one["outcome"] for one in await self.dlq("replay", TASKS, "--all")], ["replayed"])
        await self.receiver.until(lambda: len(self.receiver.got) == 6)
