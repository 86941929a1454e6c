"""Calls from one role to another: over every instance, past those that die or stand still, to those that come."""
import json
import threading
import unittest
import urllib.request

from client import unique
from cluster.rpc import Caller, Services
from cluster.watching import measures_of, one_more, wait_until
from cluster.whole import house

PACE_SECONDS = 0.01


class Asking:
    """`with`: somebody asks again and again, each time it has been answered."""

    def __init__(self, ask):
        self.ask = ask
        self.answered, self.failed = 0, []
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.go_on)

    def go_on(self):
        while not self.ends.wait(PACE_SECONDS):
            try:
                self.ask()
                self.answered += 1
            except Exception as error:  # whatever it is, the test tells it
                self.failed.append(error)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()


def http(url, token=None, body=None):
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


class RpcSpread(unittest.TestCase):
    def from_logic_to_repo(self):
        """What only repo knows."""
        self.asker, self.role, self.asked = house().of("logic")[0], "repo", house().of("repo")
        caller = Caller(self.asker.address(), house().shared["GOCHAT_GRPC_TOKEN"])
        self.addCleanup(caller.channel.close)
        services = Services(caller)
        return Asking(lambda: services.call("LogicService", "GetEpoch"))

    def from_gateway_to_logic(self):
        self.asker, self.role, self.asked = house().gateways[0], "logic", house().of("logic")
        url = self.asker.url + "/api/v1/"
        signed_in = http(url + "auth/register", body={"username": unique(), "password": "correct horse"})
        token = signed_in.get("data", signed_in)["token"]
        return Asking(lambda: http(url + "users/profile", token))

    def attempts(self):
        """How often each instance was asked by the one that asks."""
        measures = measures_of(self.asker)
        return {one.name: measures.value("gochat_call_attempts_total", role=self.role, instance=one.name)
                for one in self.asked}

    def until(self, asking, holds):
        wait_until(holds, lambda: f"{self.attempts()}, {asking.answered} answered, failed: {asking.failed}")

    def until_asked(self, asking, *processes, times=20):
        """Each of them so often from now on."""
        before = self.attempts()
        self.until(asking, lambda: all(self.attempts()[one.name] >= before[one.name] + times for one in processes))

    def until_answered(self, asking, times):
        wanted = asking.answered + times
        self.until(asking, lambda: asking.answered >= wanted)

    def all_are_used(self, begun):
        """One is killed, a new one is taken in, and nobody who asks notices."""
        first, second = self.asked
        with begun as asking:
            self.until_asked(asking, first, second)
            first.kill()
            self.until_answered(asking, 50)
            new = one_more(self, self.role, f"{self.role}-new").start()
            self.asked.append(new)
            self.until_asked(asking, second, new)
            first.start()
            self.until_asked(asking, first, second, new)
            new.process.terminate()
            new.process.wait()
            self.until_answered(asking, 50)
        self.assertEqual(asking.failed, [])

    def test_logic_uses_every_repo(self):
        self.all_are_used(self.from_logic_to_repo())

    def test_a_gateway_uses_every_logic(self):
        self.all_are_used(self.from_gateway_to_logic())

    def test_one_that_stands_still_holds_nobody_up(self):
        begun = self.from_logic_to_repo()
        first, second = self.asked
        with begun as asking:
            self.until_asked(asking, first, second)
            first.pause()
            try:
                self.until_asked(asking, second, times=100)
            finally:
                first.resume()
            self.until_asked(asking, first, second)
        self.assertEqual(asking.failed, [])
