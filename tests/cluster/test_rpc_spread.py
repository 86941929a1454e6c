"""Calls from one role to another: over every instance, past those that die or stand still, to those that come."""
import threading
import unittest

from cluster.rpc import Caller, Services
from cluster.watching import measures_of, one_more, wait_until
from cluster.whole import house

PACE_SECONDS = 0.01


class Asking:
    """`with`: somebody asks a logic for what only repo knows, again and again, each time it has been answered."""

    def __init__(self, logic):
        self.caller = Caller(logic.address(), house().shared["GOCHAT_GRPC_TOKEN"])
        self.services = Services(self.caller)
        self.answered, self.failed = 0, []
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.ask)

    def ask(self):
        while not self.ends.wait(PACE_SECONDS):
            try:
                self.services.call("LogicService", "GetEpoch")
                self.answered += 1
            except Exception as error:  # whatever it is, the test tells it
                self.failed.append(error)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()
        self.caller.channel.close()


class RpcSpread(unittest.TestCase):
    def setUp(self):
        self.logic = house().of("logic")[0]
        self.repos = house().of("repo")

    def attempts(self):
        """How often this logic has asked each instance of repo."""
        measures = measures_of(self.logic)
        return {one.name: measures.value("gochat_call_attempts_total", role="repo", instance=one.name)
                for one in self.repos}

    def until(self, asking, holds):
        wait_until(holds, lambda: f"{self.attempts()}, {asking.answered} answered, failed: {asking.failed}")

    def until_asked(self, asking, *processes, times=20):
        """Each of them so often from now on."""
        before = self.attempts()
        self.until(asking, lambda: all(self.attempts()[one.name] >= before[one.name] + times for one in processes))

    def until_answered(self, asking, times):
        wanted = asking.answered + times
        self.until(asking, lambda: asking.answered >= wanted)

    def test_all_are_used_one_is_killed_and_a_new_one_is_taken_in(self):
        first, second = self.repos
        with Asking(self.logic) as asking:
            self.until_asked(asking, first, second)
            first.kill()
            self.until_answered(asking, 50)
            new = one_more(self, "repo", "repo-new").start()
            self.repos.append(new)
            self.until_asked(asking, second, new)
            first.start()
            self.until_asked(asking, first, second, new)
            new.process.terminate()
            new.process.wait()
            self.until_answered(asking, 50)
        self.assertEqual(asking.failed, [])

    def test_one_that_stands_still_holds_nobody_up(self):
        first, second = self.repos
        with Asking(self.logic) as asking:
            self.until_asked(asking, first, second)
            first.pause()
            try:
                self.until_asked(asking, second, times=100)
            finally:
                first.resume()
            self.until_asked(asking, first, second)
        self.assertEqual(asking.failed, [])
