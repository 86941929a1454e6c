"""The quick start of the README, typed as it stands there."""
import asyncio
import json
import re

from base import BlackBox
from readme import ADDRESS, follow, quick_start


class Readme(BlackBox):
    async def test_the_quick_start_is_two_commands_that_store_a_message(self):
        block = quick_start()
        self.assertEqual(len(re.sub(r"\\\n|\|\n", "", block).strip().splitlines()), 2)
        self.assertEqual(block.count("curl "), 2)
        self.assertIn(ADDRESS, block)
        answer = await asyncio.to_thread(follow, self.url)
        self.assertTrue(answer["success"])
        reader = await self.person()
        history = await reader.get("/api/v1/messages/history?conversationId=world&limit=1")
        self.assertIn(answer["data"]["messageId"], json.dumps(history))
