#!/usr/bin/env python3
"""Holds every #include against the rooms that CMakeLists.txt declares.

The gochat_module(...) lines are the only truth about which room may include which: its DEPS, and
what they may include. Third-party headers belong to the rooms of THIRD_PARTY, clocks and timers to
the files of CLOCK_FILES. Prints one line per wrong place; the exit code is 1 when there is one.
"""
import pathlib
import re
import sys

# Header prefix -> rooms that may see it. The longest prefix that fits counts.
# "async+" stands for async and every room that may include it.
THIRD_PARTY = {
    "boost/asio": {"async+"},
    "boost/system": {"async+"},
    "boost/beast": {"net"},
    "boost/mysql": {"mysql"},
    "crypt.h": {"crypto"},
    "fmt/": {"any"},
    "gmock/": {"tests"},
    "google/protobuf": {"etcd", "grpc", "protocol"},
    "grpc/": {"grpc"},
    "grpcpp/": {"grpc"},
    "gtest/": {"tests"},
    "hiredis/": {"redis"},
    "librdkafka/": {"kafka"},
    "openssl/": {"crypto", "net", "redis"},
    "simdjson.h": {"protocol"},
    "sqlite3.h": {"sqlite"},
    "utf8proc.h": {"domain"},
    "yaml-cpp/": {"config"},
}
SYSTEM_FOLDERS = {"arpa", "linux", "net", "netinet", "sanitizer", "sys"}
SYSTEM_HEADERS = {
    "dirent.h", "dlfcn.h", "errno.h", "fcntl.h", "ifaddrs.h", "limits.h", "netdb.h", "poll.h",
    "pthread.h", "pwd.h", "sched.h", "signal.h", "spawn.h", "stdio.h", "stdlib.h", "string.h",
    "threads.h", "time.h", "unistd.h",
}
# Pure rooms: what they compute depends on their arguments alone.
PURE = {"domain", "protocol"}
IMPURE = re.compile(r"base/log\.hpp|coroutine|fstream|future|iostream|mutex|stop_token|thread|"
                    r"boost/.*|sys/.*|unistd\.h|fcntl\.h")

CLOCKS = re.compile(
    r"\b((?:steady|system|deadline|high_resolution|waitable)_timer|"
    r"sleep_for|sleep_until|usleep|nanosleep|clock_gettime|gettimeofday|"
    r"(?:system|steady|high_resolution|utc)_clock)\b")
# The only places that may ask what time it is or wait for it: the timer, the log, the Clock
# adapter, the pauses that a fault run asks for, and what measures real processes from outside.
CLOCK_FILES = re.compile(
    r"src/async/timer\w*\.(cpp|hpp)|src/base/(log|fault)\w*\.cpp|"
    r"src/adapters/\w+/\w*clock\w*\.(cpp|hpp)|"
    r"(bench|src/bench|tests/(blackbox|cluster|faults))/.*")
# The timer's own coroutine has the name of the standard's blocking call.
OWN_SLEEP = re.compile(r"(?<!std::this_thread::)\bsleep_until\b")

# The black box judges any server through its sockets, so it must not know what is behind them.
BLIND_TESTS = {"blackbox": {"base", "async"}}

# Beside a room's code, what only its test executable compiles.
TEST_FILE = re.compile(r"_(test|fixture)\.(cpp|hpp)$")

MODULE = re.compile(r"^\s*gochat_module\(([^)]*)\)", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|//.*')


class Room:
    def __init__(self, name, folder, deps):
        self.name, self.folder, self.deps = name, folder, deps


def declared_rooms(cmake_text):
    rooms = {}
    for arguments in MODULE.findall(cmake_text):
        name, *rest = arguments.split()
        lists, key = {"DIR": [], "DEPS": []}, None
        for word in rest:
            if word in lists:
                key = word
            elif key:
                lists[key].append(word)
        folder = lists["DIR"][0] if lists["DIR"] else name
        rooms[name] = Room(name, folder, lists["DEPS"])
    return rooms


def reachable(rooms, name, trail=()):
    """The room, its DEPS and what they may include; a circle is an error of the declaration."""
    if name in trail:
        raise ValueError("CMakeLists.txt: rooms in a circle: " + " -> ".join([*trail, name]))
    if name not in rooms:
        raise ValueError(f"CMakeLists.txt: {trail[-1]} has the unknown room {name} in its DEPS")
    seen = {name}
    for dep in rooms[name].deps:
        seen |= reachable(rooms, dep, (*trail, name))
    return seen


class Checker:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.rooms = declared_rooms((self.root / "CMakeLists.txt").read_text(encoding="utf-8"))
        self.allowed = {name: reachable(self.rooms, name) for name in self.rooms}
        self.by_folder = sorted(self.rooms.values(), key=lambda room: -len(room.folder))
        self.wrong = []

    def run(self):
        for top in ("src", "apps", "tests", "bench", "fuzz"):
            for path in sorted((self.root / top).rglob("*")):
                if path.suffix in (".cpp", ".hpp"):
                    self.check_file(path)
        return self.wrong

    def room_of(self, path_below_src):
        for room in self.by_folder:
            if path_below_src.startswith(room.folder + "/"):
                return room
        return None

    def check_file(self, path):
        name = path.relative_to(self.root).as_posix()
        room = self.room_of(name[4:]) if name.startswith("src/") else None
        if name.startswith("src/") and not room:
            self.complain(name, 1, "lies in no room that CMakeLists.txt declares")
            return
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            include = INCLUDE.match(line)
            if include:
                self.check_include(name, number, room, *include.groups())
            elif not CLOCK_FILES.fullmatch(name):
                self.check_clock(name, number, line)

    def check_include(self, name, number, room, quote, header):
        other = self.room_of(header)
        if other:
            self.check_arrow(name, number, room, header, other)
        elif quote == "<":
            self.check_third_party(name, number, room, header)
        elif not self.beside_or_generated(name, header):
            self.complain(name, number, f"{header} is a header of no room")
        pure = room and room.name in PURE and not TEST_FILE.search(name)
        if pure and IMPURE.fullmatch(header):
            self.complain(name, number, f"{room.name} is pure: it must not include {header}")

    def beside_or_generated(self, name, header):
        if header.endswith(".pb.h"):
            return True
        folder = (self.root / name).parent
        return not name.startswith("src/") and any(
            (base / header).exists() for base in (folder, folder.parent))

    def check_arrow(self, name, number, room, header, other):
        if room:
            allowed = self.allowed[room.name]
        elif name.startswith("apps/"):
            allowed = {"app", "base"}
        else:
            parts = name.split("/")
            allowed = BLIND_TESTS.get(parts[1]) if parts[0] == "tests" else None
        if allowed is not None and other.name not in allowed:
            owner = room.name if room else "/".join(name.split("/")[:2])
            self.complain(name, number,
                          f"{owner} must not include {header}: {other.name} is not in its DEPS")

    def check_third_party(self, name, number, room, header):
        first = header.split("/")[0]
        if header.endswith(".pb.h"):
            owners = {"etcd", "grpc", "protocol"}
        elif header in SYSTEM_HEADERS or first in SYSTEM_FOLDERS or header.isidentifier():
            return
        else:
            fitting = [prefix for prefix in THIRD_PARTY if header.startswith(prefix)]
            if not fitting:
                self.complain(name, number, f"<{header}> is in no row of THIRD_PARTY")
                return
            owners = THIRD_PARTY[max(fitting, key=len)]
        if not self.may_see(name, room, owners):
            self.complain(name, number, f"<{header}> belongs to {', '.join(sorted(owners))}")

    def may_see(self, name, room, owners):
        outside = name.startswith(("tests/", "bench/", "fuzz/"))
        if "any" in owners or ("tests" in owners and (outside or TEST_FILE.search(name))):
            return True
        if not room:
            return outside and "async+" in owners
        return room.name in owners or ("async+" in owners and "async" in self.allowed[room.name])

    def check_clock(self, name, number, line):
        code = COMMENT.sub(lambda found: "" if found.group().startswith("//") else '""', line)
        code = OWN_SLEEP.sub("", code)
        found = CLOCKS.search(code)
        if found:
            self.complain(name, number, f"{found.group(1)} outside async/timer and the Clock port")

    def complain(self, name, number, what):
        self.wrong.append(f"{name}:{number}: {what}")


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    try:
        wrong = Checker(root).run()
    except ValueError as error:
        wrong = [str(error)]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
