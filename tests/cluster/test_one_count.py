"""What a cluster counts once though several processes count it, and what it knows of its gateways. Its times are short:
what takes minutes by default takes seconds here."""
import asyncio
import itertools
import os
import subprocess
import time
import unittest

from client import Refused, unique
from cluster.house import House
from cluster.servers.backend import program
from cluster.watching import Watching, leads

BURST, PER_SECOND = 30, 5
FREE_LOGINS = 4
LAG_SECONDS = 15
ONLINE_MAX = 40
SETTINGS = {
    "GOCHAT_SERVER_TRUSTED_PROXIES": "127.0.0.1", "GOCHAT_GATEWAY_LEASE_SECONDS": "6",
    "GOCHAT_KAFKA_GONE_GATEWAY_SECONDS": "4", "GOCHAT_GATEWAY_ONLINE_MAX": str(ONLINE_MAX),
    "GOCHAT_QUEUE_LAG_SECONDS_MAX": str(LAG_SECONDS),
    "GOCHAT_LIMITS_SENDS_BURST": str(BURST), "GOCHAT_LIMITS_SENDS_PER_SECOND": str(PER_SECOND),
    "GOCHAT_LIMITS_SIGN_UPS_BURST": "3", "GOCHAT_LIMITS_SIGN_UPS_PER_HOUR": "1",
    "GOCHAT_AUTH_FAILED_LOGINS_PER_ACCOUNT": str(FREE_LOGINS)}
DOWNSTREAM = "im-downstream-topic-"


def setUpModule():
    ShortTimes.house = House(os.environ["GOCHAT_BINARY"], plan={"repo": 1, "logic": 2, "gateway": 2},
                             settings=SETTINGS).start()
    unittest.addModuleCleanup(ShortTimes.house.stop)


class ShortTimes(Watching):
    keep_alive = False
    house = None  # of all of them

    @classmethod
    def home(cls):
        return cls.house

    async def pair(self):
        """Two who talk, each at a gateway of their own, and their conversation."""
        people = await self.people(2)
        for person, gateway in zip(people, self.house.gateways):
            person.url = gateway.url
        return *people, await people[0].single_with(people[1])

    async def at_each_gateway(self, person):
        sockets = []
        for gateway in self.house.gateways:
            person.url = gateway.url
            sockets.append(await person.socket())
        return sockets


class OneCount(ShortTimes):
    async def counted_alone(self):
        return await self.measured(self.house.processes, "gochat_limits_local_total")

    async def counted_as_one(self, attempt):
        """What the attempt answers once Redis, which may be slow on a busy machine, was there for all of it."""
        for _ in range(20):
            before = await self.counted_alone()
            seen = await attempt()
            if await self.counted_alone() == before:
                return seen
        self.fail("Redis was never there for a whole attempt")

    async def flood(self, sockets, chat, rounds, at_once):
        """How many of so many sends at once at each socket, again and again, are taken; at most so many may be."""
        taken, begun = 0, time.monotonic()
        for _ in range(rounds):
            tries = [socket.say(chat, "flood") for socket in sockets for _ in range(at_once)]
            for answer in await asyncio.gather(*tries, return_exceptions=True):
                if isinstance(answer, Refused):
                    self.assertEqual(answer.code, "RATE_LIMITED")
                else:
                    self.assertIn("seqId", answer)
                    taken += 1
        return taken, BURST + PER_SECOND * (time.monotonic() - begun)

    async def test_two_gateways_let_one_person_send_as_much_as_one(self):
        async def attempt():
            alice, _, chat = await self.pair()
            return await self.flood(await self.at_each_gateway(alice), chat, rounds=25, at_once=4)
        taken, one_bucket = await self.counted_as_one(attempt)
        self.assertGreaterEqual(taken, BURST)
        # What each of them had let through when it heard of the other.
        self.assertLessEqual(taken, one_bucket + 2 * (4 + BURST / 16 + 1))

    async def test_failed_logins_are_counted_once_over_gateways_and_logics(self):
        async def attempt():
            alice = await self.person()
            return await asyncio.gather(*[self.login(alice.name, gateway) for gateway in 6 * self.house.gateways])
        statuses = await self.counted_as_one(attempt)
        checked = [status for status in statuses if status == 401]
        self.assertEqual(set(statuses), {401, 429})
        # One more where the first of them was a second ago when the last one came.
        self.assertIn(len(checked), (FREE_LOGINS, FREE_LOGINS + 1))

    async def login(self, name, gateway):
        body = {"username": name, "password": "a guess"}
        async with self.session.post(f"{gateway.url}/api/v1/auth/login", json=body) as answer:
            return answer.status

    async def sign_up(self, gateway, address):
        body = {"username": unique(), "password": "correct horse"}
        async with self.session.post(f"{gateway.url}/api/v1/auth/register", json=body,
                                     headers={"X-Forwarded-For": address}) as answer:
            return answer.status

    async def test_sign_ups_of_an_address_are_counted_once(self):
        addresses = itertools.count(7)

        async def attempt():
            address = f"192.0.2.{next(addresses)}"
            return [await self.sign_up(gateway, address) for gateway in 4 * self.house.gateways]
        self.assertEqual(sorted(await self.counted_as_one(attempt)), 3 * [201] + 5 * [429])
        self.assertEqual(await self.sign_up(self.house.gateways[1], f"192.0.2.{next(addresses)}"), 201)

    async def test_without_redis_every_process_limits_by_itself(self):
        alice, bob, chat = await self.pair()
        a, b = await alice.socket(), await bob.socket()
        self.house.redis.kill()
        try:
            taken, one_bucket = await self.flood([a], chat, rounds=3, at_once=20)
            self.assertGreaterEqual(taken, BURST)
            self.assertLessEqual(taken, one_bucket + 1)
            statuses = [await self.login(bob.name, self.house.gateways[0]) for _ in range(3 * FREE_LOGINS)]
            self.assertEqual(set(statuses), {401, 429})
            await b.say(chat, "still here")
            await a.message("still here")
        finally:
            await asyncio.to_thread(self.house.redis.start)

    async def test_who_is_online_is_counted_over_all_gateways_and_bounded(self):
        for n, person in enumerate(await self.people(6)):
            person.url = self.house.gateways[n % 2].url
            await person.socket()
        late = await self.person()
        # A third gateway, which would have to say so again.
        self.house.redis.tell("HSET", "online_users", "elsewhere", f"40 {int(time.time() * 1000) + 60_000}")

        async def all_know():
            told = [await self.measured([gateway], "gochat_people_online") for gateway in self.house.gateways]
            return told == [46, 46] and self.house.redis.tell("GET", "online_users_count") == "46"
        await self.until(all_know)
        status, _, body = await late.raw("GET", "/ws", headers={
            "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="})
        self.assertEqual((status, body["code"]), (503, "OVERLOADED"))
        self.house.redis.tell("HDEL", "online_users", "elsewhere")

        async def all_have_room():  # each counts by itself, and those who come after this test go to both
            return all([await self.measured([gateway], "gochat_people_online") < ONLINE_MAX
                        for gateway in self.house.gateways])
        await self.until(all_have_room)
        await late.socket()


class Lost(ShortTimes):
    async def test_who_was_at_a_gateway_that_is_lost_is_offline_soon_and_nobody_else_notices(self):
        alice, bob, chat = await self.pair()
        gateway = self.house.gateways[1]
        a, b = await alice.socket(), await bob.socket()

        async def online():
            return (await alice.get("/api/users/status/online"))[bob.id]
        await alice.post("/api/v1/friends", {"friendId": bob.id})
        self.assertTrue(await online())
        gateway.kill()
        try:
            await b.closed()

            async def offline():
                return not await online()
            await self.until(offline)
            bob.url = alice.url
            again = await bob.socket()
            await again.say(chat, "I am back")
            await a.message("I am back")
            self.assertIsNone(a.close_code)
            self.assertTrue(await online())
        finally:
            await asyncio.to_thread(gateway.start)

    async def test_redis_that_lost_everything_hears_of_every_socket_again_and_nothing_is_missed(self):
        alice, bob, chat = await self.pair()
        # A client that never asks for what it missed: only its gateway can notice.
        tab = await alice.socket(subprotocol=None)
        b = await bob.socket()
        await b.say(chat, "before")
        await tab.message("before")
        self.house.redis.tell("FLUSHALL")
        await b.say(chat, "while nobody knew where alice was")
        await tab.message("while nobody knew where alice was")

        await self.until(lambda: self.house.redis.tell("HLEN", f"user_session:{alice.id}") != "0")
        await b.say(chat, "after")
        await tab.message("after")
        await tab.settle()
        self.assertEqual(tab.seen("new-message"), [])

    async def test_sends_that_have_waited_for_too_long_are_joined_by_no_others(self):
        alice, bob, chat = await self.pair()
        a, b = await alice.socket(), await bob.socket()
        logics = self.house.of("logic")
        for logic in logics:
            logic.kill()
        try:
            waits = unique("c")
            await a.send("send-message", {"conversationId": chat, "content": "waits", "messageType": "text",
                                          "tempMessageId": waits})
            await a.take("message-ack", lambda ack: ack["clientMsgId"] == waits and ack["status"] == "accepted")

            async def is_refused():
                try:
                    async with asyncio.timeout(0.5):
                        await a.say(chat, "one more")
                except Refused as refused:
                    return refused.code == "OVERLOADED"
                except TimeoutError:
                    return False  # accepted
            await self.until(is_refused)
        finally:
            for logic in logics:
                await asyncio.to_thread(logic.start)
        await a.stored(waits)
        await b.message("waits")

        async def moves():
            try:
                await a.say(chat, "goes on")
                return True
            except Refused:
                return False
        await self.until(moves)
        await b.message("goes on")


class Janitor(ShortTimes):
    def topics(self):
        listed = subprocess.run([program("kcat"), "-L", "-b", self.house.kafka.address(), "-m", "5"],
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout
        return {line.split('"')[1] for line in listed.splitlines() if line.strip().startswith('topic "')}

    async def topic(self, verb, name):
        command = self.house.kafka.java("org.apache.kafka.tools.TopicCommand", "--bootstrap-server",
                                        self.house.kafka.address(), verb, "--topic", name)
        await asyncio.to_thread(lambda: subprocess.run(command, capture_output=True, check=True))

    async def leader(self):
        first, second = self.house.of("logic")
        await self.until(lambda: leads(first) or leads(second))
        return (first, second) if leads(first) else (second, first)

    async def test_topics_of_gateways_that_are_gone_are_removed_whoever_leads(self):
        own = {DOWNSTREAM + gateway.name for gateway in self.house.gateways}
        frozen, heir = await self.leader()
        frozen.pause()
        try:
            # One of another environment, whose gateways this one cannot know.
            await asyncio.gather(self.topic("--create", DOWNSTREAM + "gone"),
                                 self.topic("--create", "other." + DOWNSTREAM + "gone"))

            async def removed():
                return DOWNSTREAM + "gone" not in await asyncio.to_thread(self.topics)
            await self.until(removed)
        finally:
            frozen.resume()
        self.assertTrue(leads(heir))
        # The topic is gone a moment before its remover says so.
        await self.until(lambda: any(line.get("topic") == DOWNSTREAM + "gone" for line in heir.lines()))
        self.assertEqual(await self.measured([heir], "gochat_kafka_topics_removed_total"), 1)
        await self.until(lambda: not leads(frozen))
        self.assertEqual(await self.measured([frozen], "gochat_kafka_topics_removed_total"), 0)
        self.assertLessEqual(own | {"other." + DOWNSTREAM + "gone"}, await asyncio.to_thread(self.topics))
        await self.talk()

    async def talk(self):
        alice, bob, chat = await self.pair()
        a, b = await alice.socket(), await bob.socket()
        words = unique("words")
        await a.say(chat, words)
        await b.message(words)

    async def test_a_gateway_whose_topic_is_removed_all_the_same_makes_it_anew(self):
        topic = DOWNSTREAM + self.house.gateways[1].name
        await self.talk()
        await self.topic("--delete", topic)

        async def there():
            return topic in await asyncio.to_thread(self.topics)
        await self.until(there)

        async def talks():
            try:
                async with asyncio.timeout(3):
                    await self.talk()
                return True
            except TimeoutError:
                return False
        await self.until(talks)
