import unittest

from list_limits import readable, rows_of

HEADER = """
// How much may wait.
inline constexpr std::size_t queue_max = 64 * 1024;
inline constexpr int version = 3;
struct Limits {
  std::size_t frames_max = 1'000;  // above: closed
  // Reading on.
  Duration linger =
      std::chrono::seconds{2};
  bool strict = true;
  std::size_t given;
} limits;
struct Other {
  int size = 4;
};
"""


class ListLimits(unittest.TestCase):
    def test_bounds_and_members_of_limits_are_listed_with_their_comments(self):
        self.assertEqual(rows_of(HEADER, False), [
            ("queue_max", "64 Ki", "How much may wait."), ("frames_max", "1,000", "above: closed"),
            ("linger", "2 s", "Reading on.")])

    def test_every_constant_of_a_file_of_limits_is_listed(self):
        self.assertIn(("version", "3", ""), rows_of(HEADER, True))

    def test_values_are_written_as_a_person_does(self):
        self.assertEqual(readable("std::size_t", "1024 * 1024"), "1 Mi")
        self.assertEqual(readable("std::size_t", "64ULL * 1024 * 1024"), "64 Mi")
        self.assertEqual(readable("std::chrono::milliseconds", "5'000"), "5,000 ms")
        self.assertEqual(readable("double", "0.5"), "0.5")
        self.assertEqual(readable("int", "other_max"), "`other_max`")


if __name__ == "__main__":
    unittest.main()
