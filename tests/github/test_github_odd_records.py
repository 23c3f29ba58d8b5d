"""Malformed records: optional fields may be anything, and only unreadable items are omitted."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.core.check_run import Check, CombinedStatus, Conclusion
from bot.core.comments.comment import InlineComment, MarkedText
from bot.core.errors import Refused
from bot.core.review import Side
from bot.github import GitHubForge, TokenCredentials
from github_simulator import Edit, Say, SetCheck
from tests.github.scene import COMMENTS, DIFF, GRAPHQL, INLINE, LABELS, NOTES, PULL, REVIEWS, Scene
from tests.github.test_github_counting import edit
from tests.github.test_github_pulls import FILES, fetch

COMMITS = f"{PULL}/commits"
RUNS = "/repos/{owner}/{repo}/commits/{ref}/check-runs"
BOT = "code-review-bot[bot]"


@pytest.fixture
def warnings() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as logs:
        yield logs


async def people_say(town: Scene, *bodies: str) -> None:
    for body in bodies:
        await town.simulator.say("acme/shop", 1, Say(user="mira", body=body))


@pytest.mark.parametrize(
    "author", [{}, None, [], "dev", {"login": None}, {"login": 5}, {"login": "x", "type": None}]
)
async def test_a_commits_author_may_be_anything(town: Scene, author: Any) -> None:
    ref = await town.open(DIFF, NOTES)
    edit(town, COMMITS, {"at": "/*/author", "value": author})
    change = await fetch(town, ref)
    name = "x" if isinstance(author, dict) and author.get("login") == "x" else "octocat"
    assert [commit.author for commit in change.commits] == [name, name]  # otherwise the commit's own author


@pytest.mark.parametrize(
    "odd",
    [
        {"at": "/*/commit", "value": None},
        {"at": "/*/commit/author", "value": None},
        {"at": "/*/commit/author/name", "value": None},
        {"at": "/*/commit/message", "value": None},
        {"at": "/*/parents", "value": None},
        {"at": "/*/parents/*/sha", "remove": True},
    ],
)
async def test_a_commit_is_one_whatever_is_odd_about_it(town: Scene, odd: Any) -> None:
    ref = await town.open(DIFF, NOTES)
    edit(town, COMMITS, odd)
    assert len((await fetch(town, ref)).commits) == 2


async def test_a_commit_that_cannot_be_read_is_left_out_and_counted(town: Scene, warnings: list[Any]) -> None:
    ref = await town.open(DIFF, NOTES)
    edit(town, COMMITS, {"at": "/0/sha", "value": None})
    change = await fetch(town, ref)
    assert (len(change.commits), change.unlisted_commits) == (1, 1)
    [told] = [entry for entry in warnings if entry["log_level"] == "warning"]
    assert (told["event"], told["records"]) == ("records_skipped", 1)
    assert (told["call"], told["reason"]) == (
        "GET /repos/acme/shop/pulls/1/commits",
        "sha: Input should be a valid string",
    )


@pytest.mark.parametrize(
    "odd",
    [
        {"at": "/user", "value": {}},
        {"at": "/user", "value": None},
        {"at": "/title", "value": None},
        {"at": "/body", "value": {}},
        {"at": "/draft", "value": None},
        {"at": "/html_url", "remove": True},
        {"at": "/labels", "value": None},
        {"at": "/labels", "value": [None, {}, {"name": 5}, {"name": "bug"}]},
        {"at": "/changed_files", "value": "many"},
        {"at": "/head/ref", "remove": True},
        {"at": "/head/repo", "value": None},
        {"at": "/state", "value": "sleeping"},
        {"at": "/news", "value": {"a": 1}},
    ],
)
async def test_a_pull_is_one_whatever_is_odd_about_it(town: Scene, odd: Any) -> None:
    ref = await town.open(DIFF)
    edit(town, PULL, odd)
    pull = await town.forge.pull(ref)
    assert pull.head == town.posted()["head"]
    assert pull.labels == (("bug",) if isinstance(odd.get("value"), list) else ())
    assert len((await town.forge.change(pull)).files) == 3


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"at": "/head/sha", "remove": True}, "head.sha"),
        ({"at": "/base", "value": None}, "base"),
        ({"at": "/state", "value": 5}, "state"),
    ],
)
async def test_what_is_needed_of_a_pull_is_named_where_it_is_missing(
    town: Scene, odd: Any, field: str
) -> None:
    ref = await town.open(DIFF)
    edit(town, PULL, odd)
    with pytest.raises(
        Refused, match=rf"GET /repos/acme/shop/pulls/1 cannot be read: {field}.*Update the bot"
    ):
        await town.forge.pull(ref)
    assert town.count("GET", PULL) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"at": "/*/status", "value": "teleported"},
        {"at": "/*/status", "value": None},
        {"at": "/*/sha", "value": None},
        {"at": "/*/additions", "value": "5"},
        {"at": "/*/deletions", "value": -1},
        {"at": "/*/previous_filename", "value": 5},
        {"at": "/*/blob_url", "remove": True},
    ],
)
async def test_a_file_is_one_whatever_is_odd_about_it(town: Scene, odd: Any) -> None:
    ref = await town.open(NOTES)
    edit(town, FILES, odd)
    pull = await town.forge.pull(ref)
    town.fail("GET", PULL, 406)
    [file] = (await town.forge.change(pull)).files
    assert (file.path, file.patch, file.absent) == ("docs/new.md", "@@ -0,0 +1,2 @@\n+# New\n+text\n", None)
    assert (file.additions, file.deletions) == (2, 0)


@pytest.mark.parametrize("user", [None, {}, [], {"login": None}])
async def test_comments_of_nobody_hide_no_comment_of_the_bots(town: Scene, user: Any) -> None:
    ref = await town.open()
    await people_say(town, "one", "two")
    made = await town.forge.put_comment(ref, MarkedText("m", "m one"), None)
    edit(town, COMMENTS, {"at": "/0/user", "value": user}, {"at": "/1", "value": None})
    assert await town.forge.put_comment(ref, MarkedText("m", "m two"), None) == made
    assert [one["body"] for one in town.posted()["comments"]] == ["one", "two", "m two"]


async def test_inline_comments_and_reviews_that_cannot_be_read_hide_no_others(town: Scene) -> None:
    ref = await town.open()
    head = town.posted()["head"]
    line = InlineComment(path="shop/api.py", line=12, end=12, side=Side.RIGHT, body="noisy")
    for marker in ("r1", "r2"):
        await town.forge.put_review(ref, head, MarkedText(marker, marker), [line] if marker == "r1" else [])
    edit(town, REVIEWS, {"at": "/0", "value": "what?"})
    edit(town, INLINE, {"at": "/*/reactions", "value": 5}, {"at": "/*/start_line", "value": 0})
    assert not (await town.forge.put_review(ref, head, MarkedText("r2", "r2"), [])).refused
    assert len(town.posted()["reviews"]) == 2
    town.fail("POST", GRAPHQL, 404)
    assert [thread.body for thread in await town.forge.threads(ref)] == ["noisy"]


async def test_odd_check_runs_hide_neither_the_bots_own_nor_those_of_others(town: Scene) -> None:
    ref = await town.open()
    await town.simulator.set_check("acme/shop", 1, SetCheck(name="tests", conclusion="failure"))
    check = Check(name="Code review", title="t", summary="s", conclusion=Conclusion.NEUTRAL)
    head = town.posted()["head"]
    await town.forge.put_check(ref, head, check)
    odd = (
        {"at": "/check_runs/*/output", "value": None},
        {"at": "/check_runs/*/pull_requests", "remove": True},
    )
    edit(town, RUNS, *odd)
    await town.forge.put_check(ref, head, check)
    assert len(town.posted()["checks"]) == 1
    assert await town.forge.combined_status(ref, head) is CombinedStatus.RED


@pytest.mark.parametrize("app", [None, {}, {"id": 1}, "an app", {"slug": None}])
async def test_a_check_run_of_nobody_is_somebody_elses(town: Scene, app: Any) -> None:
    ref = await town.open()
    await town.simulator.set_check("acme/shop", 1, SetCheck(name="tests", conclusion="failure"))
    edit(town, RUNS, {"at": "/check_runs/*/app", "value": app})
    assert await town.forge.combined_status(ref, town.posted()["head"]) is CombinedStatus.RED


async def test_fewer_check_runs_than_are_counted_are_told_of(town: Scene, warnings: list[Any]) -> None:
    ref = await town.open()
    await town.simulator.set_check("acme/shop", 1, SetCheck(name="tests", conclusion="success"))
    edit(town, RUNS, {"at": "/total_count", "value": 7})
    assert await town.forge.combined_status(ref, town.posted()["head"]) is CombinedStatus.GREEN
    [told] = [entry for entry in warnings if entry["event"] == "github_list_incomplete"]
    assert (told["listed"], told["counted"]) == (1, 7)


async def test_odd_labels_are_passed_over(town: Scene) -> None:
    ref = await town.open()
    await town.forge.label(ref, ["good"], [])
    edit(town, LABELS, {"at": "", "value": [None, {"name": None}, {"name": "Good", "color": None}]})
    await town.forge.label(ref, ["good"], [])
    assert town.count("POST", LABELS) == 1


@pytest.mark.parametrize(
    ("odd", "login"),
    [
        (
            [
                {"at": "/slug", "remove": True},
                {"at": "/html_url", "value": "https://github.com/apps/the-bot"},
            ],
            "the-bot[bot]",
        ),
        ([{"at": "/slug", "value": None}, {"at": "/html_url", "value": "https://g.test/apps/x/"}], "x[bot]"),
        ([{"at": "/permissions", "value": None}, {"at": "/events", "value": {}}], BOT),
        ([{"at": "/installations_count", "value": "many"}], BOT),
    ],
)
async def test_the_app_is_known_whatever_is_odd_about_it(town: Scene, odd: Any, login: str) -> None:
    await town.open()
    edit(town, "/app", *odd)
    assert (await town.forge.whoami()).login == login


async def test_an_app_without_any_name_is_named_as_unreadable(town: Scene) -> None:
    await town.open()
    edit(town, "/app", {"at": "/slug", "remove": True}, {"at": "/html_url", "remove": True})
    with pytest.raises(Refused, match="GET /app cannot be read: slug"):
        await town.forge.whoami()


async def test_an_odd_delivery_or_repository_hides_no_other(town: Scene) -> None:
    ref = await town.open()
    await town.open(repository="acme/other")
    edit(town, "/installation/repositories", {"at": "/repositories/0/full_name", "value": None})
    found = [name async for name in town.forge.repositories(ref.installation or 0)]
    assert found == ["acme/other"]
    edit(
        town, "/repos/{owner}/{repo}/pulls", {"at": "/0/user", "value": {}}, {"at": "/0/draft", "value": None}
    )
    [pull] = [one async for one in town.forge.open_pulls("acme/shop", ref.installation)]
    assert (pull.number, pull.draft, pull.by_bot) == (1, False, False)


async def test_a_list_that_is_none_is_not_githubs(town: Scene) -> None:
    ref = await town.open()
    edit(town, RUNS, {"at": "/check_runs", "value": None})
    assert await town.forge.combined_status(ref, town.posted()["head"]) is CombinedStatus.NONE


async def test_with_a_plain_token_an_odd_user_is_named(town: Scene) -> None:
    await town.open()
    town.fail("GET", "/user", edits=(Edit(at="/login", remove=True),))
    async with GitHubForge(town.url, TokenCredentials("ghp_x"), pauses=()) as forge:
        with pytest.raises(Refused, match="GET /user cannot be read: login"):
            await forge.whoami()
