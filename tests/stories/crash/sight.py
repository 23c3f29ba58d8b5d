"""GitHub as people see it, looked at a few times a second."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from bot.core.rendering.markers import STATUS_START
from github_simulator import Simulator
from tests.stories.stage import BOT

FRESH = 0.25  # seconds for which a look is believed
LIMIT = 300.0  # seconds that anything may take

Seen = dict[str, Any]


class Sight:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._seen: dict[tuple[str, int], Seen] = {}
        self._until = 0.0

    def forget(self) -> None:
        """Somebody has changed something: the next look is a new one."""
        self._until = 0.0

    def pull(self, repository: str, number: int) -> Seen:
        if time.monotonic() >= self._until:
            pulls = self._simulator.state()["pulls"]
            self._seen = {(pull["repository"], pull["number"]): pull for pull in pulls}
            self._until = time.monotonic() + FRESH
        return self._seen[repository, number]

    async def reviewed(self, repository: str, number: int) -> None:
        """Returns when the pull request's head has its review."""
        await until(
            lambda: is_reviewed(self.pull(repository, number)),
            lambda: f"a review of {json.dumps(self.pull(repository, number), indent=1)[:4000]}",
        )


async def until(holds: Callable[[], object], what: Callable[[], str]) -> None:
    """Waits until something is so; `what` tells what never came."""
    try:
        async with asyncio.timeout(LIMIT):
            while not holds():  # noqa: ASYNC110 - what is waited for is on the other side of a wire
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"never came: {what()}") from None


def own_comments(pull: Seen) -> list[str]:
    """The bodies of the bot's comments in the conversation."""
    return [comment["body"] for comment in pull["comments"] if comment["user"] == BOT]


def is_reviewed(pull: Seen) -> bool:
    """Whether the check of the head has ended, and the one summary is its review, without a banner."""
    done = any(check["status"] == "completed" for check in pull["checks"] if check["head"] == pull["head"])
    return done and all(is_review(body, pull["head"]) for body in own_comments(pull) or [""])


def is_review(body: str, head: str) -> bool:
    return f"## Review of [`{head[:7]}`]" in body and STATUS_START not in body
