"""Rate limits, revoked tokens and server errors become `Retry` or `Refused`, without secrets."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.core.change import PullRef
from bot.core.comments.comment import MarkedText
from bot.core.errors import BotError, Refused, Retry, SettingsError
from bot.github import AppCredentials, GitHubForge, TokenCredentials
from tests.github.scene import COMMENTS, PULL, TOKENS, Scene, small_github

REF = PullRef(repository="acme/shop", number=1)
SECRET = "ghp_" + "s3cret" * 6
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_read_that_fails_is_tried_again(town: Scene, status: int) -> None:
    ref = await town.open()
    town.fail("GET", PULL, status, times=2)
    assert (await town.forge.pull(ref)).ref == ref
    assert town.count("GET", PULL) == 3


async def test_a_read_whose_connection_is_cut_is_tried_again(town: Scene) -> None:
    ref = await town.open()
    town.fail("GET", PULL, drop=True, times=2)
    assert (await town.forge.pull(ref)).ref == ref


async def test_a_github_that_stays_unwell_is_for_later(town: Scene) -> None:
    ref = await town.open()
    town.fail("GET", PULL, 502, times=3)
    with pytest.raises(Retry, match="502") as raised:
        await town.forge.pull(ref)
    assert raised.value.after is None
    assert town.count("GET", PULL) == 3


async def test_maintenance_names_its_end(town: Scene) -> None:
    ref = await town.open()
    town.fail("GET", PULL, 503, times=3, headers={"Retry-After": "120"})
    with pytest.raises(Retry) as raised:
        await town.forge.pull(ref)
    assert raised.value.after == 120


async def test_a_github_that_is_not_there_is_for_later(town: Scene) -> None:
    async with GitHubForge("http://127.0.0.1:9", TokenCredentials(SECRET), pauses=(0,)) as forge:
        with pytest.raises(Retry, match="cannot be reached"):
            await forge.put_comment(REF, MarkedText("m", "m"), None)


async def test_a_server_that_is_slow_or_drips_is_for_later() -> None:
    stop = asyncio.Event()

    async def silent(_: web.Request) -> web.Response:
        await stop.wait()
        return web.Response()

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not stop.is_set():
            await response.write(b" ")
            await asyncio.sleep(0.02)
        return response

    routes = web.get("/repos/acme/shop/pulls/1", silent), web.get("/repos/acme/shop/pulls/2", drip)
    async with (
        small_github(*routes) as url,
        GitHubForge(url, TokenCredentials(SECRET), timeout=0.1, pauses=()) as forge,
    ):
        for number in (1, 2):
            with pytest.raises(Retry, match="did not answer"):
                await forge.pull(REF.model_copy(update={"number": number}))
        stop.set()


def reset_in(seconds: int) -> Callable[[], dict[str, str]]:
    return lambda: {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + seconds)}


@pytest.mark.parametrize(
    ("status", "headers", "body", "least", "most"),
    [
        (403, reset_in(900), {"message": "API rate limit exceeded for installation ID 1."}, 890, 902),
        (429, reset_in(900), {"message": "API rate limit exceeded"}, 890, 902),
        (403, lambda: {"Retry-After": "30"}, SECONDARY, 30, 32),
        (429, lambda: {"Retry-After": "30"}, SECONDARY, 30, 32),
        (403, dict, SECONDARY, 60, 60),
        (429, dict, {"message": "slow down"}, 60, 60),
        (403, dict, {"message": "API rate limit exceeded for installation ID 1."}, 60, 60),
        (403, dict, {"message": "You have triggered an abuse detection mechanism."}, 60, 60),
        (422, dict, {"message": "Validation Failed", "errors": ["was submitted too quickly"]}, 60, 60),
        (403, lambda: {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, SECONDARY, 60, 60),
        (403, lambda: {"Retry-After": "1.5"}, SECONDARY, 60, 60),
        (403, lambda: {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"}, SECONDARY, 60, 60),
        (403, lambda: {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 30}, SECONDARY, 60, 60),
        (403, reset_in(-10), {"message": "API rate limit exceeded"}, 0, 2),
        (403, reset_in(10**7), {"message": "API rate limit exceeded"}, 3600, 3600),
    ],
)
async def test_a_limit_says_when_it_ends(
    status: int, headers: Any, body: Any, least: float, most: float
) -> None:
    """Whatever the headers say, the wait is known and at most an hour, and nothing sleeps."""

    async def limited(_: web.Request) -> web.Response:
        return web.json_response(body, status=status, headers=headers())

    async with (
        small_github(web.get("/repos/acme/shop/pulls/1", limited)) as url,
        GitHubForge(url, TokenCredentials(SECRET)) as forge,
    ):
        with pytest.raises(Retry, match="rate limit") as raised:
            await forge.pull(REF)
    assert raised.value.after is not None
    assert least <= raised.value.after <= most


async def test_a_write_at_a_limit_is_not_sent_again(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", COMMENTS, 403, body=SECONDARY)
    with pytest.raises(Retry) as raised:
        await town.forge.put_comment(ref, MarkedText("m", "m"), None)
    assert raised.value.after == 60
    assert town.count("POST", COMMENTS) == 1


async def test_many_calls_at_once_share_one_token(town: Scene) -> None:
    ref = await town.open()
    await asyncio.gather(*(town.forge.pull(ref) for _ in range(20)))
    assert town.count("POST", TOKENS) == 1


async def test_a_revoked_token_is_replaced_once(town: Scene) -> None:
    ref = await town.open()
    await town.forge.pull(ref)
    town.simulator.revoke_tokens()
    await asyncio.gather(
        *(town.forge.put_comment(ref, MarkedText(f"m{number}", f"m{number}"), None) for number in range(5))
    )
    assert town.count("POST", TOKENS) == 2
    assert len(town.posted()["comments"]) == 5


async def test_a_new_token_that_is_not_taken_is_a_thing_that_passes(town: Scene) -> None:
    """Tokens are revoked as fast as they are created, or the new one is not active yet."""
    ref = await town.open()
    town.fail("GET", PULL, 401, times=2, body={"message": "Bad credentials"})
    with pytest.raises(Retry, match=r"401 Bad credentials \(with a newly created token\)"):
        await town.forge.pull(ref)
    assert town.count("GET", PULL) == 2
    assert (await town.forge.pull(ref)).ref == ref
    assert town.count("POST", TOKENS) == 3


async def test_a_token_is_made_anew_before_it_ends(town: Scene) -> None:
    ref = await town.open()
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))
    short = {"token": town.simulator.add_token("ghs_short", "robin").text, "expires_at": soon}
    town.fail("POST", TOKENS, 201, body=short)
    await town.forge.pull(ref)
    await town.forge.pull(ref)
    assert town.count("POST", TOKENS) == 2


async def test_a_token_that_could_not_be_made_is_tried_again(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", TOKENS, 503, times=2)
    assert (await town.forge.pull(ref)).ref == ref


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "GITHUB_APP_ID and the private key"), (404, "no longer installed"), (403, "suspended")],
)
async def test_a_token_that_is_refused_says_what_to_do(town: Scene, status: int, words: str) -> None:
    ref = await town.open()
    town.fail("POST", TOKENS, status, body={"message": "No"})
    with pytest.raises(Refused, match=words):
        await town.forge.pull(ref)


async def test_a_suspended_installation_is_told_of_once(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", TOKENS, 403, body={"message": "This installation has been suspended"})
    with pytest.raises(Refused, match=r"403 This .* suspended\. Unsuspend the App's installation in [^.]*$"):
        await town.forge.pull(ref)


async def test_without_an_installation_named_the_app_finds_its_own(town: Scene) -> None:
    ref = (await town.open()).model_copy(update={"installation": None})
    for _ in range(2):
        await town.forge.pull(ref)
    assert town.count("GET", "/repos/{owner}/{repo}/installation") == 1
    assert await town.forge.installation_for("acme/shop") == town.installation


async def test_where_the_app_is_not_installed_it_says_so(town: Scene) -> None:
    with pytest.raises(Refused, match="not installed on nobody/nothing"):
        await town.forge.installation_for("nobody/nothing")
    async with town.with_token(SECRET) as forge:
        with pytest.raises(Refused, match="GITHUB_APP_ID"):
            await forge.installation_for("acme/shop")


async def test_who_the_bot_is(town: Scene) -> None:
    await town.open()
    app = await town.forge.whoami()
    assert (app.login, app.kind, app.installations) == ("code-review-bot[bot]", "app", 1)
    assert app.permissions["checks"] == "write"
    assert "pull_request" in app.events
    town.simulator.add_token(SECRET, "robin")
    async with town.with_token(SECRET) as forge:
        user = await forge.whoami()
    assert (user.login, user.kind, user.permissions) == ("robin", "user", {})


async def test_credentials_that_github_does_not_know_are_refused_with_the_setting(town: Scene) -> None:
    async with GitHubForge(town.url, AppCredentials("12345", town.credentials.private_key)) as forge:
        with pytest.raises(Refused, match="GITHUB_APP_ID"):
            await forge.whoami()
    town.fail("GET", "/user", 401, body={"message": "Bad credentials"})
    async with town.with_token(SECRET) as forge:
        with pytest.raises(Refused, match="GITHUB_TOKEN"):
            await forge.whoami()


@pytest.mark.parametrize(
    "key", ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_a_key_that_is_none_stops_the_start(key: str) -> None:
    with pytest.raises(SettingsError, match="GITHUB_PRIVATE_KEY"):
        AppCredentials("1", key)


@pytest.mark.parametrize("token", ["", " ", "two words", "new\nline", "ü"])
def test_a_token_that_is_none_stops_the_start(token: str) -> None:
    with pytest.raises(SettingsError, match="GITHUB_TOKEN"):
        TokenCredentials(token)


def test_credentials_do_not_show_their_secret(town: Scene) -> None:
    assert SECRET not in repr(TokenCredentials(SECRET))
    assert "BEGIN" not in repr(town.credentials)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<html>Please log in</html>", "did not come from GitHub: it begins with '<html>Please log in"),
        ("", "did not come from GitHub: it is empty"),
        ("[]", "did not come from GitHub"),
        ('{"title": ', "did not come from GitHub"),
    ],
)
async def test_an_answer_that_is_not_githubs_is_for_later(body: str, words: str) -> None:
    async with answering(body) as forge:
        with pytest.raises(Retry, match=words):
            await forge.pull(REF)


async def test_an_answer_that_lacks_what_is_needed_names_it_and_is_not_waited_for() -> None:
    async with answering('{"state": "open", "base": {"ref": "main"}}') as forge:
        with pytest.raises(Refused, match=r"GET /repos/acme/shop/pulls/1 cannot be read: base\.sha: Field"):
            await forge.pull(REF)


@asynccontextmanager
async def answering(body: str) -> AsyncIterator[GitHubForge]:
    """A client of a server with one answer to all calls."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body)

    async with (
        small_github(web.route("*", "/{path:.*}", answer)) as url,
        GitHubForge(url, TokenCredentials(SECRET), pauses=()) as forge,
    ):
        yield forge


async def test_a_page_in_place_of_an_answer_may_be_gone_the_next_time(town: Scene) -> None:
    ref = await town.open()
    town.fail("GET", PULL, 200, body="<html>", times=2)
    assert (await town.forge.pull(ref)).ref == ref


@pytest.mark.parametrize("body", ["<html>Sign in</html>", "", "{}", '{"id": "five"}'])
@pytest.mark.parametrize("after_effect", [True, False])
async def test_a_write_whose_answer_is_not_githubs_is_looked_for_and_never_doubled(
    town: Scene, body: str, *, after_effect: bool
) -> None:
    """An empty object is a valid JSON answer, but leaves the outcome open."""
    ref = await town.open()
    town.fail("POST", COMMENTS, 200, body=body, after_effect=after_effect)
    if after_effect:
        made = await town.forge.put_comment(ref, MarkedText("m", "m"), None)
    else:
        with pytest.raises(Retry):
            await town.forge.put_comment(ref, MarkedText("m", "m"), None)
        made = await town.forge.put_comment(ref, MarkedText("m", "m"), None)
    assert [made] == [comment["id"] for comment in town.posted()["comments"]]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422, 429, 451, 500, 502])
async def test_no_message_holds_a_secret(status: int) -> None:
    async def echo(request: web.Request) -> web.Response:
        said = f"you sent {request.headers['Authorization']}"
        return web.json_response({"message": said, "errors": [{"message": said}, said]}, status=status)

    async with (
        small_github(web.route("*", "/{path:.*}", echo)) as url,
        GitHubForge(url, TokenCredentials(SECRET), pauses=()) as forge,
    ):
        for call in (forge.pull(REF), forge.put_comment(REF, MarkedText("m", "m"), 1), forge.whoami()):
            with pytest.raises(BotError) as raised:
                await call
            assert SECRET not in str(raised.value)


@pytest.mark.parametrize(("root", "version"), [("", "2026-03-10"), ("/api/v3", "2022-11-28")])
async def test_each_kind_of_server_is_asked_in_a_version_that_it_knows(root: str, version: str) -> None:
    seen: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.path, request.headers["X-GitHub-Api-Version"], request.headers["User-Agent"]))
        return web.json_response({"login": "robin"})

    async with (
        small_github(web.get(f"{root}/user", answer)) as url,
        GitHubForge(f"{url}{root}", TokenCredentials(SECRET), agent="review-bot/1") as forge,
    ):
        await forge.whoami()
    assert seen == [(f"{root}/user", version, "review-bot/1")]
