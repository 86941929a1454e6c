import pathlib
import tempfile
import unittest

from check_rules import Rules, functions


class CheckRules(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def complaints(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return Rules(self.root).run([name])

    def test_a_banned_word_in_a_file_name_is_refused(self):
        self.assertEqual(len(self.complaints("src/base/string_utils.hpp", "")), 1)
        self.assertEqual(self.complaints("src/base/database.hpp", ""), [])

    def test_a_banned_word_in_a_type_is_refused(self):
        self.assertEqual(len(self.complaints("src/a.hpp", "class ConnectionManager {\n};\n")), 1)
        self.assertEqual(len(self.complaints("src/a.hpp", "namespace gochat::common {\n}\n")), 1)
        self.assertEqual(self.complaints("src/a.hpp", "auto size = bytes.data();\n"), [])

    def test_a_mark_of_unfinished_work_is_refused(self):
        self.assertEqual(len(self.complaints("src/a.cpp", "// TO" "DO: later\n")), 1)

    def test_a_number_of_an_unknown_list_is_refused_in_comments_and_pages(self):
        self.assertEqual(len(self.complaints("src/a.cpp", "f();  // see H" "12\n")), 1)
        self.assertEqual(len(self.complaints("docs/a.md", "as I" "7 demands\n")), 1)
        self.assertEqual(self.complaints("src/a.cpp", "template <class T1, class T2>\n"), [])

    def test_a_coroutine_borrows_no_parameter_but_services(self):
        for bad in ("Task<Result<int>> f(const std::string& a);", "Task<> A::f(std::string&& a) {}",
                    "Task<> f(int a,\n         std::string_view b);"):
            self.assertEqual(len(self.complaints("src/a.hpp", bad)), 1, bad)
        for good in ("Task<> f(std::string a, Store& store);", "int f(const std::string& a);",
                     "Task<> f(std::function<void(const int&)> call);"):
            self.assertEqual(self.complaints("src/a.hpp", good), [], good)

    def test_sizes_are_bounded(self):
        self.assertEqual(len(self.complaints("src/a.cpp", "int a;\n" * 501)), 1)
        body = "void f() {\n" + "  g();\n" * 69 + "}\n"
        self.assertEqual(len(self.complaints("src/a.cpp", body)), 1)
        self.assertEqual(len(self.complaints("src/net/README.md", "line\n" * 41)), 1)

    def test_functions_are_measured_at_every_indentation(self):
        text = ["class A {", "  void f() {", "    g();", "  }", "};", "void h() {", "}"]
        self.assertEqual(list(functions(text)), [(2, 3), (6, 2)])
        braced = ["A f() {", "  return {", "      1};", "}", "void g() {", "  if (a) {", "  }", "}"]
        self.assertEqual(list(functions(braced)), [(1, 4), (5, 4)])

    def test_the_rows_of_a_table_are_not_steps(self):
        table = ["TEST(A, b) {", "  cases{", '      {"one", 1},', '      {"two", 2},', "  };", "}"]
        self.assertEqual(list(functions(table)), [(1, 4)])


if __name__ == "__main__":
    unittest.main()
