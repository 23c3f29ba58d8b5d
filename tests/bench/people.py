"""Actions of people on the simulated GitHub, through its control API."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.github.webhooks import is_relevant
from github_simulator import Storm

GIVEN_UP = (502, 504)  # what GitHub records without an answer
PATIENCE = aiohttp.ClientTimeout(total=120)


class People:
    """Each action returns after its delivery was answered or has failed. Raises `ClientResponseError`."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = f"{url}/_simulator"

    async def open(self, repository: str, title: str, diff: str) -> int:
        """Returns the pull's number."""
        commits = [{"message": title, "diff": diff}]
        order = {"repository": repository, "title": title, "body": "So it is.", "commits": commits}
        done = await self._order("POST", "pulls", order)
        return int(done["number"])

    async def push(self, pull: str, diff: str, *, force: bool) -> None:
        """`pull` is owner/repository/number."""
        await self._order("POST", f"pulls/{pull}/push", {"message": "Push", "diff": diff, "force": force})

    async def say(self, pull: str, body: str) -> int:
        """Returns the comment's number."""
        order = {"user": "mira", "permission": "write", "body": body}
        return int((await self._order("POST", f"pulls/{pull}/comments", order))["id"])

    async def close(self, pull: str) -> None:
        await self._order("POST", f"pulls/{pull}/close")

    async def begin(self, storm: Storm) -> None:
        await self._order("POST", "storm", storm.model_dump(mode="json"))

    async def calm(self) -> None:
        await self._order("DELETE", "storm")

    async def state(self) -> dict[str, Any]:
        return await self._order("GET", "state")

    async def _order(self, method: str, path: str, order: Any = None) -> dict[str, Any]:
        async with self._session.request(method, f"{self._url}/{path}", json=order) as response:
            response.raise_for_status()
            done: dict[str, Any] = await response.json()
            return done


@asynccontextmanager
async def people(url: str) -> AsyncIterator[People]:
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        yield People(session, url)


def lost(state: dict[str, Any]) -> Collection[str]:
    """Relevant deliveries of which every attempt failed."""
    tries = [one for one in state["deliveries"] if is_relevant(one["event"], one.get("action"))]
    arrived = {one["id"] for one in tries if one["status"] not in GIVEN_UP}
    return {one["id"] for one in tries} - arrived


def left_over(state: dict[str, Any]) -> list[str]:
    """What a person would miss: reviews of open heads, and completed checks and comments, each once."""
    return [f"{pull['repository']}#{pull['number']}: {what}" for pull in state["pulls"] for what in _of(pull)]


def reviewed(state: dict[str, Any]) -> int:
    """The reviewed heads."""
    checks = [check for pull in state["pulls"] for check in pull["checks"]]
    return sum(check["conclusion"] in ("success", "neutral") for check in checks)


def _of(pull: dict[str, Any]) -> list[str]:
    own = [comment["body"] for comment in pull["comments"] if comment["user"].endswith("[bot]")]
    under_way = [check["head"][:7] for check in pull["checks"] if check["status"] != "completed"]
    found = [f"the check of {head} is in progress" for head in under_way]
    found += ["a placeholder" for body in own if "**Reviewing " in body]
    found += [f"{len(own)} summary comments"] * (len(own) > 1)
    if pull["state"] == "open" and not _has_review(pull, own):
        found.append(f"no review of {pull['head'][:7]}")
    return found + _unanswered(pull)


def _has_review(pull: dict[str, Any], own: list[str]) -> bool:
    ends = [check["conclusion"] for check in pull["checks"] if check["head"] == pull["head"]]
    told = any(f"## Review of [`{pull['head'][:7]}`]" in body for body in own)
    return told and ends != [] and ends[-1] in ("success", "neutral")


def _unanswered(pull: dict[str, Any]) -> list[str]:
    """The bot answers a command with a reaction."""
    answered = {one["comment"] for one in pull["reactions"] if one["user"].endswith("[bot]")}
    commands = [one["id"] for one in pull["comments"] if one["body"] == "/review"]
    return [f"no answer to the command {number}" for number in commands if number not in answered]
