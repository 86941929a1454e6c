"""Records that nobody can do anything with, in the topics of a real broker: each is laid aside with its cause, whoever
sent it is told, its lane goes on, and an operator sees it and gives what may be done again another chance."""
import json
import os
import subprocess
import tempfile

from client import unique
from cluster.servers.backend import program
from cluster.watching import Watching
from cluster.whole import house, verb

UPSTREAM, WORLD = "im-upstream-topic", "im-upstream-world-topic"
SHARDS = "im-task-large-group-fanout-topic"
UNKNOWN_VERSION = b"\x08\x09"  # field 1, a number: 9
TORN = b"\xff torn"


def kcat(*words, given=None):
    return subprocess.run([program("kcat"), "-b", house().kafka.address(), *words], input=given, capture_output=True,
                          check=True).stdout


def publish(topic, value, key="poison", lane=0):
    with tempfile.NamedTemporaryFile() as file:
        file.write(value)
        file.flush()
        # As much as the brokers take, and not what a client takes for enough.
        kcat("-P", "-X", "message.max.bytes=2000000", "-t", topic, "-p", str(lane), "-k", key, file.name)


def records(topic):
    """(lane, key, value) of each that lies in the topic."""
    rest, found = kcat("-C", "-q", "-e", "-t", topic, "-f", "%p %K %S\n%k%s"), []
    while rest:
        head, rest = rest.split(b"\n", 1)
        lane, key, size = map(int, head.split())
        found.append((lane, rest[:key].decode(), rest[key:key + size]))
        rest = rest[key + size:]
    return found


def letters(topic, *flags):
    status, shown, told = verb("dlq", "list", topic, "--json", *flags)
    if status != 0:
        raise AssertionError(told)
    return [json.loads(line) for line in shown.splitlines()]


def number(value):
    """A varint of protobuf."""
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7f
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def field(name, value):
    if isinstance(value, int):
        return number(name << 3) + number(value)
    return number(name << 3 | 2) + number(len(value)) + value


def shard_of_nobody(group):
    """A shard that can be read, of a group that was never there."""
    push = b"".join([field(1, 50), field(2, 7), field(3, b"c"), field(5, 1), field(6, b"hello"), field(8, 1),
                     field(10, 1_700_000_000_000), field(11, b"Somebody")])
    told = field(1, 1) + field(3, f"group_{group}".encode()) + field(10, push)
    return field(1, 1) + field(2, told) + field(3, 1) + field(5, 4)


class DeadLetters(Watching):
    async def laid(self, topic, value, lane=0, key=None):
        """The letter of a record that is published now."""
        key = key or unique("poison")
        publish(topic, value, key, lane)
        shown = "im-downstream" if topic.startswith("im-downstream") else topic
        # A rebalance may have it laid twice.
        letter = (await self.until(lambda: [one for one in letters(shown) if one.get("key") == key[:256]]))[0]
        self.assertEqual((letter["of"], letter["partition"]), (topic, lane))
        return letter

    async def counted(self, topic):
        return await self.measured(house().processes, "gochat_dead_letters_total", topic=topic)

    async def test_an_unreadable_send_is_laid_aside_and_its_lane_goes_on(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        sender, receiver = await alice.socket(), await bob.socket()
        await sender.say(chat, "before")
        lane = next(lane for lane, key, _ in records(UPSTREAM) if key == chat)
        before = await self.counted(UPSTREAM)
        for value, cause in ((UNKNOWN_VERSION, "version 9"), (TORN, "torn")):
            letter = await self.laid(UPSTREAM, value, lane)
            self.assertIn(cause, letter["cause"])
            self.assertIn("unreadable", letter["about"])
        await sender.say(chat, "after")
        await receiver.take("new-message", lambda d: d["message"]["content"] == "after")
        self.assertGreaterEqual(await self.counted(UPSTREAM), before + 2)

    async def test_the_sender_of_a_send_of_an_unknown_version_is_told(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        socket = await alice.socket()
        known = unique("known")
        poisoned = known.replace("known", "wrong")  # as long, so that the record still fits its lengths
        await socket.send("send-message", {"conversationId": chat, "content": "hello", "messageType": "text",
                                           "tempMessageId": known})
        await socket.take("message-ack", lambda d: d["clientMsgId"] == known and d["status"] == "stored")
        lane, _, value = next(one for one in records(UPSTREAM) if known.encode() in one[2])
        newer = b"\x08\x09" + value[2:].replace(known.encode(), poisoned.encode())
        publish(UPSTREAM, newer, chat, lane)
        error = await socket.take("error", lambda d: d.get("clientMsgId") == poisoned)
        self.assertEqual(error["code"], "INTERNAL")
        self.assertTrue([one for one in letters(UPSTREAM) if one["key"] == chat and "version 9" in one["cause"]])
        await socket.say(chat, "goes on")

    async def test_an_unreadable_send_into_the_world_room_stops_nobody(self):
        guest = await (await self.guest("Visitor")).socket()
        self.assertIn("version 9", (await self.laid(WORLD, UNKNOWN_VERSION))["cause"])
        await guest.say("world", "hello world")

    async def test_an_unreadable_push_is_laid_aside_and_its_gateway_goes_on(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        bob.url = house().gateways[1].url
        sender, receiver = await alice.socket(), await bob.socket()
        topic = f"im-downstream-topic-{house().gateways[1].name}"
        for value, cause in ((UNKNOWN_VERSION, "version 9"), (TORN, "torn")):
            letter = await self.laid(topic, value)
            self.assertIn(cause, letter["cause"])
            self.assertEqual(letter["topic"], "im-downstream")
        await sender.say(chat, "still there?")
        await receiver.take("new-message", lambda d: d["message"]["content"] == "still there?")

    async def test_a_record_as_large_as_brokers_take_is_cut_and_its_lane_goes_on(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        bob.url = house().gateways[1].url
        sender, receiver = await alice.socket(), await bob.socket()
        await sender.say(chat, "before")
        lane = next(lane for lane, key, _ in records(UPSTREAM) if key == chat)
        for topic, at in ((UPSTREAM, lane), (SHARDS, 0), (f"im-downstream-topic-{house().gateways[1].name}", 0)):
            letter = await self.laid(topic, b"\xff" * 1_030_000, at, unique("key") * 200)
            self.assertIn("; cut: ", letter["cause"])
            self.assertIn("cut, ", letter["about"])
        letter = await self.laid(SHARDS, b"\xff" * 1_000_000)
        replay = verb("dlq", "replay", SHARDS, "--id", str(letter["id"]), "--json")
        self.assertEqual(json.loads(replay[1])["outcome"], "left, it was cut")
        await sender.say(chat, "after")
        await receiver.take("new-message", lambda d: d["message"]["content"] == "after")

    async def test_a_task_that_was_given_up_is_replayed_once(self):
        for value, cause in ((UNKNOWN_VERSION, "version 9"), (TORN, "torn")):
            unreadable = await self.laid(SHARDS, value)
            self.assertIn(cause, unreadable["cause"])
        letter = await self.laid(SHARDS, shard_of_nobody(4711))
        self.assertIn("seq 1 of group_4711, shard 1 of 4", letter["about"])
        self.assertNotIn("hello", json.dumps(letter))
        self.assertEqual((letter["replayed"], letter["tries"]), (False, 1))
        replay = ("dlq", "replay", SHARDS, "--id", str(letter["id"]), "--json")
        outcomes = [json.loads(verb(*replay)[1])["outcome"] for _ in range(2)]
        self.assertEqual(outcomes, ["replayed", "was replayed before"])
        again = await self.until(lambda: [one for one in letters(SHARDS) if one.get("key") == letter["key"]])
        self.assertEqual([one["about"] for one in again], [letter["about"]])
        self.assertNotEqual((again[0]["id"], again[0]["offset"]), (letter["id"], letter["offset"]))
        self.assertIn(letter["id"], [one["id"] for one in letters(SHARDS, "--all")])
        outcome = json.loads(verb("dlq", "replay", SHARDS, "--id", str(unreadable["id"]), "--json")[1])["outcome"]
        self.assertIn("cannot read", outcome)
        self.assertEqual(verb("dlq", "replay", SHARDS, "--all")[0], 0)

    async def test_a_process_that_runs_lists_them_too(self):
        letter = await self.laid(SHARDS, TORN)
        task = house().of("task")[0]
        shown = subprocess.run([house().binary, "dlq", "list", SHARDS, "--json", "--data", str(task.folder / "data")],
                               capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}).stdout
        self.assertIn(letter, [json.loads(line) for line in shown.splitlines()])

    async def test_what_was_refused_to_its_sender_is_never_replayed(self):
        letter = await self.laid(UPSTREAM, TORN)
        for words in (("--id", str(letter["id"])), ("--all",)):
            status, shown, told = verb("dlq", "replay", UPSTREAM, *words)
            self.assertEqual((status, shown), (1, ""))
            self.assertIn("its sender was told", told)
        self.assertIn("have read what they missed", verb("dlq", "replay", "im-downstream", "--all")[2])

    async def test_wrong_words_and_brokers_that_are_away_are_told(self):
        self.assertEqual(verb("dlq", "replay")[0], os.EX_USAGE)
        self.assertEqual(verb("dlq", "bury")[0], os.EX_USAGE)
        for words, cause in ((("list", "nowhere"), "no topic nowhere"), (("replay", SHARDS), "--id or --all"),
                             (("replay", SHARDS, "--id", "999999"), "no dead letter 999999")):
            status, _, told = verb("dlq", *words)
            self.assertEqual(status, 1)
            self.assertIn(cause, told)
        status, _, told = verb("dlq", "list", GOCHAT_KAFKA_BROKERS="127.0.0.1:1")
        self.assertEqual(status, 2)
        self.assertIn("127.0.0.1:1", told)
