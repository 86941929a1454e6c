#!/usr/bin/env python3
"""The rules of CONTRIBUTING.md that a machine can read: names, sizes, marks, references.

Prints one line per wrong place and a line of sizes; the exit code is 1 when something is wrong.
"""
import pathlib
import re
import statistics
import subprocess
import sys

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
SCRIPT_COLUMNS_MAX = 120  # of what no formatter breaks; clang-format holds the C++ to 100
README_LINES_MAX = 40

# Words that say nothing: a name made of them hides what the thing is for.
BANNED_WORDS = {
    "common", "data", "helper", "helpers", "impl", "info", "manager", "util", "utils",
}

CODE = {".cpp", ".hpp"}
SCRIPTS = {".py", ".sh"}
TEXT = CODE | SCRIPTS | {".cmake", ".md", ".txt", ".proto", ".yaml", ".yml", ".json", ""}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
DECLARED = re.compile(
    r"^\s*(?:template\s*<.*>\s*)?"
    r"(?:enum(?:\s+class)?|class|struct|union|concept|namespace|using)"
    r"\s+(?:\[\[.*?\]\]\s*)?([A-Za-z_][\w:]*)")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
# A letter and a number, as lists of requirements have them, mean nothing without the list.
NUMBERED = re.compile(r"(?<![\w`/.-])([DHIOTU][1-9]\d?)(?![\w`/.-])")
FUNCTION = re.compile(r"\)(?: const| noexcept| override| final| ->.*)* \{$")
NOT_A_FUNCTION = re.compile(r"^\s*(?:\} )?(?:if|else|for|while|switch|catch|do|return|co_return)\b")
# A row of a table of cases: what makes a test long is then its cases, not its steps.
TABLE_ROW = re.compile(r'^\s+\{"')


TASK = re.compile(r"\bTask<")
BORROWED = re.compile(r"const [\w:]+&|\bconst&|&&|\b(?:string_view|span)\b")


def balanced(text, at):
    """Where the bracket that opens at `at` closes, or -1."""
    opening, depth = text[at], 0
    closing = {"<": ">", "(": ")"}[opening]
    for position in range(at, len(text)):
        depth += (text[position] == opening) - (text[position] == closing)
        if depth == 0:
            return position
    return -1


def borrowing_tasks(text):
    """(offset, parameter) of functions that return a Task and take something by borrowing it."""
    for found in TASK.finditer(text):
        end = balanced(text, found.end() - 1)
        named = re.compile(r"\s+[\w:]+\(").match(text, end + 1) if end > 0 else None
        close = balanced(text, named.end() - 1) if named else -1
        if close < 0:
            continue
        parameters = text[named.end():close]
        while (flat := re.sub(r"<[^<>]*>", "", parameters)) != parameters:
            parameters = flat
        borrowed = BORROWED.search(parameters)
        if borrowed:
            yield found.start(), borrowed.group()


def split_words(name):
    return [word.lower() for word in WORD.findall(name)]


def banned_in(name):
    return sorted(BANNED_WORDS.intersection(split_words(name)))


def functions(lines):
    """(first line, lines) of each function; the indentation of clang-format shows them."""
    for start, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if indent > 4 or not FUNCTION.search(line) or NOT_A_FUNCTION.match(line):
            continue
        closing = " " * indent + "}"
        for end in range(start + 1, len(lines)):
            if lines[end].startswith(closing):
                rows = sum(1 for row in lines[start:end] if TABLE_ROW.match(row))
                yield start + 1, end - start + 1 - rows
                break


class Rules:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.wrong = []
        self.sizes = []

    def run(self, names):
        for name in names:
            path = self.root / name
            if path.suffix not in TEXT or not path.is_file():
                continue
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            self.check_name(name)
            self.check_text(name, text)
            if path.suffix in CODE:
                self.check_code(name, text)
            if path.name == "README.md" and name.startswith("src/"):
                self.check_readme(name, text)
        return self.wrong

    def check_name(self, name):
        for part in name.split("/"):
            for word in banned_in(part):
                self.complain(name, 1, f"the name has the word `{word}`")

    def check_text(self, name, text):
        prose = not name.endswith(("LICENSE",))
        for number, line in enumerate(text.splitlines(), 1):
            mark = UNFINISHED.search(line)
            if mark:
                self.complain(name, number, f"{mark.group(1)}: finish it, or leave it out")
            suffix = pathlib.PurePath(name).suffix
            spoken = line if suffix == ".md" else comment_of(line)
            reference = NUMBERED.search(spoken) if prose else None
            if reference:
                self.complain(name, number, f"{reference.group(1)} is defined nowhere in docs/")
            if suffix in SCRIPTS and len(line) > SCRIPT_COLUMNS_MAX:
                self.complain(name, number,
                              f"{len(line)} columns; {SCRIPT_COLUMNS_MAX} are the limit")

    def check_code(self, name, text):
        lines = text.splitlines()
        self.sizes.append(len(lines))
        if len(lines) > FILE_LINES_MAX:
            self.complain(name, 1, f"{len(lines)} lines; {FILE_LINES_MAX} are the limit")
        for number, line in enumerate(lines, 1):
            declared = DECLARED.match(line)
            if declared:
                for word in banned_in(declared.group(1).split("::")[-1]):
                    self.complain(name, number, f"{declared.group(1)} has the word `{word}`")
        for offset, parameter in borrowing_tasks(text):
            self.complain(name, text.count("\n", 0, offset) + 1,
                          f"a coroutine takes `{parameter}`; it may outlive what it borrows")
        for number, length in functions(lines):
            if length > FUNCTION_LINES_MAX:
                self.complain(name, number, f"a function of {length} lines; "
                                            f"{FUNCTION_LINES_MAX} are the limit")

    def check_readme(self, name, text):
        length = len(text.splitlines())
        if length > README_LINES_MAX:
            self.complain(name, 1, f"{length} lines; a room is told in {README_LINES_MAX}")

    def complain(self, name, number, what):
        self.wrong.append(f"{name}:{number}: {what}")

    def report(self):
        if not self.sizes:
            return "no source file yet"
        sizes = sorted(self.sizes)
        p95 = sizes[min(len(sizes) - 1, len(sizes) * 95 // 100)]
        return (f"{len(sizes)} source files, {sum(sizes)} lines; "
                f"median {statistics.median_low(sizes)}, p95 {p95}, longest {sizes[-1]}")


def comment_of(line):
    for mark in ("//", "#"):
        at = line.find(mark)
        if at >= 0:
            return line[at + len(mark):]
    return ""


def tracked(root):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"],
                            cwd=root, check=True, capture_output=True, text=True)
    return sorted(set(listed.stdout.splitlines()))


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    rules = Rules(root)
    wrong = rules.run(tracked(root))
    for line in wrong:
        print(line, file=sys.stderr)
    print(rules.report())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
