import pathlib
import tempfile
import unittest

from check_includes import Checker, declared_rooms, reachable

ROOMS = """
gochat_module(base)
gochat_module(async DEPS base)
gochat_module(domain DEPS base)
gochat_module(protocol DEPS domain)
gochat_module(ports DEPS domain async)
gochat_module(net DEPS async)
gochat_module(gateway DEPS ports protocol net)
gochat_module(logic
  DEPS ports
  protocol)
#gochat_module(task DEPS ports)
gochat_module(memory DIR adapters/memory DEPS ports)
gochat_module(sqlite DIR adapters/sqlite DEPS ports)
gochat_module(app DEPS gateway logic memory sqlite)
"""


class CheckIncludes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("CMakeLists.txt", ROOMS)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def complaints(self, name, *lines):
        self.write(name, "".join(line + "\n" for line in lines))
        return Checker(self.root).run()

    def accepts(self, name, *lines):
        self.assertEqual(self.complaints(name, *lines), [])

    def refuses(self, name, *lines):
        wrong = self.complaints(name, *lines)
        self.assertEqual(len(wrong), 1, wrong)
        self.assertTrue(wrong[0].startswith(f"{name}:{len(lines)}: "), wrong)

    def test_a_room_may_include_itself_its_deps_and_what_they_may_include(self):
        self.accepts("src/gateway/a.cpp", '#include "gateway/a.hpp"', '#include "net/server.hpp"',
                     '#include "domain/ids.hpp"', '#include "base/result.hpp"')

    def test_a_room_outside_the_deps_is_refused(self):
        self.refuses("src/gateway/a.cpp", '#include "base/log.hpp"', '#include "logic/send.hpp"')
        (self.root / "src/gateway/a.cpp").unlink()
        self.refuses("src/base/a.hpp", '#include "domain/ids.hpp"')

    def test_an_include_with_blanks_is_seen(self):
        self.refuses("src/base/a.hpp", '  #  include   "domain/ids.hpp"')

    def test_an_adapter_is_the_room_of_its_folder(self):
        self.accepts("src/adapters/memory/a.cpp", '#include "ports/clock.hpp"')
        self.refuses("src/adapters/memory/b.cpp", '#include "adapters/sqlite/store.hpp"')

    def test_a_room_that_is_commented_out_is_not_there(self):
        wrong = self.complaints("src/task/a.cpp", '#include "ports/clock.hpp"')
        self.assertEqual(wrong, ["src/task/a.cpp:1: lies in no room that CMakeLists.txt declares"])

    def test_the_tests_of_a_room_follow_its_arrows(self):
        self.accepts("src/logic/a_test.cpp", '#include "ports/clock.hpp"')
        self.refuses("src/logic/b_test.cpp", '#include "adapters/memory/queue.hpp"')

    def test_a_header_of_no_room_is_refused(self):
        self.refuses("src/base/a.cpp", '#include "somewhere/else.hpp"')

    def test_third_party_headers_belong_to_their_room(self):
        self.accepts("src/net/a.cpp", "#include <boost/beast/http.hpp>")
        self.accepts("src/adapters/sqlite/a.cpp", "#include <sqlite3.h>")
        self.refuses("src/gateway/a.cpp", "#include <boost/beast/http.hpp>")
        (self.root / "src/gateway/a.cpp").unlink()
        self.refuses("src/logic/a.cpp", "#include <sqlite3.h>")
        (self.root / "src/logic/a.cpp").unlink()
        self.refuses("src/net/b.cpp", "#include <simdjson.h>")

    def test_asio_is_for_the_rooms_above_async(self):
        self.accepts("src/logic/a.cpp", "#include <boost/asio/post.hpp>")
        self.refuses("src/base/a.cpp", "#include <boost/asio/post.hpp>")

    def test_an_unknown_library_is_refused(self):
        self.refuses("src/base/a.cpp", "#include <vector>", "#include <sys/socket.h>",
                     "#include <unistd.h>", "#include <rocksdb/db.h>")

    def test_test_frameworks_are_for_tests(self):
        self.accepts("src/base/a_test.cpp", "#include <gtest/gtest.h>")
        self.accepts("src/base/a_fixture.hpp", "#include <gtest/gtest.h>")
        self.refuses("src/base/a.cpp", "#include <gtest/gtest.h>")

    def test_pure_rooms_touch_neither_log_nor_threads(self):
        self.refuses("src/domain/a.cpp", '#include "base/log.hpp"')
        (self.root / "src/domain/a.cpp").unlink()
        self.refuses("src/protocol/a.cpp", "#include <thread>")

    def test_clocks_and_timers_have_their_places(self):
        waiting = "std::this_thread::sleep_for(delay);"
        self.accepts("src/async/timer.cpp", waiting)
        self.accepts("src/adapters/memory/system_clock.cpp", "std::chrono::system_clock::now();")
        self.accepts("tests/blackbox/a.cpp", waiting)
        self.accepts("src/base/fault.cpp", "nanosleep(&pause, nullptr);")
        self.refuses("src/logic/a.cpp", waiting)

    def test_a_comment_or_a_text_may_name_a_clock(self):
        self.accepts("src/logic/a.cpp", "// never steady_clock", 'say("steady_clock");')
        self.refuses("src/logic/b.cpp", "auto t = steady_clock::now();  // why")

    def test_the_own_sleep_is_not_the_standards(self):
        self.accepts("src/logic/a.cpp", "co_await timers.sleep_until(when);")
        self.refuses("src/logic/b.cpp", "std::this_thread::sleep_until(when);")

    def test_the_black_box_knows_no_room_of_the_server(self):
        self.accepts("tests/contract/a.cpp", '#include "adapters/sqlite/store.hpp"')
        self.refuses("tests/blackbox/a.cpp", '#include "gateway/session.hpp"')

    def test_main_sees_the_app_only(self):
        self.accepts("apps/gochat/main.cpp", '#include "app/run.hpp"')
        self.refuses("apps/gochat/other.cpp", '#include "logic/send.hpp"')


class DeclaredRooms(unittest.TestCase):
    def test_lists_may_span_lines(self):
        self.assertEqual(declared_rooms(ROOMS)["logic"].deps, ["ports", "protocol"])

    def test_a_circle_is_told_with_its_way(self):
        rooms = declared_rooms("gochat_module(a DEPS b)\ngochat_module(b DEPS a)")
        with self.assertRaisesRegex(ValueError, "a -> b -> a"):
            reachable(rooms, "a")

    def test_an_unknown_dep_is_told(self):
        with self.assertRaisesRegex(ValueError, "unknown room b"):
            reachable(declared_rooms("gochat_module(a DEPS b)"), "a")


if __name__ == "__main__":
    unittest.main()
