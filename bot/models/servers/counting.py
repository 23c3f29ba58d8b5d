"""Counts tokens with the server's tokenizer, if it offers one."""

import json
import time
from typing import Any

import httpx2

from bot.core.llm.token_counts import CountCache
from bot.models.chat.base_url import is_this_machine
from bot.models.chat.transport import trusted
from bot.models.servers.kinds import kind_of
from bot.models.servers.server_info import ServerInfo
from bot.models.token_counting import Counter, counter_for, size

COUNTING = 1.0  # seconds for a count
UNCOUNTED = 10.0  # seconds without asking after a count that failed
REMEMBERED = 4096
LETTERS = 16  # more than any tokenizer puts into a token on average


class Counts:
    """Counts tokens with the tokenizer of `found` at `root`, or else with an estimate that is never too low.

    Blocks for at most a second; may be called from any thread.
    """

    def __init__(self, root: str, key: str | None, found: ServerInfo, context: int) -> None:
        self._url = f"{root}/tokenize"
        self._found = found
        self._most = LETTERS * context
        self._estimate: Counter = counter_for(found.name)
        self._known = CountCache(REMEMBERED)
        self._not_before = 0.0
        host = httpx2.URL(root).host
        self._client = httpx2.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=COUNTING,
            # With a transport of its own, the client asks no proxy.
            transport=httpx2.HTTPTransport(verify=trusted()) if is_this_machine(host) else None,
            verify=trusted(),
        )

    def count(self, text: str) -> int:
        """Tokens of `text`; its bytes when it cannot possibly fit."""
        if len(text) > self._most:
            return size(text) + 1
        known = self._known.count(self._found.model, text, self._asked) if text else 0
        return self._estimate(text) if known is None else known

    def close(self) -> None:
        self._client.close()

    def _asked(self, text: str) -> int | None:
        """None if the server does not answer; it is then not asked again for `UNCOUNTED` seconds."""
        body = kind_of(self._found).count_request(self._found, text)
        if body is None or time.monotonic() < self._not_before:
            return None
        try:
            answer = self._client.post(self._url, json=body)
            said = json.loads(answer.content) if answer.status_code == 200 else None
        except (httpx2.HTTPError, RuntimeError, ValueError):  # RuntimeError: closed meanwhile
            said = None
        tokens = _tokens(said)
        if tokens is None:
            self._not_before = time.monotonic() + UNCOUNTED
        return tokens


def _tokens(said: Any) -> int | None:
    """llama.cpp and vLLM both list the tokens."""
    tokens = said.get("tokens") if isinstance(said, dict) else None
    return len(tokens) if isinstance(tokens, list) else None
