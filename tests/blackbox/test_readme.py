"""What the README tells people to type."""
import asyncio
import json
import pathlib
import re

from base import BlackBox

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
ADDRESS = "http://127.0.0.1:8080"


def quick_start():
    section = re.search(r"^## Quick start\n(.*?)^## ", README.read_text(encoding="utf-8"), re.M | re.S).group(1)
    return re.search(r"^```sh\n(.*?)^```", section, re.M | re.S).group(1)


class Readme(BlackBox):
    async def test_the_quick_start_is_two_commands_that_store_a_message(self):
        block = quick_start()
        self.assertEqual(len(re.sub(r"\\\n|\|\n", "", block).strip().splitlines()), 2)
        self.assertEqual(block.count("curl "), 2)
        self.assertIn(ADDRESS, block)
        shell = await asyncio.create_subprocess_exec(
            "bash", "-euo", "pipefail", "-c", block.replace(ADDRESS, self.url),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        said, complained = await shell.communicate()
        self.assertEqual((shell.returncode, complained), (0, b""))
        answer = json.loads(said)
        self.assertTrue(answer["success"])
        reader = await self.person()
        history = await reader.get("/api/v1/messages/history?conversationId=world&limit=1")
        self.assertIn(answer["data"]["messageId"], json.dumps(history))
