"""GitHub's API is recognised by its answers, since a proxy may remove its headers."""

from typing import Any

import pytest
from aiohttp import web

from bot.core.errors import Refused, Retry
from bot.github import clock_ahead
from tests.github.scene import Scene, small_github

MARK = {"X-GitHub-Request-Id": "1"}
LIMITS = {"resources": {"core": {"limit": 60}}, "rate": {}}
REFUSAL = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}


async def ahead_of(body: Any, status: int = 200, **headers: str) -> float | None:
    """The result for a server with this answer; `body` text is sent verbatim."""

    async def answer(_: web.Request) -> web.Response:
        if isinstance(body, str):
            return web.Response(text=body, content_type="text/html", status=status, headers=headers)
        return web.json_response(body, status=status, headers=headers)

    async with small_github(web.get("/rate_limit", answer)) as url:
        return await clock_ahead(url)


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [(LIMITS, 200, {}), (REFUSAL, 404, {}), ({"message": "off"}, 404, MARK), (LIMITS, 200, MARK)],
)
async def test_githubs_words_are_known_with_and_without_its_marks(
    body: Any, status: int, headers: dict[str, str]
) -> None:
    assert abs(await ahead_of(body, status, **headers) or 0) < 30


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        ("<html>Sign in</html>", 200, MARK),
        ("", 200, {}),
        ({"detail": "Not Found"}, 404, {}),
        ([], 200, MARK),
    ],
)
async def test_what_says_something_else_is_not_github(
    body: Any, status: int, headers: dict[str, str]
) -> None:
    with pytest.raises(Refused, match=rf"is not GitHub's API \(status {status}\)"):
        await ahead_of(body, status, **headers)


async def test_the_simulator_is_and_nobody_is_not(town: Scene) -> None:
    assert abs(await clock_ahead(town.url) or 0) < 30
    with pytest.raises(Retry, match="cannot be reached"):
        await clock_ahead("http://127.0.0.1:9")


async def test_it_is_found_where_a_redirection_leads() -> None:
    """No credentials are sent, so any redirect may be followed."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(LIMITS)

    async with small_github(web.get("/rate_limit", answer)) as there:

        async def moved(_: web.Request) -> web.Response:
            return web.Response(status=301, headers={"Location": f"{there}/rate_limit"})

        async with small_github(web.get("/rate_limit", moved)) as here:
            assert abs(await clock_ahead(here) or 0) < 30
