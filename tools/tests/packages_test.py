import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "packages.sh"

DEB822 = """# made by the installer
Types: deb deb-src
# from a snapshot
URIs: mirror://example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb
URIs: mirror://example/security
Suites: bookworm-security
Components: main
"""


class Backports(unittest.TestCase):
    def stanza(self, function, text):
        with tempfile.NamedTemporaryFile("w", suffix=".sources") as file:
            file.write(text)
            file.flush()
            call = f'source "$0"; {function} bookworm "$1"'
            done = subprocess.run(["bash", "-c", call, SCRIPT, file.name],
                                  check=True, capture_output=True, text=True)
        return done.stdout

    def test_the_stanza_of_the_release_is_copied_with_its_mirror_and_key(self):
        self.assertEqual(self.stanza("backports_deb822", DEB822),
                         "Types: deb\nURIs: mirror://example/debian\nSuites: bookworm-backports\n"
                         "Components: main\nSigned-By: /usr/share/keyrings/archive.gpg\n")

    def test_a_disabled_stanza_is_not_taken(self):
        disabled = DEB822.replace("Types: deb deb-src", "Types: deb\nEnabled: no")
        self.assertEqual(self.stanza("backports_deb822", disabled), "")

    def test_a_line_is_copied_with_its_options(self):
        text = ("deb-src mirror://example/debian bookworm main\n"
                "deb [signed-by=/k.gpg] mirror://example/debian bookworm main contrib\n")
        self.assertEqual(
            self.stanza("backports_one_line", text),
            "deb [signed-by=/k.gpg] mirror://example/debian bookworm-backports main contrib\n")

    def test_another_release_gives_nothing(self):
        other = "deb mirror://example/debian trixie main\n"
        self.assertEqual(self.stanza("backports_one_line", other), "")


if __name__ == "__main__":
    unittest.main()
