#!/usr/bin/env python3
"""Holds proto/gochat against what processes of other versions already speak: proto/agreed.txt.

A field, enum value or RPC that was agreed must be there with its number and types; what is new is
named, and agreed by `--write`. What counts is the file as it was last committed, so that nothing is
taken back by editing it. A break is written only with `--write --break`, for what no release has
spoken yet, and holds from its commit on. Prints one line per broken agreement; the exit code is 1
when there is one.
"""
import pathlib
import subprocess
import sys
import tempfile

HEAD = """\
# What proto/gochat has agreed with other versions of itself, by tools/check_proto.py --write.
"""
TYPES = {
    1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32", 8: "bool",
    9: "string", 10: "group", 11: "message", 12: "bytes", 13: "uint32", 14: "enum", 15: "sfixed32",
    16: "sfixed64", 17: "sint32", 18: "sint64",
}
REPEATED = 3
OURS = "gochat/**/*.proto"


def varint(data, at):
    number, shift = 0, 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def fields(data):
    """(number, value) of each field of a message on the wire: an int, or bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def every(data, number):
    return [value for found, value in fields(data) if found == number]


def one(data, number, default=0):
    return (every(data, number) or [default])[-1]


def text(data, number):
    return one(data, number, b"").decode()


# The numbers below are those of google/protobuf/descriptor.proto, which never change.
def field_facts(scope, field):
    kind = TYPES[one(field, 5)]
    named = text(field, 6).lstrip(".")
    words = [text(field, 1), named or kind]
    if one(field, 4) == REPEATED:
        words.append("repeated")
    if one(field, 17):
        words.append("optional")
    elif every(field, 9):
        words.append("oneof")
    yield f"field {scope} {one(field, 3)}", " ".join(words)


def enum_facts(scope, enum):
    name = f"{scope}.{text(enum, 1)}"
    for value in every(enum, 2):
        yield f"value {name} {one(value, 2)}", text(value, 1)


def message_facts(scope, message):
    name = f"{scope}.{text(message, 1)}"
    yield f"message {name}", "is there"
    for field in every(message, 2):
        yield from field_facts(name, field)
    for inner in every(message, 3):
        yield from message_facts(name, inner)
    for enum in every(message, 4):
        yield from enum_facts(name, enum)


def service_facts(scope, service):
    name = f"{scope}.{text(service, 1)}"
    for method in every(service, 2):
        takes, answers = text(method, 2).lstrip("."), text(method, 3).lstrip(".")
        streams = "".join(word for number, word in ((5, " streams"), (6, " is streamed")) if one(method, number))
        yield f"rpc {name}.{text(method, 1)}", f"{takes} -> {answers}{streams}"


def file_facts(file):
    scope = text(file, 2)
    for message in every(file, 4):
        yield from message_facts(scope, message)
    for enum in every(file, 5):
        yield from enum_facts(scope, enum)
    for service in every(file, 6):
        yield from service_facts(scope, service)


def spoken(folder, ours):
    """{what: how} of all that our files in proto/ declare now; the others follow their owners."""
    protos = sorted(path.relative_to(folder).as_posix() for path in folder.glob(ours))
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["protoc", f"--proto_path={folder}", f"--descriptor_set_out={out.name}", *protos],
                       check=True)
        files = every(pathlib.Path(out.name).read_bytes(), 1)
    return dict(fact for file in files for fact in file_facts(file))


def read(path):
    return parsed(path.read_text(encoding="utf-8")) if path.exists() else {}


def committed(path):
    """What was agreed by the last commit, whatever the file says now; where there is no commit, the file."""
    shown = subprocess.run(["git", "-C", path.parent, "show", f"HEAD:./{path.name}"], capture_output=True, text=True,
                           check=False)
    return parsed(shown.stdout) if shown.returncode == 0 else read(path)


def parsed(text):
    return dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith("#"))


def write(path, facts):
    rows = [f"{what}: {facts[what]}\n" for what in sorted(facts, key=natural)]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")


def natural(what):
    kind, *rest = what.split()
    return kind, rest[0], int(rest[1]) if len(rest) > 1 else 0


def broken(agreed, now):
    for what in sorted(agreed, key=natural):
        if what not in now:
            yield f"{what}: {agreed[what]} was agreed and is gone{moved(what, agreed[what], now)}"
        elif now[what] != agreed[what]:
            yield f"{what}: {agreed[what]} was agreed, now it is {now[what]}"


def moved(what, how, now):
    """Where a field or value of the same name is now."""
    scope = what.rpartition(" ")[0]
    for other, spelled in now.items():
        if scope and other.rpartition(" ")[0] == scope and spelled.split()[0] == how.split()[0]:
            return f"; its name has the number {other.rpartition(' ')[2]}"
    return ""


def main(arguments):
    folder = pathlib.Path(__file__).resolve().parent.parent / "proto"
    path = folder / "agreed.txt"
    now = spoken(folder, OURS)
    wrong = list(broken(committed(path), now))
    if "--write" in arguments and (not wrong or "--break" in arguments):
        write(path, now)
        return 0
    for line in wrong:
        print(f"proto/: {line}", file=sys.stderr)
    new = len(now.keys() - read(path).keys())
    if new:
        print(f"proto/: {new} new, which tools/check_proto.py --write agrees")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
