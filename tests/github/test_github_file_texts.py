"""Texts of files with any name: in batches, or one by one without GraphQL."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.change import PullRef
from bot.core.errors import Refused, Retry
from bot.github.file_texts import BATCH, MAX_BY_REST, MAX_SIZE
from github_simulator import WriteFile
from tests.github.scene import CONTENTS, DIFF, GRAPHQL, NOTES, Scene

NEXT = NOTES.replace("+text", "+other text")


def write(
    town: Scene, path: str, text: str, repository: str = "acme/shop", branch: str | None = None
) -> None:
    town.simulator.write_file(WriteFile(repository=repository, path=path, text=text, branch=branch))


def without_graphql(town: Scene, times: int = 50) -> None:
    town.fail("POST", GRAPHQL, 404, times=times)


async def read(town: Scene, ref: PullRef, *paths: str, revision: str = "main") -> Mapping[str, str | None]:
    return await town.forge.texts(ref, revision, paths)


@pytest.mark.parametrize("graphql", [True, False])
async def test_files_are_read_at_a_commit_or_on_a_branch(town: Scene, *, graphql: bool) -> None:
    write(town, ".github/review-bot.toml", "language = 'German'\n")
    ref = await town.open(DIFF, NOTES)
    head = town.posted()["head"]
    if not graphql:
        without_graphql(town)
    paths = (".github/review-bot.toml", "docs/new.md", "no/such.md", "docs")
    assert await read(town, ref, *paths) == {".github/review-bot.toml": "language = 'German'\n"}
    at_head = await read(town, ref, *paths, revision=head)
    assert at_head == {".github/review-bot.toml": "language = 'German'\n", "docs/new.md": "# New\ntext\n"}
    assert bool(town.count("GET", CONTENTS)) is not graphql


@pytest.mark.parametrize("graphql", [True, False])
async def test_what_is_no_text_or_too_large_is_there_but_not_told(town: Scene, *, graphql: bool) -> None:
    write(town, "large.txt", "x" * MAX_SIZE)
    write(town, "larger.txt", "x" * (MAX_SIZE + 1))
    write(town, "huge.txt", "x" * 600_000)
    ref = await town.open()
    if not graphql:
        without_graphql(town)
    texts = await read(town, ref, "large.txt", "larger.txt", "huge.txt")
    assert {path: text and len(text) for path, text in texts.items()} == {
        "large.txt": MAX_SIZE,
        "larger.txt": None,
        "huge.txt": None,
    }


async def test_a_binary_file_has_no_text(town: Scene) -> None:
    ref = await town.open()
    assert await read(town, ref, "logo.png", revision=town.posted()["head"]) == {"logo.png": None}


@pytest.mark.parametrize("graphql", [True, False])
@pytest.mark.parametrize(
    "path", ["Ä/ö ü.md", "日本語.txt", "-rf", "a:b", "a b", "q\"uo'te", "100%/x?y#z", "a\\b", "{x}", "$e0"]
)
async def test_a_file_may_be_called_anything(town: Scene, path: str, *, graphql: bool) -> None:
    write(town, path, "here\n")
    ref = await town.open()
    if not graphql:
        without_graphql(town)
    assert await read(town, ref, path) == {path: "here\n"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=st.lists(st.text(max_size=12), max_size=4), revision=st.text(max_size=12))
async def test_no_path_and_no_revision_breaks_the_question(
    town: Scene, paths: list[str], revision: str
) -> None:
    if not town.simulator.world.repositories:
        await town.open()
    ref = PullRef(repository="acme/shop", number=1, installation=town.installation)
    texts = await town.forge.texts(ref, revision, paths)
    assert not any(texts.values())


@pytest.mark.parametrize(
    "revision", ["", "--all", "a:b", "a..b", "a@{1}", "a b", "refs/heads/*", "-x", "x\ny"]
)
async def test_what_can_be_no_branch_is_not_asked_for(town: Scene, revision: str) -> None:
    ref = await town.open()
    assert await read(town, ref, "docs/new.md", revision=revision) == {}
    assert town.count("POST", GRAPHQL) == 0


async def test_a_path_that_is_not_unicode_is_there_but_not_told(town: Scene) -> None:
    ref = await town.open()
    assert await read(town, ref, "caf\udce9.txt") == {"caf\udce9.txt": None}


async def test_of_two_branches_each_has_its_own(town: Scene) -> None:
    write(town, "rules.md", "main's\n")
    write(town, "rules.md", "the release's\n", branch="release/1.0")
    ref = await town.open()
    assert await read(town, ref, "rules.md") == {"rules.md": "main's\n"}
    assert await read(town, ref, "rules.md", revision="release/1.0") == {"rules.md": "the release's\n"}
    assert await read(town, ref, "rules.md", revision="gone") == {}


async def test_many_files_are_read_in_batches_each_once(town: Scene) -> None:
    paths = [f"src/{number}.py" for number in range(BATCH * 2 + 1)]
    for path in paths:
        write(town, path, f"# {path}\n")
    ref = await town.open()
    texts = await read(town, ref, *paths, *paths)
    assert texts == {path: f"# {path}\n" for path in paths}
    assert town.count("POST", GRAPHQL) == 3


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 502, "times": 3},  # the number of attempts of a read
        {
            "status": 200,
            "times": 3,
            "body": {"errors": [{"message": "Something went wrong while executing"}]},
        },
        {"status": 200, "body": {"errors": [{"message": "Resource limits for this query exceeded."}]}},
    ],
)
async def test_what_is_too_much_at_once_is_asked_for_by_halves(town: Scene, fault: Any) -> None:
    paths = [f"src/{number}.py" for number in range(10)]
    for path in paths:
        write(town, path, "text\n")
    ref = await town.open()
    town.fail("POST", GRAPHQL, **fault)
    assert await read(town, ref, *paths) == dict.fromkeys(paths, "text\n")


async def test_when_graphql_stays_unwell_files_are_read_one_by_one(town: Scene) -> None:
    write(town, "a", "text\n")
    ref = await town.open()
    town.fail("POST", GRAPHQL, 502, times=50)
    assert await read(town, ref, "a", "b") == {"a": "text\n"}


async def test_when_github_stays_unwell_it_is_tried_again_later(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", GRAPHQL, 502, times=50)
    town.fail("GET", CONTENTS, 502, times=50)
    with pytest.raises(Retry):
        await read(town, ref, "a", "b")


async def test_when_github_says_until_when_it_is_unwell_it_is_waited_for(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", GRAPHQL, 503, headers={"Retry-After": "90"})
    with pytest.raises(Retry) as raised:
        await read(town, ref, "a", "b")
    assert raised.value.after == 90
    assert town.count("GET", CONTENTS) == 0


async def test_one_by_one_only_so_many_are_read_and_the_others_are_not_said_to_be_missing(
    town: Scene,
) -> None:
    paths = [f"src/{number}.py" for number in range(MAX_BY_REST + 2)]
    for path in paths:
        write(town, path, "text\n")
    ref = await town.open()
    without_graphql(town)
    texts = await read(town, ref, *paths)
    assert list(texts.values()).count("text\n") == MAX_BY_REST
    assert [texts[path] for path in paths[MAX_BY_REST:]] == [None, None]
    assert town.count("GET", CONTENTS) == MAX_BY_REST


async def test_one_by_one_no_path_leads_out_of_the_repository(town: Scene) -> None:
    ref = await town.open()
    without_graphql(town)
    assert await read(town, ref, "../../../user", "./x", "a/../b") == {}
    assert town.count("GET", CONTENTS) == 0


async def test_an_old_server_that_refuses_a_large_file_has_it_all_the_same(town: Scene) -> None:
    ref = await town.open()
    without_graphql(town)
    message = "This API returns blobs up to 1 MB in size. The requested blob is too large to fetch"
    town.fail("GET", CONTENTS, 403, body={"message": message})
    assert await read(town, ref, "large.bin") == {"large.bin": None}


async def test_another_repositorys_files_are_those_of_its_default_branch(town: Scene) -> None:
    ref = await town.open()
    write(town, "review-bot.toml", "language = 'French'\n", repository="acme/.github")
    paths = ("review-bot.toml", "no/such")
    for installation in (ref.installation, None):
        texts = await town.forge.texts_of("acme/.github", installation, paths)
        assert texts == {"review-bot.toml": "language = 'French'\n"}


@pytest.mark.parametrize("graphql", [True, False])
async def test_a_repository_that_is_not_there_has_no_files(town: Scene, *, graphql: bool) -> None:
    await town.open()
    if not graphql:
        without_graphql(town)
    assert await town.forge.texts_of("acme/.github", town.installation, ("a", "b")) == {}
    assert await town.forge.texts_of("acme/.github", None, ("a", "b")) == {}


async def test_a_private_repository_of_others_has_no_files_for_the_bot(town: Scene) -> None:
    await town.open()
    await town.open(repository="other/secret", private=True)
    write(town, "a", "text", repository="other/secret")
    installed = town.installed_on("acme/shop")
    assert await town.forge.texts_of("other/secret", installed, ("a",)) == {}


@pytest.mark.parametrize("graphql", [True, False])
async def test_contents_that_may_not_be_read_are_refused_not_missing(town: Scene, *, graphql: bool) -> None:
    ref = await town.open(private=True)
    town.simulator.world.grant({"contents": "none"})
    if not graphql:
        without_graphql(town)
    with pytest.raises(Refused, match="Resource not accessible by integration"):
        await read(town, ref, "a")
    assert await town.forge.texts_of("acme/shop", ref.installation, ("a",)) == {}
