"""Indexes as reviews use them: made once, renewed by what changed, unharmed by a process that dies."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from bot.core.errors import Refused
from bot.core.lookups import Lookup, Query
from bot.core.repository_files import ListedFile
from bot.repository import limits
from bot.repository.index.build import git_id
from bot.repository.process import IndexProcess, UnreadableError
from bot.repository.repositories import IndexedCommit, Repositories
from tests.repository.sample import FILES, archive

TOTAL = Lookup(id="1", query=Query.DEFINITION, text="total", path="shop/cart.py")


class Shop:
    """A repository in memory. `calls` are what was asked of it."""

    def __init__(self, name: str = "acme/shop") -> None:
        self.name = name
        self.commits: dict[str, Mapping[str, str]] = {"c1": FILES}
        self.calls: list[str] = []
        self.is_listed = True

    async def listing(self, commit: str) -> Sequence[ListedFile] | None:
        self.calls.append(f"listing {commit}")
        files = self.commits[commit].items()
        listed = [ListedFile(path, git_id(text.encode()), len(text)) for path, text in files]
        return listed if self.is_listed else None

    async def contents(self, commit: str, files: Sequence[ListedFile]) -> Mapping[str, bytes]:
        self.calls.append(f"contents {', '.join(file.path for file in files)}")
        return {file.git: self.commits[commit][file.path].encode() for file in files}

    async def archive(self, commit: str, into: Path, most: int) -> None:
        assert most == limits.UNPACKED
        self.calls.append(f"archive {commit}")
        archive(into, self.commits[commit])


@pytest.fixture
async def process() -> AsyncIterator[IndexProcess]:
    made = IndexProcess()
    yield made
    await made.aclose()


@pytest.fixture
def repositories(tmp_path: Path, process: IndexProcess) -> Repositories:
    return Repositories(tmp_path / "repositories", process)


async def found(commit: IndexedCommit, lookup: Lookup = TOTAL) -> list[str]:
    return [f"{passage.path}:{passage.line}" for passage in (await commit.answer(lookup)).passages]


async def test_a_commit_is_fetched_once(repositories: Repositories) -> None:
    shop = Shop()
    first, again = await repositories.at(shop, "c1"), await repositories.at(shop, "c1")

    assert (
        await found(first) == await found(again) == ["shop/cart.py:12", "shop/money.py:6", "vendor/cart.js:1"]
    )
    assert shop.calls == ["archive c1"]


async def test_a_push_fetches_what_changed(repositories: Repositories) -> None:
    shop = Shop()
    await repositories.at(shop, "c1")
    shop.commits["c2"] = {**FILES, "shop/money.py": "def nothing(): pass\n"}
    after = await repositories.at(shop, "c2")

    assert await found(after) == ["shop/cart.py:12", "vendor/cart.js:1"]
    assert await found(await repositories.at(shop, "c1")) == [
        "shop/cart.py:12",
        "shop/money.py:6",
        "vendor/cart.js:1",
    ]
    assert shop.calls == ["archive c1", "listing c2", "contents shop/money.py"]


@pytest.mark.parametrize("reason", ["unlisted", "many"])
async def test_a_push_of_many_files_fetches_the_archive(
    repositories: Repositories, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    shop = Shop()
    await repositories.at(shop, "c1")
    shop.commits["c2"] = {**FILES, "a.py": "a = 1\n", "b.py": "b = 1\n"}
    shop.is_listed = reason != "unlisted"
    monkeypatch.setattr("bot.repository.repositories.FEW", 1)
    await repositories.at(shop, "c2")

    assert shop.calls == ["archive c1", "listing c2", "archive c2"]


async def test_two_reviews_of_a_commit_share_its_index(repositories: Repositories) -> None:
    shop = Shop()
    await asyncio.gather(*(repositories.at(shop, "c1") for _ in range(4)))

    assert shop.calls == ["archive c1"]


async def test_repositories_do_not_see_each_other(repositories: Repositories) -> None:
    shop, other = Shop(), Shop("acme/other")
    other.commits["c1"] = {"only.py": "def only(): pass\n"}
    await repositories.at(shop, "c1")

    assert await found(await repositories.at(other, "c1")) == []


async def test_a_process_that_is_killed_is_replaced(
    repositories: Repositories, process: IndexProcess
) -> None:
    commit = await repositories.at(Shop(), "c1")
    running = process._process
    assert running
    os.kill(running.pid, signal.SIGKILL)
    await running.wait()

    assert await found(commit) == ["shop/cart.py:12", "shop/money.py:6", "vendor/cart.js:1"]


async def test_a_file_that_ends_the_parser_is_not_parsed_again(repositories: Repositories) -> None:
    shop = Shop()
    shop.commits["c1"] = {"deep.go": f"package total\n{'{[' * 200_000}\n", **FILES}
    commit = await repositories.at(shop, "c1")
    lookup = TOTAL.model_copy(update={"path": "deep.go"})
    for _ in range(2):
        with suppress(UnreadableError):  # whether it dies, depends on the parser's release
            await found(commit, lookup)

    assert "shop/cart.py:12" in await found(commit, lookup)


async def test_one_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    process = IndexProcess((sys.executable, "-c", "import time; time.sleep(600)"))

    with pytest.raises(UnreadableError, match="took more than 0 s"):
        await process.ask({"do": "has"}, 0.3)
    assert process._process is None


async def test_one_that_ends_at_once_is_told(caplog: pytest.LogCaptureFixture) -> None:
    process = IndexProcess((sys.executable, "-c", "raise SystemExit(3)"))

    with pytest.raises(UnreadableError, match="ended unexpectedly"):
        await process.ask({"do": "has"}, 30)


async def test_a_question_that_is_given_up_does_not_answer_the_next_one(
    repositories: Repositories, process: IndexProcess
) -> None:
    commit = await repositories.at(Shop(), "c1")
    slow = asyncio.create_task(commit.answer(Lookup(id="1", query=Query.PATTERN, text="(a|a)*$")))
    await asyncio.sleep(0.01)
    slow.cancel()

    assert (await found(commit))[0] == "shop/cart.py:12"


async def test_what_cannot_be_looked_up_is_refused(repositories: Repositories) -> None:
    commit = await repositories.at(Shop(), "c1")

    with pytest.raises(Refused, match=r"there is no text file none\.py at the head"):
        await commit.answer(Lookup(id="1", query=Query.OUTLINE, path="none.py"))


async def test_a_damaged_archive_is_refused_and_the_next_one_read(repositories: Repositories) -> None:
    shop, good = Shop(), Shop()

    async def broken(commit: str, into: Path, most: int) -> None:
        await asyncio.to_thread(into.write_bytes, b"no archive")

    shop.archive = broken  # type: ignore[method-assign]
    with pytest.raises(UnreadableError) as caught:
        await repositories.at(shop, "c1")

    assert caught.value.error == "damaged"
    with pytest.raises(UnreadableError):
        await repositories.at(good, "c1")  # it is not fetched again for a while
    assert good.calls == []
    repositories._failed.clear()
    assert await found(await repositories.at(good, "c1"))


async def test_beyond_its_size_the_cache_forgets_what_was_not_used(
    repositories: Repositories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(3):
        await repositories.at(Shop(f"acme/{at}"), "c1")
        os.utime(repositories._file(f"acme/{at}"), (at, at))
    monkeypatch.setattr(limits, "CACHE", 2 * repositories._file("acme/0").stat().st_size)
    await repositories.at(Shop("acme/new"), "c1")

    kept = {f"acme/{at}" for at in range(3) if repositories._file(f"acme/{at}").exists()}
    assert kept == {"acme/2"}
    assert repositories._file("acme/new").exists()


async def test_nothing_is_readable_for_others(repositories: Repositories, tmp_path: Path) -> None:
    await repositories.at(Shop(), "c1")

    for path in (tmp_path / "repositories", *(tmp_path / "repositories").iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path
