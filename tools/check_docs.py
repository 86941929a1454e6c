#!/usr/bin/env python3
"""What pages say that a machine can hold against the tree. Every file that a page names is there: in
links, and in backticks when it reads like a path; and the heading that a link points at. The table of
rooms in ARCHITECTURE.md has the rooms and arrows that CMakeLists.txt declares.

Prints one line per wrong place; the exit code is 1 when there is one.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cmake"))

from check_includes import declared_rooms  # noqa: E402  (found through the line above)

PAGES = ("*.md", "docs/**/*.md", "src/**/README.md")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.M)
# | room | owns | may include | private library |
ROOM_ROW = re.compile(r"^\| (?!room )([a-z/]+) \| [^|]+ \| ([a-z, -]+) \| [^|]+ \|$", re.M)
CODE_SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?|[\w.-]+\.(?:hpp|cpp|md|py|sh|cmake|proto)")
# A page that a source file sends its reader to.
SENT_TO = re.compile(r"\bdocs/[\w/.-]+\.md\b")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)
# A path may leave the ending out, as in `protocol/frame_codec`.
ENDINGS = ("", ".hpp", ".cpp", ".md", ".proto")


def anchors(text):
    """What the headings of a page are called in a link to them."""
    found = HEADING.findall(FENCE.sub("", text))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def folders(path):
    return {entry.name for entry in path.iterdir() if entry.is_dir()} if path.is_dir() else set()


class DocsChecker:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.missing = []
        self.tops = folders(self.root) - {".git", "build"}
        self.rooms = folders(self.root / "src") | folders(self.root / "src/adapters")

    def run(self):
        for pattern in PAGES:
            for page in sorted(self.root.glob(pattern)):
                self.check_page(page)
        for source in sorted(self.root.glob("src/**/*.?pp")):
            for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
                for target in SENT_TO.findall(line):
                    self.expect(source, number, target, (self.root / target).exists())
        self.check_rooms()
        return self.missing

    def check_rooms(self):
        page, declaration = self.root / "ARCHITECTURE.md", self.root / "CMakeLists.txt"
        if not page.exists() or not declaration.exists():
            return
        rooms = declared_rooms(declaration.read_text(encoding="utf-8"))
        told = dict(ROOM_ROW.findall(page.read_text(encoding="utf-8")))
        declared = {room.folder: ", ".join(room.deps) or "-" for room in rooms.values()}
        # That app may include all is law, and its row says so.
        declared.pop("app", None)
        told.pop("app", None)
        for folder in sorted(declared.keys() | told.keys()):
            has, says = declared.get(folder, "no such room"), told.get(folder, "no row")
            if has != says:
                self.missing.append(f"ARCHITECTURE.md: room {folder}: `{says}`, declared is `{has}`")

    def check_page(self, page):
        text = page.read_text(encoding="utf-8")
        # Blocks keep their line breaks, so that the numbers below stay true.
        text = FENCE.sub(lambda block: "\n" * block.group().count("\n"), text)
        for number, line in enumerate(text.splitlines(), 1):
            for target, anchor in LINK.findall(line):
                if "://" not in target and not target.startswith("mailto:"):
                    self.check_link(page, number, target, anchor)
            for span in CODE_SPAN.findall(line):
                for word in span.split():
                    if PATH.fullmatch(word) and self.reads_like_ours(word):
                        self.expect(page, number, word, self.exists(page, word))

    def check_link(self, page, number, target, anchor):
        there = page.parent / target if target else page
        self.expect(page, number, target, there.exists())
        if anchor and there.suffix == ".md" and there.exists():
            known = anchors(there.read_text(encoding="utf-8"))
            self.expect(page, number, f"{target}#{anchor}", anchor in known)

    def reads_like_ours(self, word):
        if "/" not in word:
            return True
        first = word.split("/")[0]
        return first in self.tops or first in self.rooms or word.endswith((".hpp", ".cpp"))

    def exists(self, page, word):
        for base in (self.root, self.root / "src", self.root / "src" / "adapters", page.parent):
            for ending in ENDINGS:
                if (base / (word.rstrip("/") + ending)).exists():
                    return True
        # A bare name is enough where the text has said which folder it speaks of.
        return "/" not in word and any(True for _ in self.root.glob(f"[!.b]*/**/{word}"))

    def expect(self, page, number, target, there):
        if not there:
            where = page.relative_to(self.root)
            self.missing.append(f"{where}:{number}: `{target}` does not exist")


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    missing = DocsChecker(root).run()
    for line in missing:
        print(line, file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
