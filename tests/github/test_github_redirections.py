"""Redirects: calls follow them unchanged on the same server, and never to another."""

from typing import Any

import pytest
from aiohttp import web

from bot.core.change import PullRef
from bot.core.check_run import Check, Conclusion
from bot.core.comments.comment import InlineComment, MarkedText
from bot.core.errors import Refused, Retry
from bot.core.review import Side
from bot.github import GitHubForge, TokenCredentials
from github_simulator import Kind, Rename, Storm
from tests.github.scene import COMMENTS, DIFF, NOTES, Scene, small_github

REF = PullRef(repository="acme/shop", number=1)
SECRET = "ghp_" + "s3cret" * 6
PULL = {
    "title": "T",
    "state": "open",
    "html_url": "u",
    "changed_files": 1,
    "base": {"ref": "main", "sha": "a" * 40, "repo": {"private": False}},
    "head": {"sha": "b" * 40},
}


async def write_everything(forge: GitHubForge, ref: PullRef) -> None:
    head = (await forge.pull(ref)).head
    line = InlineComment(path="shop/api.py", line=12, end=12, side=Side.RIGHT, body="noisy")
    check = Check(name="Code review", title="t", summary="s", conclusion=Conclusion.NEUTRAL)
    for body in ("m one", "m two"):
        await forge.put_comment(ref, MarkedText("m", body), None)
    await forge.put_review(ref, head, MarkedText("r", "r"), [line])
    await forge.put_check(ref, head, check)
    await forge.label(ref, ["good"], [])


async def test_a_renamed_repository_is_read_and_written_by_its_old_name(town: Scene) -> None:
    ref = await town.open(DIFF, NOTES)
    town.simulator.rename(Rename(repository="acme/shop", name="store"))
    change = await town.forge.change(await town.forge.pull(ref))
    assert (len(change.files), len(change.commits), change.unlisted_files) == (4, 2, 0)
    await write_everything(town.forge, ref)
    posted = town.posted()
    assert ("acme/store", ["m two"]) == (posted["repository"], [one["body"] for one in posted["comments"]])
    assert (["noisy"], ["good"]) == ([one["body"] for one in posted["inline"]], posted["labels"])
    assert ["neutral"] == [check["conclusion"] for check in posted["checks"]]


async def test_a_renamed_repository_of_an_enterprise_server_is_followed(town: Scene) -> None:
    ref = await town.open()
    town.simulator.rename(Rename(repository="acme/shop", name="store"))
    async with GitHubForge(f"{town.url}/api/v3", town.credentials, pauses=()) as forge:
        await write_everything(forge, ref)
    assert ["m two"] == [one["body"] for one in town.posted()["comments"]]


async def test_without_an_installation_named_the_new_names_is_found(town: Scene) -> None:
    ref = (await town.open()).model_copy(update={"installation": None})
    town.simulator.rename(Rename(repository="acme/shop", name="store"))
    assert (await town.forge.pull(ref)).title == "Retry payments"


@pytest.mark.parametrize("seed", range(4))
async def test_in_a_storm_of_redirections_all_is_written_once(town: Scene, seed: int) -> None:
    ref = await town.open()
    town.simulator.storm(Storm(seed=seed, rate=0.5, kinds=frozenset({Kind.REDIRECT})))
    await write_everything(town.forge, ref)
    assert ["m two"] == [one["body"] for one in town.posted()["comments"]]
    assert ["noisy"] == [one["body"] for one in town.posted()["inline"]]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_write_keeps_its_method_and_body(status: int) -> None:
    seen: list[Any] = []

    async def moved(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/repositories/7/issues/1/comments"})

    async def create(request: web.Request) -> web.Response:
        seen.append((request.headers["Authorization"], await request.json()))
        return web.json_response({"id": 5}, status=201)

    async def nothing(_: web.Request) -> web.Response:
        return web.json_response([])

    async with (
        small_github(
            web.get("/repos/acme/shop/issues/1/comments", nothing),
            web.post("/repos/acme/shop/issues/1/comments", moved),
            web.post("/repositories/7/issues/1/comments", create),
        ) as url,
        GitHubForge(url, TokenCredentials(SECRET), pauses=()) as forge,
    ):
        assert await forge.put_comment(REF, MarkedText("m", "m"), None) == 5
    assert seen == [(f"Bearer {SECRET}", {"body": "m"})]


async def test_what_was_asked_for_is_asked_for_at_the_new_address(town: Scene) -> None:
    """GitHub's target contains the query; a target without one keeps the original query."""
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(str(request.rel_url))
        if request.path.startswith("/repos/"):
            return web.Response(status=301, headers={"Location": "/repositories/7/issues/1/comments"})
        return web.json_response([])

    async with (
        small_github(web.get("/{path:.*}", answer)) as url,
        GitHubForge(url, TokenCredentials(SECRET), pauses=()) as forge,
    ):
        assert await forge.find_comment(REF, "m") is None
    assert seen[1] == "/repositories/7/issues/1/comments?per_page=100&page=1"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nothing_goes_to_another_server(status: int, method: str) -> None:
    """Neither credentials nor bodies."""
    seen: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        seen.append(request.method)
        return web.json_response(PULL)

    async with small_github(web.route("*", "/{path:.*}", elsewhere)) as other:

        async def moved(request: web.Request) -> web.Response:
            if request.method != method:
                return web.json_response([])
            return web.Response(status=status, headers={"Location": f"{other}/login?ticket=secret"})

        async with (
            small_github(web.route("*", "/{path:.*}", moved)) as url,
            GitHubForge(url, TokenCredentials(SECRET), pauses=()) as forge,
        ):
            call = forge.pull(REF) if method == "GET" else forge.put_comment(REF, MarkedText("m", "m"), None)
            with pytest.raises(
                Refused, match=f"redirected to another server: {other}/login. GITHUB_API_URL"
            ) as raised:
                await call
    assert seen == []
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("location", [None, "", "/", "http://[", "/repos/acme/shop/pulls/1"])
async def test_a_redirection_that_leads_nowhere_ends(location: str | None) -> None:
    async def moved(_: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": location} if location is not None else {})

    async with (
        small_github(web.get("/{path:.*}", moved)) as url,
        GitHubForge(url, TokenCredentials(SECRET), pauses=()) as forge,
    ):
        with pytest.raises(Refused, match=r"redirected|too many redirects"):
            await forge.pull(REF)


async def test_a_write_that_is_answered_elsewhere_is_looked_for(town: Scene) -> None:
    """303 means that the answer is at another address: the write may have been done."""
    ref = await town.open()
    headers = {"Location": f"{town.url}/repos/acme/shop/issues/1/comments"}
    town.fail("POST", COMMENTS, 303, headers=headers, after_effect=True)
    made = await town.forge.put_comment(ref, MarkedText("m", "m"), None)
    assert [made] == [comment["id"] for comment in town.posted()["comments"]]
    town.fail("POST", COMMENTS, 303, headers=headers)
    with pytest.raises(Retry, match="without saying whether it was done"):
        await town.forge.put_comment(ref, MarkedText("n", "n"), None)
