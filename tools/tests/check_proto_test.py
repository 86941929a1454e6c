"""check_proto.py: what was agreed stays, what is new may come."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import check_proto

BEFORE = """
syntax = "proto3";
package test;
enum Kind { NONE = 0; ONE = 1; }
message Thing {
  int64 id = 1;
  repeated string names = 2;
  optional Kind kind = 3;
  oneof body { Inner inner = 4; bytes raw = 5; }
  message Inner { bool on = 1; }
}
service Things { rpc Get(Thing) returns (Thing.Inner); }
"""


def facts(proto):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "test.proto").write_text(proto, encoding="utf-8")
        return check_proto.spoken(pathlib.Path(folder), "*.proto")


class CheckProtoTest(unittest.TestCase):
    def broken(self, *change):
        self.assertIn(change[0], BEFORE)
        return list(check_proto.broken(facts(BEFORE), facts(BEFORE.replace(*change))))

    def test_knows_all_that_is_declared(self):
        now = facts(BEFORE)
        self.assertEqual(now["field test.Thing 1"], "id int64")
        self.assertEqual(now["field test.Thing 2"], "names string repeated")
        self.assertEqual(now["field test.Thing 3"], "kind test.Kind optional")
        self.assertEqual(now["field test.Thing 4"], "inner test.Thing.Inner oneof")
        self.assertEqual(now["value test.Kind 1"], "ONE")
        self.assertEqual(now["rpc test.Things.Get"], "test.Thing -> test.Thing.Inner")

    def test_bears_what_is_new(self):
        self.assertEqual(self.broken("int64 id = 1;", "int64 id = 1; string note = 9;"), [])
        self.assertEqual(self.broken("ONE = 1;", "ONE = 1; TWO = 2;"), [])

    def test_misses_a_removed_field_value_message_and_rpc(self):
        self.assertIn("field test.Thing 2: names string repeated was agreed and is gone",
                      self.broken("repeated string names = 2;", "")[0])
        self.assertEqual(len(self.broken("ONE = 1;", "")), 1)
        self.assertEqual(len(self.broken("rpc Get(Thing) returns (Thing.Inner);", "")), 1)

    def test_sees_a_renumbered_field(self):
        self.assertIn("its name has the number 7", self.broken("id = 1;", "id = 7;")[0])

    def test_sees_a_retyped_field_and_rpc(self):
        self.assertIn("now it is id string", self.broken("int64 id", "string id")[0])
        self.assertIn("now it is names string", self.broken("repeated string", "string")[0])
        self.assertEqual(len(self.broken("returns (Thing.Inner)", "returns (Thing)")), 1)
        self.assertEqual(len(self.broken("returns (Thing.Inner)", "returns (stream Thing.Inner)")), 1)

    def test_writes_what_it_reads(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "agreed.txt")
            check_proto.write(path, facts(BEFORE))
            self.assertEqual(check_proto.read(path), facts(BEFORE))


class OfARepository(unittest.TestCase):
    """The tool as ./dev check runs it, on the product's own proto/ in a repository of the test's."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        shutil.copytree(ROOT / "proto", self.folder / "proto")
        (self.folder / "tools").mkdir()
        shutil.copy(ROOT / "tools/check_proto.py", self.folder / "tools")
        self.git("init", "-q")
        self.commit()

    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=self.folder, check=True)

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "agreed")

    def check(self, *words):
        done = subprocess.run([sys.executable, "tools/check_proto.py", *words], cwd=self.folder, check=False,
                              capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def change(self, file, before, after):
        path = self.folder / "proto" / file
        text = path.read_text(encoding="utf-8")
        self.assertIn(before, text)
        path.write_text(text.replace(before, after), encoding="utf-8")

    def test_holds_what_is_committed(self):
        self.assertEqual(self.check(), (0, ""))

    def test_fails_on_what_is_taken_back_also_when_the_agreement_is_edited(self):
        repo = "gochat/v1/repo.proto"
        for before, after, told in (
                ("  rpc GetUser(UserIdRequest) returns (User);\n", "", "rpc gochat.v1.RepoService.GetUser"),
                ("  rpc GetUser(UserIdRequest) returns (User);", "  rpc GetUser(UserIdRequest) returns (Users);",
                 "now it is gochat.v1.UserIdRequest -> gochat.v1.Users"),
                ("string nickname = 3;", "", "field gochat.v1.CreateUserRequest 3: nickname string was agreed"),
                ("string nickname = 3;", "string nickname = 30;", "its name has the number 30"),
                ("string nickname = 3;", "bytes nickname = 3;", "now it is nickname bytes")):
            with self.subTest(after=after):
                self.change(repo, before, after)
                status, said = self.check()
                self.assertEqual(status, 1)
                self.assertIn(told, said)
                self.assertEqual(self.check("--write")[0], 1)
                self.assertEqual(self.check("--write", "--break")[0], 0)
                self.assertEqual(self.check()[0], 1)
                self.git("checkout", "-q", ".")

    def test_lets_a_break_be_committed_by_whoever_means_it(self):
        self.change("gochat/v1/repo.proto", "string nickname = 3;", "")
        self.assertEqual(self.check("--write", "--break")[0], 0)
        self.commit()
        self.assertEqual(self.check(), (0, ""))

    def test_names_what_is_new_until_it_is_agreed(self):
        self.change("gochat/v1/repo.proto", "string nickname = 3;", "string nickname = 3; string motto = 99;")
        self.assertEqual(self.check(), (0, "proto/: 1 new, which tools/check_proto.py --write agrees\n"))
        self.assertEqual(self.check("--write")[0], 0)
        self.assertEqual(self.check(), (0, ""))


if __name__ == "__main__":
    unittest.main()
