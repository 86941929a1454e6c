"""Every method of every service, called on real processes by a client that learned of it by reflection."""
import unittest

import grpc

from cluster import rpc_named
from cluster.rpc import Caller, Services, declared
from cluster.rpc_logic_story import LogicStory
from cluster.rpc_repo_story import RepoStory
from cluster.whole import house


class Part:
    """Methods by their names alone, each in the first of these services that has it."""

    def __init__(self, services, names):
        self.services, self.names = services, names
        self.called = set()

    def having(self, method):
        return [name for name in self.names if (name, method) in self.services.methods]

    def has(self, method):
        return bool(self.having(method))

    def _call(self, service, method, fields):
        self.called.add((service, method))
        return self.services.call(service, method, **fields)

    def __call__(self, method, /, **fields):
        return self._call(self.having(method)[0], method, fields)

    def everywhere(self, method, /, **fields):
        """The answers of all of them."""
        return [self._call(service, method, fields) for service in self.having(method)]


class RpcMethods(unittest.TestCase):
    maxDiff = None

    def services(self, role):
        caller = Caller(house().of(role)[0].address(), house().shared["GOCHAT_GRPC_TOKEN"])
        self.addCleanup(caller.channel.close)
        return Services(caller)

    def tell(self, role, story, parts):
        services = self.services(role)
        called = set()
        for names in parts:
            with self.subTest(services=names):
                part = Part(services, names)
                story(self, part).tell()
                called |= part.called
        self.assertEqual(declared(f"{role}.proto") - called, set(), "declared, and called by nobody here")

    def test_what_is_promised_by_name_is_declared(self):
        self.assertEqual(rpc_named.missing(declared("logic.proto") | declared("repo.proto")), [])

    def test_each_process_serves_exactly_what_its_role_declares(self):
        for role in ("logic", "repo"):
            self.assertEqual(self.services(role).methods, declared(f"{role}.proto"))
        for role in ("gateway", "task"):
            self.assertEqual(self.services(role).methods, set())

    def test_every_method_of_repo(self):
        self.tell("repo", RepoStory, [["RepoService"], ["UserRepo", "MessageRepo", "ConversationRepo", "GroupRepo"]])

    def test_every_method_of_logic(self):
        self.tell("logic", LogicStory, [
            ["LogicService"],
            ["AuthService", "MessageService", "ConversationService", "GroupService"],
            ["AuthService", "MessageService", "ConversationLogic", "GroupService"]])

    def test_an_error_has_its_code_number_cause_and_remedy(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.services("repo").call("RepoService", "GetUser", id=1)
        error = caught.exception
        self.assertEqual(error.code(), grpc.StatusCode.NOT_FOUND)
        self.assertEqual(error.details(), "id; check the id")
        trailers = dict(error.trailing_metadata())
        self.assertRegex(trailers["gochat-error"], "^[0-9]+$")
        self.assertEqual(trailers["gochat-hint-bin"], b"id")
