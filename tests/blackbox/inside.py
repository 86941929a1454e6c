"""What an operator reads of a server: its metrics, its log, its internal listener."""
import pathlib
import re

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs/operations/observability.md"
_SAMPLE = re.compile(r'^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$')
_LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


class Exposition:
    """The text of /metrics, taken apart."""

    def __init__(self, text):
        self.text = text
        self.help, self.type, self.samples = {}, {}, {}
        for line in text.splitlines():
            if line.startswith("# HELP "):
                _, _, name, words = line.split(" ", 3)
                self.help[name] = words
            elif line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                self.type[name] = kind
            else:
                name, labels, value = _SAMPLE.match(line).groups()
                self.samples[(name, tuple(sorted(_LABEL.findall(labels or ""))))] = float(value)

    def value(self, name, **labels):
        return self.samples.get((name, tuple(sorted(labels.items()))), 0)

    def total(self, name, **labels):
        """Over every label that is not named."""
        wanted = set(labels.items())
        return sum(value for (known, pairs), value in self.samples.items() if known == name and wanted <= set(pairs))

    def labels(self, name):
        """The names of the labels that samples of this family carry; a histogram's bounds aside."""
        parts = {name, f"{name}_bucket"} if self.type[name] == "histogram" else {name}
        return {label for known, pairs in self.samples if known in parts for label, _ in pairs} - {"le"}


def documented():
    """name -> (type, labels, meaning), out of the table in the documentation."""
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| (\w+) \| (.*?) \| (.*) \|$", DOCS.read_text(encoding="utf-8"), re.M)
    return {name: (kind, set(re.findall(r"`(\w+)`", labels)), words) for name, kind, labels, words in rows}
