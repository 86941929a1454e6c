#!/usr/bin/env python3
"""docs/limits.md: every named limit of the headers with its value and what is said about it.

Without arguments it fails when the page is not what the headers say; `--write` writes it.
"""
import pathlib
import re
import sys

PAGE = "docs/limits.md"
HEAD = """# Limits
Every bound has a name. This page is written by `./dev fmt` from the headers, and `./dev check`
fails when the two differ. Members of structs are defaults that the owner may set.
"""
# Any constant of limits.hpp counts; elsewhere only what its name calls a bound.
VALUE = r"([\w:<>]+) (\w+)\s*(?:=\s*([^;(]+)|\{([^;]*)\});"
CONSTANT = re.compile(r"^\s*(?:inline|static) constexpr " + VALUE, re.M)
MEMBER = re.compile(r"^\s+" + VALUE, re.M)
STRUCT = re.compile(r"^\s*struct (\w*Limits|Options) \{\n(.*?)^\s*\}[^\n]*;", re.M | re.S)
BOUND = re.compile(r"(_max|_min|_default)$")
UNITS = {"nanoseconds": "ns", "microseconds": "µs", "milliseconds": "ms", "seconds": "s",
         "minutes": "min", "hours": "h", "days": "d"}


def readable(kind, value):
    """A value as a person writes it: 64 KiB, 25 s, 1,000."""
    value = " ".join(value.split())
    time = re.fullmatch(r"(?:std::chrono::)?(\w+)\{([\d']+)\}", value)
    if time and time.group(1) in UNITS:
        return f"{spaced(time.group(2))} {UNITS[time.group(1)]}"
    unit = re.search(r"(\w+)$", kind).group(1)
    if unit in UNITS and re.fullmatch(r"[\d']+", value):
        return f"{spaced(value)} {UNITS[unit]}"
    if re.fullmatch(r"[\d']+(ULL)?( \* 1024)+", value):
        first, *powers = value.replace("'", "").replace("ULL", "").split(" * ")
        count = int(first) if len(powers) == 1 else int(first) * 1024 ** (len(powers) - 1)
        return f"{count // 1024} Mi" if count % 1024 == 0 else f"{count} Ki"
    return spaced(value) if re.fullmatch(r"[\d']+(\.\d+)?", value) else f"`{value}`"


def spaced(number):
    number = number.replace("'", "")
    return f"{int(number):,}" if number.isdigit() else number


def said_about(text, declaration):
    """The comment behind a declaration, else the one right above it."""
    behind = re.match(r"[ \t]*//\s*(.*)", text[declaration.end():])
    if behind:
        return behind.group(1)
    above = []
    line_start = text.rfind("\n", 0, declaration.start(2))
    for line in reversed(text[:line_start].split("\n")):
        if not line.lstrip().startswith("//"):
            break
        above.insert(0, line.strip().lstrip("/ "))
    return " ".join(above)


def rows_of(text, whole_file):
    """[(name, value, comment)] of one header, in its order."""
    rows = []
    for found in CONSTANT.finditer(text):
        kind, name, equal, braced = found.groups()
        if (whole_file or BOUND.search(name)) and kind not in ("bool", "auto"):
            rows.append((found, name, kind, equal or braced))
    for struct in STRUCT.finditer(text):
        for found in MEMBER.finditer(text, struct.start(2), struct.end(2)):
            kind, name, equal, braced = found.groups()
            value = (equal or braced or "").strip()
            if kind not in ("bool", "std::string", "return", "static") and value not in ("", "{}"):
                rows.append((found, name, kind, value))
    rows.sort(key=lambda row: row[0].start(2))
    return [(name, readable(kind, value), said_about(text, found))
            for found, name, kind, value in rows]


def page(root):
    parts = [HEAD]
    for header in sorted((root / "src").rglob("*.hpp")):
        rows = rows_of(header.read_text(encoding="utf-8"), header.name == "limits.hpp")
        if not rows:
            continue
        parts.append(f"\n## `{header.relative_to(root / 'src')}`\n")
        parts.append("| name | value | |\n|---|---|---|\n")
        for name, value, comment in rows:
            parts.append(f"| {name} | {value} | {comment.replace('|', '/')} |\n")
    return "".join(parts)


def main(arguments):
    root = pathlib.Path(__file__).resolve().parent.parent
    target, text = root / PAGE, page(root)
    if arguments == ["--write"]:
        target.write_text(text, encoding="utf-8")
        return 0
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        print(f"{PAGE} is not what the headers say; ./dev fmt writes it anew", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
