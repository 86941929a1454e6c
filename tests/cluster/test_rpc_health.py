"""What processes tell of their health by gRPC: serving, while they have what they stand on."""
import signal
import unittest
import urllib.error
import urllib.request

from cluster.rpc import Caller, NOT_THERE
from cluster.watching import one_more
from cluster.whole import house

# What tells of a machine that is busy, and of no connection.
SLOWNESS = ("a slow statement", "a batch is given again", "an offset could not be committed")
ROLES = ("gateway", "logic", "repo", "task")


def page(process, path):
    try:
        with urllib.request.urlopen(process.internal_url + path, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def health(process, service=""):
    with Caller(process.address()) as caller:
        return caller.health(service)


def wait_for(processes, wanted):
    for process in processes:
        with Caller(process.address()) as caller:
            caller.wait_for_health(wanted)


class RpcHealth(unittest.TestCase):
    def test_each_role_listens_serves_and_complains_of_nothing(self):
        for role in ROLES:
            with self.subTest(role=role):
                process = one_more(self, role, f"{role}-more").start()
                self.assertEqual(health(process), "SERVING")
                complaints = [line for line in process.lines() if line["level"] in ("warn", "error")]
                self.assertEqual([line for line in complaints if line["msg"] not in SLOWNESS], [])

    def test_each_service_has_its_health_and_others_are_unknown(self):
        services = {"repo": ["RepoService", "UserRepo", "MessageRepo", "ConversationRepo", "GroupRepo"],
                    "logic": ["LogicService", "AuthService", "MessageService", "ConversationService",
                              "ConversationLogic", "GroupService"]}
        for role, names in services.items():
            for name in names:
                with self.subTest(service=name):
                    self.assertEqual(health(house().of(role)[0], f"gochat.v1.{name}"), "SERVING")
        self.assertEqual(health(house().of("repo")[0], "gochat.v1.LogicService"), "NOT_FOUND")

    def test_one_that_drains_serves_what_comes_and_tells_that_it_goes(self):
        for role in ROLES:
            with self.subTest(role=role):
                process = one_more(self, role, f"{role}-drains", GOCHAT_DRAIN_WAIT_MS="600000").start()
                process.process.send_signal(signal.SIGTERM)
                wait_for([process], "NOT_SERVING")
                self.assertEqual(page(process, "/readyz"), (503, "draining\n"))
                process.process.send_signal(signal.SIGTERM)
                process.process.wait()
                self.assertEqual(health(process), NOT_THERE)

    def lose(self, lost, unready, ready=()):
        for one in lost:
            one.kill()
        try:
            wait_for(unready, "NOT_SERVING")
            for process in unready:
                self.assertEqual(page(process, "/readyz")[0], 503, process.name)
                self.assertEqual(page(process, "/livez")[0], 200, process.name)
            for process in ready:
                self.assertEqual(health(process), "SERVING", process.name)
        finally:
            for one in lost:
                one.start()
        wait_for([*unready, *ready], "SERVING")
        for process in unready:
            self.assertEqual(page(process, "/readyz")[0], 200, process.name)

    def test_without_the_database_no_repo_serves_and_without_logic_no_gateway(self):
        self.lose([house().mariadb, *house().of("logic")], unready=[*house().of("repo"), *house().gateways],
                  ready=house().of("task"))

    def test_without_a_repo_nobody_serves(self):
        self.lose(house().of("repo"), unready=[*house().of("logic"), *house().of("task"), *house().gateways])
