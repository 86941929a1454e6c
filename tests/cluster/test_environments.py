"""Two environments on the same servers, with processes of the same names: neither sees anything of the other."""
import tempfile

from client import Api, Person, unique
from cluster.house import Process
from cluster.watching import Watching
from cluster.whole import house, verb

APART = {"GOCHAT_SERVER_ENVIRONMENT": "staging", "GOCHAT_MYSQL_DATABASE": "gochat_staging",
         "GOCHAT_REDIS_PREFIX": "staging:", "GOCHAT_KAFKA_PREFIX": "staging.", "GOCHAT_ETCD_PREFIX": "/staging"}


class Environments(Watching):
    keep_alive = False

    @classmethod
    def setUpClass(cls):
        first = house().gateways[0]
        house().sql(f"CREATE DATABASE IF NOT EXISTS {APART['GOCHAT_MYSQL_DATABASE']}", database="")
        status, _, why = verb("migrate", "up", **APART)
        if status:
            raise RuntimeError(why)
        folder = tempfile.TemporaryDirectory(prefix="gochat-staging-")
        cls.addClassCleanup(folder.cleanup)
        # All roles under the name of a gateway that is alive in the other one.
        cls.staging = Process(house().binary, "serve", first.name, folder.name, {**house().shared, **APART})
        cls.addClassCleanup(cls.staging.stop)
        cls.staging.start()

    async def namesakes(self):
        """Somebody here and somebody there who go by the same name."""
        name, password = unique(), "correct horse"
        people = []
        for url in (self.url, self.staging.url):
            signed_in = await Api(self.session, url).post("/api/v1/auth/register",
                                                          {"username": name, "password": password})
            people.append(Person(self.session, url, signed_in, password))
        return people

    async def test_a_name_is_free_in_the_other_one_and_its_token_means_nothing_there(self):
        here, there = await self.namesakes()
        self.assertNotEqual(here.id, there.id)
        await self.assert_refused("UNAUTHORIZED", Api(self.session, there.url, here.token).get("/api/v1/users/profile"),
                                  401)

    async def test_what_is_said_to_all_is_said_to_all_of_one(self):
        here, there = await self.namesakes()
        ours, theirs = await here.socket(), await there.socket()
        words = unique("words")
        await ours.say("world", words)
        await theirs.say("world", "over there " + words)
        # Sockets are told in order: what would have come has come.
        listener = await (await self.person()).socket()
        await ours.say("world", "the last words")
        await listener.message("the last words")
        await theirs.settle()
        for socket, person, foreign in ((ours, here, "over there " + words), (theirs, there, words)):
            told = [push["message"]["content"] for push in socket.seen("new-message")]
            kept = [message["content"] for message in (await person.history("world", limit=100))["messages"]]
            self.assertNotIn(foreign, told + kept)

    async def test_nobody_is_found_online_or_counted_in_the_other_one(self):
        here, there = await self.namesakes()
        await here.socket()
        await there.socket()
        _, neighbour = await self.namesakes()
        found = await neighbour.get(f"/api/v1/users/search?q={here.name}")
        self.assertEqual([one["userId"] for one in found], [there.id])
        async with self.session.get(self.staging.internal_url + "/readyz") as ready:
            self.assertEqual(ready.status, 200)
        self.assertNotEqual(house().redis.tell("EXISTS", f"user_session:{here.id}"), "0")
        self.assertEqual(house().redis.tell("EXISTS", f"staging:user_session:{here.id}"), "0")
        self.assertNotEqual(house().redis.tell("EXISTS", f"staging:user_session:{there.id}"), "0")

    async def test_what_is_shared_of_configuration_is_shared_within_one(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as document:
            document.write("auth:\n  registration: closed\n")
            document.flush()
            self.assertEqual(verb("config", "push", document.name, **APART)[0], 0)
        self.addCleanup(verb, "config", "remove", **APART)

        async def closed():
            status, _, body = await Api(self.session, self.staging.url).raw(
                "POST", "/api/v1/auth/register", {"username": unique(), "password": "correct horse"})
            return (status, body.get("code")) == (403, "FORBIDDEN")
        await self.until(closed)
        await self.person()
