"""Fetching a pull request with its files and commits."""

import base64
from typing import Any

import pytest
from aiohttp import web

from bot.core.change import Change, FileStatus, PullRef
from bot.core.errors import Refused, Retry
from bot.github import GitHubForge, TokenCredentials
from github_simulator import Call, Moment
from github_simulator.control_requests import Permit, Push, WriteFile
from tests.github.scene import DIFF, NOTES, PULL, Scene, small_github

FILES = f"{PULL}/files"
CONTENT = {
    "name": "big.txt",
    "path": "big.txt",
    "sha": "a" * 40,
    "size": 2,
    "_links": {"git": None, "html": None, "self": "https://github.com"},
    **dict.fromkeys(("url", "git_url", "html_url", "download_url"), "https://github.com"),
}


def added(path: str, lines: list[str]) -> str:
    shown = "".join(f"+{line}\n" for line in lines)
    return (
        f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
        f"@@ -0,0 +1,{len(lines)} @@\n{shown}"
    )


def replaced(path: str, old: list[str], new: list[str]) -> str:
    shown = "".join(f"-{line}\n" for line in old) + "".join(f"+{line}\n" for line in new)
    header = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
    return f"{header}@@ -1,{len(old)} +1,{len(new)} @@\n{shown}"


async def fetch(town: Scene, ref: PullRef) -> Change:
    return await town.forge.change(await town.forge.pull(ref))


async def test_a_pull_is_read(town: Scene) -> None:
    ref = await town.open(author="mona", body="Please look", private=True, draft=True)
    pull = await town.forge.pull(ref)
    assert (pull.ref, pull.title, pull.body, pull.author) == (ref, "Retry payments", "Please look", "mona")
    assert (pull.base, pull.draft, pull.open, pull.private) == ("main", True, True, True)
    assert (pull.head, pull.author_is_bot) == (town.posted()["head"], False)
    assert len(pull.origin) == 40
    assert pull.url.endswith(f"/acme/shop/pull/{ref.number}")


async def test_a_bots_closed_pull_from_a_fork_is_read(town: Scene) -> None:
    ref = await town.open(author="renovate[bot]", body=None, fork=True)
    await town.simulator.close("acme/shop", ref.number)
    pull = await town.forge.pull(ref)
    assert (pull.author_is_bot, pull.open, pull.body, pull.private) == (True, False, "", False)


async def test_a_pull_whose_author_and_fork_are_gone_is_read() -> None:
    end = {"ref": "main", "sha": "a" * 40, "repo": None}

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(
            {"title": "T", "state": "open", "html_url": "u", "changed_files": 1, "base": end, "head": end}
        )

    async with (
        small_github(web.get("/repos/o/r/pulls/1", answer)) as url,
        GitHubForge(url, TokenCredentials("secret")) as forge,
    ):
        assert (await forge.pull(PullRef(repository="o/r", number=1))).author == "ghost"


async def test_a_pull_that_is_not_there_is_refused_by_its_name(town: Scene) -> None:
    ref = await town.open()
    with pytest.raises(Refused, match=r"acme/shop#99 does not exist.*access"):
        await town.forge.pull(ref.model_copy(update={"number": 99}))


async def test_a_small_change_comes_as_one_raw_diff_with_modes(town: Scene) -> None:
    change = await fetch(town, await town.open(DIFF, NOTES))
    assert town.count("GET", FILES) == 0
    files = {file.path: file for file in change.files}
    assert list(files) == ["docs/new.md", "logo.png", "run.sh", "shop/api.py"]
    assert (files["run.sh"].before, files["run.sh"].after) == ("100644", "100755")
    assert files["logo.png"].absent == "binary file"
    assert (files["docs/new.md"].status, files["docs/new.md"].additions) == (FileStatus.ADDED, 2)
    assert (files["shop/api.py"].patch or "").startswith("@@ -10,4 +10,5 @@")
    assert (change.title, change.repository, change.head) == (
        "Retry payments",
        "acme/shop",
        town.posted()["head"],
    )


async def test_commits_come_oldest_first_with_the_paths_of_each(town: Scene) -> None:
    change = await fetch(town, await town.open(DIFF, NOTES))
    assert [commit.message for commit in change.commits] == ["Change 1", "Change 2"]
    assert [commit.author for commit in change.commits] == ["octocat", "octocat"]
    assert change.commits[1].paths == ("docs/new.md",)
    assert set(change.commits[0].paths) == {"shop/api.py", "run.sh", "logo.png"}


async def test_a_single_commits_paths_are_not_asked_for(town: Scene) -> None:
    change = await fetch(town, await town.open())
    assert [commit.paths for commit in change.commits] == [()]
    assert town.count("GET", "/repos/{owner}/{repo}/commits/{ref}") == 0


async def test_many_files_come_by_pages(town: Scene) -> None:
    diff = "".join(added(f"src/{number:03}.py", ["x = 1"]) for number in range(301))
    change = await fetch(town, await town.open(diff))
    assert len({file.path for file in change.files}) == 301
    assert town.count("GET", FILES) == 4
    assert {file.patch for file in change.files} == {"@@ -0,0 +1 @@\n+x = 1\n"}


@pytest.mark.parametrize(
    "fault", [{"status": 406}, {"status": 422}, {"status": 502, "times": 3}, {"drop": True, "times": 3}]
)
async def test_where_the_raw_diff_fails_the_list_of_files_stands_in(town: Scene, fault: Any) -> None:
    ref = await town.open(DIFF, NOTES)
    pull = await town.forge.pull(ref)
    town.fail("GET", PULL, **fault)
    change = await town.forge.change(pull)
    files = {file.path: file for file in change.files}
    assert set(files) == {"docs/new.md", "logo.png", "run.sh", "shop/api.py"}
    assert (files["shop/api.py"].patch or "").endswith("     return total\n \n")
    assert files["logo.png"].absent == "binary file"


async def test_a_patch_that_github_leaves_out_is_made_from_both_versions(town: Scene) -> None:
    old = [f"{number}\r{'x' * 400}\u2028" for number in range(800)]
    new = [line if number % 2 else f"{line}!" for number, line in enumerate(old)]
    town.simulator.write_file(
        WriteFile(repository="acme/shop", path="data/a b.txt", text="\n".join(old) + "\n")
    )
    ref = await town.open(replaced("data/a b.txt", old, new))
    pull = await town.forge.pull(ref)
    town.fail("GET", PULL, 406)
    [file] = (await town.forge.change(pull)).files
    assert file.absent is None
    lines = (file.patch or "").split("\n")
    assert [line for line in lines if line.startswith("-")] == [f"-{line}" for line in old[::2]]
    assert [line for line in lines if line.startswith("+")] == [f"+{line}" for line in new[::2]]


async def test_the_version_before_is_that_of_the_merge_base_not_of_the_bases_tip() -> None:
    """Otherwise changes merged meanwhile would appear as reverted."""
    base, head = ({"ref": "x", "sha": sha * 40, "repo": None} for sha in "bf")
    pull = {"title": "T", "state": "open", "html_url": "u", "changed_files": 1, "base": base, "head": head}
    listed = {"filename": "a.py", "status": "modified", "additions": 1, "deletions": 1}
    texts = {"b" * 40: b"tip\n", "a" * 40: b"old\n", "f" * 40: b"new\n"}

    async def answer(request: web.Request) -> web.Response:
        path = request.path.removeprefix("/repos/o/r/")
        if "diff" in request.headers["Accept"]:
            return web.json_response({"message": "too large"}, status=406)
        content = base64.b64encode(texts[request.query.get("ref", "b" * 40)]).decode()
        answers: dict[str, Any] = {
            "pulls/1": pull,
            "pulls/1/files": [listed],
            "pulls/1/commits": [],
            f"compare/{'b' * 40}...{'f' * 40}": {"merge_base_commit": {"sha": "a" * 40}},
            "contents/a.py": {"type": "file", "encoding": "base64", "content": content},
        }
        return web.json_response(answers[path])

    async with (
        small_github(web.get("/{path:.*}", answer)) as url,
        GitHubForge(url, TokenCredentials("secret")) as forge,
    ):
        [file] = (await forge.change(await forge.pull(PullRef(repository="o/r", number=1)))).files
    assert file.patch == "@@ -1 +1 @@\n-old\n+new\n"


async def test_a_file_too_long_to_compare_is_named_as_not_shown(town: Scene) -> None:
    ref = await town.open(added("big.txt", ["x" * 50] * 11_000))
    pull = await town.forge.pull(ref)
    town.fail("GET", PULL, 406)
    [file] = (await town.forge.change(pull)).files
    assert (file.patch, file.absent) == (None, "too large for GitHub to show")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, CONTENT | {"type": "file", "encoding": "none", "content": ""}),
        (200, CONTENT | {"type": "submodule", "submodule_git_url": "https://github.com/a/b"}),
        (200, CONTENT | {"type": "file", "encoding": "base64", "content": "AAE="}),
        (404, None),
    ],
)
async def test_a_file_that_github_will_not_hand_out_is_named_as_not_shown(
    town: Scene, status: int, body: Any
) -> None:
    """This API omits contents above 1 MB; submodules and binary files have no text."""
    ref = await town.open(added("big.txt", ["x" * 1000] * 600))
    pull = await town.forge.pull(ref)
    town.fail("GET", PULL, 406)
    town.fail("GET", "/repos/{owner}/{repo}/contents/{path}", status, body=body)
    [file] = (await town.forge.change(pull)).files
    assert (file.patch, file.absent) == (None, "too large for GitHub to show")


async def test_a_push_while_a_pull_is_read_means_to_begin_anew(town: Scene) -> None:
    """Mixing the files of two heads would put comments on wrong lines."""
    ref = await town.open()
    pull = await town.forge.pull(ref)

    async def push(moment: Moment, call: Call) -> None:
        if moment is Moment.AFTER and call.template == f"{PULL}/commits":
            await town.simulator.push("acme/shop", ref.number, Push(message="More", diff=NOTES))

    town.simulator.on_call(push)
    with pytest.raises(Retry, match="was pushed to while it was read") as raised:
        await town.forge.change(pull)
    assert raised.value.after == 1


@pytest.mark.parametrize(
    ("permission", "may"),
    [("admin", True), ("maintain", True), ("write", True), ("triage", False), ("read", False)],
)
async def test_who_may_write_may_command(town: Scene, permission: Any, may: bool) -> None:
    ref = await town.open()
    town.simulator.permit(Permit(repository="acme/shop", user="hubot", permission=permission))
    assert await town.forge.may_command(ref, "hubot") is may


async def test_nobody_may_not_command(town: Scene) -> None:
    assert not await town.forge.may_command(await town.open(), "no/such?user")


@pytest.mark.parametrize("body", [{}, {"permission": None}, {"permission": 1}, {"message": "Not now"}])
async def test_a_permission_that_nobody_can_read_is_none(town: Scene, body: Any) -> None:
    ref = await town.open()
    town.simulator.permit(Permit(repository="acme/shop", user="hubot", permission="write"))
    town.fail("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", 200, body=body)
    assert not await town.forge.may_command(ref, "hubot")
    assert await town.forge.may_command(ref, "hubot")
