#!/usr/bin/env python3
"""Joins the files of web/page into one document and writes it as C++ for the room `page`.

    join_page.py <folder> <output.cpp> [<output.html>]

The scripts are ES modules. They are put into one in the order of their imports, so what a module
imports stands above it: a cycle is an error, as is a name that two modules have at their top. The
document says by hash which style and which scripts may run; nothing else may, and the joined text
is refused when it holds a call that would turn text into markup or code.
"""
import base64
import gzip
import hashlib
import pathlib
import re
import sys

GZIP_BYTES_MAX = 60 * 1024
STYLES = ("base.css", "forms.css", "rooms.css", "chat.css")
FIRST_SCRIPT = "first.js"
ENTRY = "main.js"

IMPORT = re.compile(r"^import\s*\{([^}]*)\}\s*from\s*'\./([\w.]+)';\n", re.M)
ANY_IMPORT = re.compile(r"^\s*import\b.*$", re.M)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.M)
ANY_EXPORT = re.compile(r"^\s*export\b.*$", re.M)
TOP = re.compile(r"^(export )?(?:async )?(?:function\*?|class|const|let)\s+(\w+)", re.M)
# What makes markup or code of text, and what leaves this host.
REFUSED = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|createContextualFragment|"
    r"\beval\(|new Function|setTimeout\(['\"`]|javascript:|https?://(?!www\.w3\.org/)\w|</script|<!--")


class Wrong(Exception):
    pass


class Modules:
    """The modules below one entry, each after what it imports."""

    def __init__(self, folder):
        self.folder = folder
        self.ordered = []
        self._owner = {}
        self._exports = {}
        self._visiting = []

    def add(self, name):
        if name in self._exports:
            return
        if name in self._visiting:
            raise Wrong(f"{name}: imports itself through {' -> '.join(self._visiting)}")
        self._visiting.append(name)
        source = (self.folder / name).read_text(encoding="utf-8")
        for wanted, other in IMPORT.findall(source):
            self.add(other)
            for symbol in re.findall(r"\w+", wanted):
                if symbol not in self._exports[other]:
                    raise Wrong(f"{name}: `{symbol}` is not exported by {other}")
                if len(re.findall(rf"\b{symbol}\b", source)) < 2:
                    raise Wrong(f"{name}: `{symbol}` is imported and not used")
        self._visiting.pop()
        self._exports[name] = {symbol for exported, symbol in TOP.findall(source) if exported}
        for _, symbol in TOP.findall(source):
            if symbol in self._owner:
                raise Wrong(f"{name}: `{symbol}` is at the top of {self._owner[symbol]} too")
            self._owner[symbol] = name
        self.ordered.append((name, self._body(name, source)))

    def _body(self, name, source):
        body = EXPORT.sub("", IMPORT.sub("", source))
        left = ANY_IMPORT.search(body) or ANY_EXPORT.search(body)
        if left:
            raise Wrong(f"{name}: `{left.group().strip()}` is a form that is not joined")
        return body.strip() + "\n"

    def joined(self):
        return "'use strict';\n" + "\n".join(f"// {name}\n{body}" for name, body in self.ordered)


def hash_source(text):
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return "'sha256-" + base64.b64encode(digest).decode("ascii") + "'"


def policy(styles, scripts):
    return "; ".join((
        "default-src 'none'",
        "script-src " + " ".join(map(hash_source, scripts)),
        "style-src " + " ".join(map(hash_source, styles)),
        "img-src data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ))


def join(folder):
    """(html, policy) of the one document."""
    modules = Modules(folder)
    modules.add(ENTRY)
    unused = {path.name for path in folder.glob("*.js")} - {FIRST_SCRIPT} - {
        name for name, _ in modules.ordered}
    if unused:
        raise Wrong(f"{', '.join(sorted(unused))}: imported by nobody")
    style = "\n".join((folder / name).read_text(encoding="utf-8").strip() for name in STYLES) + "\n"
    first = (folder / FIRST_SCRIPT).read_text(encoding="utf-8")
    script = modules.joined()
    for name, text in (("a style", style), (FIRST_SCRIPT, first), *modules.ordered):
        refused = REFUSED.search(text)
        if refused:
            raise Wrong(f"{name}: `{refused.group()}` has no place in the page")
    html = (folder / "page.html").read_text(encoding="utf-8")
    for mark, text in (("/* style */", style), ("/* first */", first), ("/* script */", script)):
        if html.count(mark) != 1:
            raise Wrong(f"page.html: `{mark}` has to stand there once")
        html = html.replace(mark, text)
    return html, policy([style], [first, script])


def array(name, content):
    rows = [",".join(map(str, content[at:at + 64])) for at in range(0, len(content), 64)]
    return f"constexpr unsigned char {name}[] = {{\n" + ",\n".join(rows) + "};\n"


def cpp(html, csp):
    plain = html.encode("utf-8")
    packed = gzip.compress(plain, 9, mtime=0)
    if len(packed) > GZIP_BYTES_MAX:
        raise Wrong(f"{len(packed)} bytes packed; {GZIP_BYTES_MAX} are the limit")
    tag = hashlib.sha256(plain + csp.encode()).hexdigest()[:16]
    view = "std::string_view{{reinterpret_cast<const char*>({0}), sizeof {0}}}"
    return "".join((
        "// Written by cmake/join_page.py.\n",
        '#include "page/document.hpp"\n\n',
        "namespace gochat::page {\nnamespace {\n",
        array("plain", plain), array("packed", packed),
        "}  // namespace\n\nconst Document& document() {\n  static const Document it{",
        view.format("plain"), ", ", view.format("packed"), f', "{tag}", "{csp}"}};\n',
        "  return it;\n}\n}  // namespace gochat::page\n")), len(plain), len(packed)


def main(arguments):
    folder, output = pathlib.Path(arguments[0]), pathlib.Path(arguments[1])
    try:
        html, csp = join(folder)
        source, plain, packed = cpp(html, csp)
    except (Wrong, OSError) as wrong:
        print(f"{folder}: {wrong}", file=sys.stderr)
        return 1
    output.write_text(source, encoding="utf-8")
    if len(arguments) > 2:
        pathlib.Path(arguments[2]).write_text(html, encoding="utf-8")
    print(f"the page: {plain} bytes, {packed} packed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
