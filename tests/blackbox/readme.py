"""What the README tells people to type."""
import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
ADDRESS = "http://127.0.0.1:8080"


def quick_start():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## Quick start\n(.*?)^## ", text, re.M | re.S).group(1)
    return re.search(r"^```sh\n(.*?)^```", section, re.M | re.S).group(1)


def follow(url):
    """Types the quick start for the server at `url`: the answer to its last command."""
    shell = subprocess.run(["bash", "-euo", "pipefail", "-c", quick_start().replace(ADDRESS, url)],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (shell.returncode, shell.stderr) == (0, ""), shell
    return json.loads(shell.stdout)
