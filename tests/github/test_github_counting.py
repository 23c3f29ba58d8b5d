"""Lists are compared with GitHub's totals: missing items are reported, and nothing is invented."""

from typing import Any

import pytest

from bot.core.change import Change, PullRef
from bot.core.channels import Channel
from bot.core.diff.no_patch import nothing_to_read
from bot.core.errors import Refused, Retry
from bot.github import GitHubForge, TokenCredentials
from github_simulator import Edit, Kind, Storm
from tests.github.scene import CONTENTS, DIFF, NOTES, PULL, Scene
from tests.github.test_github_pulls import FILES, added, fetch

COMMITS = f"{PULL}/commits"
COMMIT = "/repos/{owner}/{repo}/commits/{ref}"
COMPARE = "/repos/{owner}/{repo}/compare/{basehead}"
LOGIN = "<!DOCTYPE html><html><body>Sign in</body></html>"


def edit(town: Scene, path: str, *edits: dict[str, Any], times: int = 100, skip: int = 0) -> None:
    """Edits GitHub's answers to a path."""
    town.fail("GET", path, times=times, skip=skip, edits=tuple(Edit.model_validate(one) for one in edits))


async def fetch_with(town: Scene, ref: PullRef, *, counted: Any = ..., **fault: Any) -> Change:
    """The change, with this answer to the raw diff and a total of `counted` files."""
    pull = await town.forge.pull(ref)
    town.fail("GET", PULL, **fault)
    if counted is not ...:
        counted_as(town, counted)
    return await town.forge.change(pull)


def counted_as(town: Scene, number: Any) -> None:
    """Sets GitHub's total of files; the raw diff is not JSON, and stays unchanged."""
    edit(town, PULL, {"at": "/changed_files", "value": number})


async def test_files_that_neither_diff_nor_list_has_are_counted(town: Scene) -> None:
    ref = await town.open(DIFF, NOTES)
    counted_as(town, 34)
    change = await fetch(town, ref)
    assert (len(change.files), change.unlisted_files) == (4, 30)
    assert town.count("GET", FILES) == 1


async def test_files_that_the_diff_lacks_are_taken_from_the_list(town: Scene) -> None:
    ref = await town.open(DIFF, NOTES)
    change = await fetch_with(town, ref, status=200, body=NOTES)
    files = {file.path: file for file in change.files}
    assert set(files) == {"docs/new.md", "logo.png", "run.sh", "shop/api.py"}
    assert (files["shop/api.py"].patch or "").startswith("@@ -10,4 +10,5 @@")
    assert change.unlisted_files == 0


async def test_a_list_that_is_refused_leaves_what_the_diff_shows(town: Scene) -> None:
    ref = await town.open(DIFF, NOTES)
    town.fail("GET", FILES, 403)
    change = await fetch_with(town, ref, status=200, body=NOTES)
    assert ([file.path for file in change.files], change.unlisted_files) == (["docs/new.md"], 3)


async def test_a_list_that_ends_too_early_leaves_a_number(town: Scene) -> None:
    ref = await town.open("".join(added(f"src/{number:03}.py", ["x = 1"]) for number in range(330)))
    edit(town, FILES, {"keep": 0}, skip=3)
    change = await fetch(town, ref)
    assert (len(change.files), change.unlisted_files) == (300, 30)


@pytest.mark.parametrize("number", [0, 1, None, "many", -5])
async def test_fewer_than_were_listed_is_no_news(town: Scene, number: Any) -> None:
    """GitHub sometimes reports a total of 0 for existing files."""
    ref = await town.open(DIFF, NOTES)
    counted_as(town, number)
    change = await fetch(town, ref)
    assert (len(change.files), change.unlisted_files, town.count("GET", FILES)) == (4, 0, 0)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 200, "body": ""},
        {"status": 200, "body": "\n"},
        {"status": 200, "body": LOGIN},
        {"status": 200, "body": DIFF[: DIFF.index("return total")]},
        {"status": 403},
        {"status": 404},
        {"status": 410},
        {"status": 415},
        {"status": 451},
        {"status": 500, "times": 3},
    ],
)
async def test_where_the_diff_is_of_no_use_the_list_stands_in(town: Scene, fault: Any) -> None:
    change = await fetch_with(town, await town.open(DIFF, NOTES), **fault)
    assert ({file.path for file in change.files}, change.unlisted_files) == (
        {"docs/new.md", "logo.png", "run.sh", "shop/api.py"},
        0,
    )


@pytest.mark.parametrize("body", ["", LOGIN])
async def test_a_change_of_which_nothing_is_shown_is_waited_for(town: Scene, body: str) -> None:
    ref = await town.open(DIFF, NOTES)
    edit(town, FILES, {"keep": 0})
    with pytest.raises(Retry, match="shows no diff of acme/shop#1, although it counts 4 changed") as raised:
        await fetch_with(town, ref, status=200, body=body)
    assert raised.value.after is None  # so that the number of retries is bounded
    assert len((await fetch(town, ref)).files) == 4


async def test_a_list_is_believed_though_github_counts_nothing(town: Scene) -> None:
    ref = await town.open(DIFF, NOTES)
    assert len((await fetch_with(town, ref, counted=0, status=200, body="")).files) == 4


async def test_a_change_without_files_is_one(town: Scene) -> None:
    ref = await town.open(DIFF)
    edit(town, FILES, {"keep": 0})
    change = await fetch_with(town, ref, counted=0, status=200, body="")
    assert (change.files, change.unlisted_files, len(change.commits)) == ((), 0, 1)


async def test_where_neither_is_to_be_had_it_says_why(town: Scene) -> None:
    ref = await town.open(DIFF)
    town.fail("GET", FILES, 403, body={"message": "Resource not accessible by integration"})
    with pytest.raises(
        Refused, match=r"GET .*/files: 403 .*Grant the App the permission pull_requests: read"
    ):
        await fetch_with(town, ref, status=406)


async def test_a_file_whose_record_cannot_be_read_is_counted_and_hides_no_other(town: Scene) -> None:
    ref = await town.open(DIFF, NOTES)
    edit(town, FILES, {"at": "/0/filename", "value": None})
    counted = await fetch_with(town, ref, status=406)
    assert (len(counted.files), counted.unlisted_files) == (3, 1)
    uncounted = await fetch_with(town, ref, counted=0, status=406)
    assert (len(uncounted.files), uncounted.unlisted_files) == (3, 1)


@pytest.mark.parametrize(
    ("edits", "absent"),
    [
        ([{"at": "/0/patch", "remove": True}], "too large for GitHub to show"),
        ([{"at": "/0/patch", "value": None}, {"at": "/0/additions", "value": "2"}], "too large for GitHub"),
        ([{"at": "/0/patch", "value": "@@ -0,0 +1,2 @@\n+# New"}], "GitHub shows only a part of it"),
    ],
)
async def test_a_file_with_lines_but_not_all_of_them_in_its_patch_is_named(
    town: Scene, edits: Any, absent: str
) -> None:
    """If the patch cannot be made from the two versions of the file."""
    ref = await town.open(NOTES)
    edit(town, FILES, *edits)
    town.fail("GET", CONTENTS, 403, times=100)
    [file] = (await fetch_with(town, ref, status=406)).files
    assert (file.absent or "").startswith(absent)
    assert not nothing_to_read(file)


async def test_a_patch_that_ends_too_early_is_made_from_both_versions(town: Scene) -> None:
    ref = await town.open(NOTES)
    edit(town, FILES, {"at": "/0/patch", "value": "@@ -0,0 +1,2 @@\n+# New"})
    [file] = (await fetch_with(town, ref, status=406)).files
    assert (file.absent, file.patch) == (None, "@@ -0,0 +1,2 @@\n+# New\n+text\n")


@pytest.mark.parametrize("path", [COMPARE, CONTENTS])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403},
        {"status": 404},
        {"status": 422},
        {"status": 451},
        {"status": 500},
        {"status": 200, "body": LOGIN},
        {"status": 200, "body": ""},
        {"status": 200, "body": {}},
        {"status": 200, "body": {"type": "file", "encoding": "base64", "content": "5"}},
    ],
)
async def test_a_patch_that_cannot_be_made_stops_nothing(town: Scene, path: str, fault: Any) -> None:
    ref = await town.open(NOTES)
    edit(town, FILES, {"at": "/0/patch", "remove": True})
    town.fail("GET", path, times=100, **fault)
    [file] = (await fetch_with(town, ref, status=406)).files
    assert file.absent == "too large for GitHub to show"


async def test_commits_that_are_not_listed_are_counted(town: Scene) -> None:
    ref = await town.open(DIFF, NOTES)
    edit(town, PULL, {"at": "/commits", "value": 300})
    change = await fetch(town, ref)
    assert (len(change.commits), change.unlisted_commits) == (2, 298)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403},
        {"status": 404},
        {"status": 409, "body": {"message": "Git Repository is empty."}},
        {"status": 500},
        {"status": 200, "body": LOGIN},
        {"status": 200, "body": {"message": "what?"}},
    ],
)
async def test_commits_that_cannot_be_listed_are_told_and_stop_nothing(town: Scene, fault: Any) -> None:
    ref = await town.open(DIFF, NOTES)
    town.fail("GET", COMMITS, times=100, **fault)
    change = await fetch(town, ref)
    assert (change.commits, len(change.files)) == ((), 4)
    assert [one.channel for one in change.shut] == [Channel.COMMITS]


@pytest.mark.parametrize("status", [403, 404, 409, 422, 451, 500])
async def test_paths_of_a_commit_that_are_refused_stop_nothing(town: Scene, status: int) -> None:
    ref = await town.open(DIFF, NOTES)
    town.fail("GET", COMMIT, status, times=100)
    change = await fetch(town, ref)
    assert [commit.message for commit in change.commits] == ["Change 1", "Change 2"]
    assert {commit.paths for commit in change.commits} == {()}


async def test_a_limit_in_the_midst_is_waited_for(town: Scene) -> None:
    ref = await town.open(DIFF, NOTES)
    town.fail("GET", COMMIT, 403, headers={"Retry-After": "30"}, body={"message": "secondary rate limit"})
    with pytest.raises(Retry, match="rate limit"):
        await fetch(town, ref)


async def test_a_file_that_moves_from_page_to_page_is_there_once(town: Scene) -> None:
    ref = await town.open("".join(added(f"src/{number:03}.py", ["x = 1"]) for number in range(150)))
    twice = {
        "filename": "src/000.py",
        "status": "added",
        "additions": 1,
        "deletions": 0,
        "patch": "@@ -0,0 +1 @@\n+x",
    }
    edit(town, FILES, {"at": "/0", "value": twice}, skip=1)
    change = await fetch_with(town, ref, status=406)
    paths = [file.path for file in change.files]
    assert (len(paths), len(set(paths)), change.unlisted_files) == (149, 149, 1)


@pytest.mark.parametrize("seed", range(8))
async def test_in_a_storm_of_short_lists_nothing_is_lost_silently(town: Scene, seed: int) -> None:
    ref = await town.open(DIFF, NOTES)
    pull = await town.forge.pull(ref)
    kinds = frozenset({Kind.SHORT_LIST, Kind.EMPTY_ANSWER, Kind.ODD_RECORD})
    town.simulator.storm(Storm(seed=seed, rate=0.6, kinds=kinds))
    try:
        change = await town.forge.change(pull)
    except Retry:
        return
    assert len(change.files) + change.unlisted_files == 4
    assert len(change.commits) + change.unlisted_commits == 2


async def test_a_renamed_repositorys_privacy_is_not_guessed_open(town: Scene) -> None:
    """If GitHub does not say whether a repository is private, its code is not sent to public models."""
    ref = await town.open()
    edit(town, PULL, {"at": "/base/repo", "value": None})
    assert (await town.forge.pull(ref)).private is True


async def test_with_a_plain_token_it_is_counted_as_well(town: Scene) -> None:
    ref = await town.open(DIFF, NOTES)
    counted_as(town, 5)
    async with GitHubForge(town.url, TokenCredentials("ghp_x"), pauses=()) as forge:
        change = await forge.change(await forge.pull(ref))
    assert change.unlisted_files == 1


@pytest.mark.parametrize("counted", [330, None])
@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 200, "body": {}}, {"status": 500}])
async def test_files_before_a_page_that_cannot_be_read_are_reviewed(
    town: Scene, fault: Any, counted: Any
) -> None:
    ref = await town.open("".join(added(f"src/{number:03}.py", ["x = 1"]) for number in range(330)))
    if counted is None:
        counted_as(town, None)
    town.fail("GET", FILES, skip=1, times=None, **fault)
    town.fail("GET", PULL, 406, variant="diff", times=None)
    change = await town.forge.change(await town.forge.pull(ref), patient=False)
    assert (len(change.files), change.unlisted_files) == (100, 230 if counted else 1)


async def test_a_page_that_may_be_read_later_is_waited_for(town: Scene) -> None:
    ref = await town.open("".join(added(f"src/{number:03}.py", ["x = 1"]) for number in range(101)))
    town.fail("GET", FILES, 500, skip=1, times=None)
    town.fail("GET", PULL, 406, variant="diff", times=None)
    with pytest.raises(Retry):
        await fetch(town, ref)


@pytest.mark.parametrize("count", [2**32, 10**30])
async def test_a_count_beyond_all_bounds_is_passed_over(town: Scene, count: int) -> None:
    ref = await town.open(DIFF)
    town.fail("GET", PULL, 406, variant="diff", times=None)
    edit(town, FILES, {"at": "/0/additions", "value": count})
    counted_as(town, count)
    change = await fetch(town, ref)
    assert max(file.additions for file in change.files) < 10
    assert change.unlisted_files == 0


async def test_commits_before_a_page_that_cannot_be_read_are_kept(town: Scene) -> None:
    ref = await town.open(*(added(f"src/{number:03}.py", ["x = 1"]) for number in range(101)))
    town.fail("GET", f"{PULL}/commits", 403, skip=1)
    change = await fetch(town, ref)
    assert (len(change.commits), change.unlisted_commits, change.shut) == (100, 1, ())
