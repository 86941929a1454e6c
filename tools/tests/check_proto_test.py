"""check_proto.py: what was agreed stays, what is new may come."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
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


if __name__ == "__main__":
    unittest.main()
