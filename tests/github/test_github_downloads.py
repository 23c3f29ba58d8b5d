"""Archives are downloaded from a server that gets no credentials, and may be unkind."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from bot.core.change import PullRef
from bot.core.errors import BotError, Refused, Retry
from bot.github import GitHubForge, TokenCredentials, downloads
from bot.github.redirections import download_target
from github_simulator import PASSING, Kind, Storm
from tests.github.repository_scene import MOST, SHA, TARBALL, archived, paths, shop
from tests.github.scene import Scene, small_github
from tests.repository.sample import archive

REF = PullRef(repository="acme/shop", number=1)
SECRET = "ghp_" + "s3cret" * 6


UNKIND: dict[str, tuple[type[BotError], str]] = {
    "cut": (Retry, "GitHub did not answer GET .*/tarball/.* from localhost: RemoteProtocolError"),
    "short": (Retry, "GitHub did not answer GET .*/tarball/.* from localhost: RemoteProtocolError"),
    "drip": (Retry, "GET .*/tarball/.* took more than"),
    "endless": (Refused, "the answer to GET .*/tarball/.* from localhost is larger than 1 MB"),
    "elsewhere": (Retry, "GitHub cannot be reached .*from localhost"),
    "error": (Retry, "GitHub server error: GET .*/tarball/.* from localhost returned 503"),
}


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def size(file: Path) -> int:
    """Bytes; 0 also if there is no such file."""
    return file.stat().st_size if file.exists() else 0


async def test_an_enterprise_server_sends_archives_itself(town: Scene, into: Path) -> None:
    ref, head = await shop(town)
    async with GitHubForge(f"{town.url}/api/v3", town.credentials, pauses=()) as forge:
        assert await archived(forge, ref, head, into)


@pytest.mark.parametrize("conduct", sorted(UNKIND))
async def test_an_unkind_server_of_archives_ends_in_a_clear_error(
    town: Scene, into: Path, monkeypatch: pytest.MonkeyPatch, conduct: Any
) -> None:
    error, text = UNKIND[conduct]
    ref, head = await shop(town)
    archives = town.simulator.world.archives
    archives.conduct = conduct
    archives.host = archives.elsewhere = town.url.replace("127.0.0.1", "localhost")
    if conduct == "elsewhere":
        archives.elsewhere = "http://localhost:1/x?token=abc"
    if conduct == "drip":
        monkeypatch.setattr(downloads, "DURATION", 1.0)
    with pytest.raises(error, match=text) as raised:
        await archived(town.forge, ref, head, into, 2**20)
    assert "token" not in str(raised.value)
    assert size(into) <= 2**20


async def test_an_archive_that_breaks_off_is_fetched_again(town: Scene, into: Path) -> None:
    ref, head = await shop(town)
    archives = town.simulator.world.archives
    archives.conduct = "cut"

    async def recover(_moment: object, call: Any) -> None:
        if call.template == TARBALL and call.count == 2:
            archives.conduct = "whole"

    town.simulator.on_call(recover)
    assert (await archived(town.forge, ref, head, into)).startswith(b"\x1f\x8b")
    assert town.count("GET", TARBALL) == 2
    assert len(archives.links) == 2


@pytest.mark.parametrize("seed", range(6))
async def test_in_a_storm_it_arrives_or_fails_for_now(town: Scene, into: Path, seed: int) -> None:
    ref, head = await shop(town)
    whole = await archived(town.forge, ref, head, into)
    town.simulator.storm(Storm(seed=seed, rate=0.5, kinds=PASSING - {Kind.CLOCK_JUMP, Kind.LATENCY}))
    with suppress(Retry):
        assert await archived(town.forge, ref, head, into) == whole


async def test_a_link_that_has_expired_is_refused(town: Scene, into: Path) -> None:
    ref, head = await shop(town)

    async def wait(moment: object, call: Any) -> None:
        if call.template == TARBALL and str(moment) == "after":
            town.simulator.world.offset += 400

    town.simulator.on_call(wait)
    with pytest.raises(Refused, match=r"GitHub refused GET .*/tarball/.*: 404"):
        await archived(town.forge, ref, head, into)


async def test_a_rate_limit_holds_back_the_archive_and_then_all_calls(town: Scene, into: Path) -> None:
    ref, head = await shop(town)
    town.fail("GET", TARBALL, 429, headers={"Retry-After": "100"})
    for _ in range(2):
        with pytest.raises(Retry, match="rate limit") as raised:
            await archived(town.forge, ref, head, into)
        assert 90 < (raised.value.after or 0) <= 101
    with pytest.raises(Retry, match="rate limit"):
        await paths(town.forge, ref, head)
    assert town.count("GET", TARBALL) == 1


class Elsewhere:
    """A server of archives: answers with `status` and `headers`, and records what it was sent."""

    def __init__(self, **answer: Any) -> None:
        self.answer = answer
        self.seen: list[web.Request] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.seen.append(request)
        return web.Response(**self.answer)


def moved(target: str, seen: list[web.Request]) -> web.RouteDef:
    async def answer(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response(status=302, headers={"Location": target})

    return web.get("/repos/{path:.*}", answer)


async def from_elsewhere(
    into: Path, host: Elsewhere, most: int = MOST, **options: Any
) -> tuple[bytes, Sequence[web.Request]]:
    """The archive by an API that redirects to `host`, and what the API was sent."""
    seen: list[web.Request] = []
    async with small_github(web.route("*", "/{path:.*}", host.handle)) as address:
        target = f"{address.replace('127.0.0.1', 'localhost')}/x?token=s3cr3t"
        async with (
            small_github(moved(target, seen)) as url,
            GitHubForge(url, TokenCredentials(SECRET), pauses=(), **options) as forge,
        ):
            return await archived(forge, REF, SHA, into, most), seen


@pytest.fixture
def packed(tmp_path: Path) -> bytes:
    return archive(tmp_path / "sample").read_bytes()


async def test_the_token_goes_to_the_api_and_nowhere_else(
    into: Path, packed: bytes, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    host = Elsewhere(body=packed)
    body, seen = await from_elsewhere(into, host, agent="bot of a test")
    assert body == packed
    assert [request.headers["Authorization"] for request in seen] == [f"Bearer {SECRET}"]
    [request] = host.seen
    assert not {"Authorization", "Cookie", "X-GitHub-Api-Version"} & set(request.headers)
    assert (request.query["token"], request.headers["User-Agent"]) == ("s3cr3t", "bot of a test")
    assert "HTTP Request: GET" in caplog.text
    assert not [secret for secret in ("s3cr3t", SECRET) if secret in caplog.text + capsys.readouterr().out]


@pytest.mark.parametrize("port", ["another port", "back at the api"])
async def test_the_token_is_not_sent_again_after_it_was_withheld(
    into: Path, packed: bytes, port: str
) -> None:
    seen: list[str | None] = []
    addresses: dict[str, str] = {}

    async def api(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        if len(seen) == 1:
            return web.Response(status=302, headers={"Location": addresses["other"]})
        return web.Response(body=packed)

    async def other(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        if port == "back at the api":
            return web.Response(status=302, headers={"Location": f"{addresses['api']}/repos/acme/shop/x"})
        return web.Response(body=packed)

    async with (
        small_github(web.get("/{path:.*}", api)) as url,
        small_github(web.get("/{path:.*}", other)) as addresses["other"],
        GitHubForge(url, TokenCredentials(SECRET), pauses=()) as forge,
    ):
        addresses["api"] = url
        assert await archived(forge, REF, SHA, into) == packed
    assert seen[0] == f"Bearer {SECRET}"
    assert not any(seen[1:])


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        pytest.param({"status": 404}, Refused, "404 Not Found", id="404"),
        pytest.param({"status": 401}, Refused, "401 Unauthorized", id="401"),
        pytest.param({"status": 403, "body": b"x" * 10**6}, Refused, "403 Forbidden", id="403"),
        pytest.param({"status": 500}, Retry, "returned 500", id="500"),
        pytest.param({"status": 429}, Retry, "rate limit is reached", id="429"),
        pytest.param({"status": 206, "body": b"\x1f\x8b"}, Retry, "its status is 206", id="206"),
        pytest.param({"body": b"<html>"}, Retry, "it begins with '<html>'", id="page"),
        pytest.param({"body": b""}, Retry, "it is empty", id="empty"),
        pytest.param({"status": 302}, Refused, "redirected without an address", id="302 without"),
        pytest.param(
            {"status": 302, "headers": {"Location": "ftp://x/y"}}, Refused, "without an address", id="ftp"
        ),
        pytest.param(
            {"status": 302, "headers": {"Location": "/again?token=s3cr3t"}},
            Refused,
            "too many redirects",
            id="loop",
        ),
    ],
)
async def test_what_the_other_server_answers_is_told(
    into: Path, answer: dict[str, Any], error: type[BotError], text: str
) -> None:
    host = Elsewhere(**answer)
    with pytest.raises(error, match=text) as raised:
        await from_elsewhere(into, host)
    assert len(host.seen) <= 3
    assert "s3cr3t" not in str(raised.value)


async def test_a_server_that_stops_sending_is_left(into: Path) -> None:
    left = asyncio.Event()

    async def stop(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"\x1f\x8b")
        await left.wait()
        return response

    async with (
        small_github(web.get("/{path:.*}", stop)) as url,
        GitHubForge(url, TokenCredentials(SECRET), pauses=(), timeout=0.5) as forge,
    ):
        with pytest.raises(Retry, match="ReadTimeout"):
            await archived(forge, REF, SHA, into)
        left.set()


async def test_a_limit_of_the_other_server_is_its_own(into: Path) -> None:
    host = Elsewhere(status=429, headers={"Retry-After": "100"})

    async def answer(request: web.Request) -> web.Response:
        if "tarball" in request.path:
            return web.Response(status=302, headers={"Location": target})
        return web.json_response({"sha": SHA, "truncated": False, "tree": []})

    async with (
        small_github(web.get("/{path:.*}", host.handle)) as target,
        small_github(web.get("/{path:.*}", answer)) as url,
        GitHubForge(url, TokenCredentials(SECRET), pauses=()) as forge,
    ):
        for _ in range(2):
            with pytest.raises(Retry) as raised:
                await archived(forge, REF, SHA, into)
            assert 90 < (raised.value.after or 0) <= 101
        assert await paths(forge, REF, SHA) == []
    assert len(host.seen) == 1


async def test_an_announced_size_that_is_too_large_is_not_read(into: Path, packed: bytes) -> None:
    with pytest.raises(Refused, match="is larger than"):
        await from_elsewhere(into, Elsewhere(body=packed), len(packed) - 1)
    assert size(into) == 0
    assert (await from_elsewhere(into, Elsewhere(body=packed), len(packed)))[0] == packed


async def test_an_archive_that_cannot_be_stored_is_refused(tmp_path: Path, packed: bytes) -> None:
    with pytest.raises(Refused, match="cannot be stored: No such file or directory"):
        await from_elsewhere(tmp_path / "none" / "archive", Elsewhere(body=packed))


async def test_a_link_of_a_secure_api_must_be_secure() -> None:
    request = httpx.Request("GET", "https://api.github.com/repos/acme/shop/tarball/x")
    headers = {"Location": "http://codeload.github.com/x?token=s3cr3t"}
    answer = httpx.Response(302, headers=headers, request=request)
    with pytest.raises(Refused, match=r"redirected to an insecure address on codeload\.github\.com"):
        download_target("GET /repos/acme/shop/tarball/x", answer)
