#!/usr/bin/env python3
"""Every file that a page names must be there: in links, and in backticks when it reads like a path.

Prints one line per missing file; the exit code is 1 when there is one.
"""
import pathlib
import re
import sys

PAGES = ("*.md", "docs/**/*.md", "src/**/README.md")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE_SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?|[\w.-]+\.(?:hpp|cpp|md|py|sh|cmake|proto)")
# A page that a source file sends its reader to.
SENT_TO = re.compile(r"\bdocs/[\w/.-]+\.md\b")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)
# A path may leave the ending out, as in `protocol/frame_codec`.
ENDINGS = ("", ".hpp", ".cpp", ".md", ".proto")


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
        return self.missing

    def check_page(self, page):
        text = page.read_text(encoding="utf-8")
        # Blocks keep their line breaks, so that the numbers below stay true.
        text = FENCE.sub(lambda block: "\n" * block.group().count("\n"), text)
        for number, line in enumerate(text.splitlines(), 1):
            for target in LINK.findall(line):
                if "://" not in target and not target.startswith("mailto:"):
                    self.expect(page, number, target, (page.parent / target).exists())
            for span in CODE_SPAN.findall(line):
                for word in span.split():
                    if PATH.fullmatch(word) and self.reads_like_ours(word):
                        self.expect(page, number, word, self.exists(page, word))

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
