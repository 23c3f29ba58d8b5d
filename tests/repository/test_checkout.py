"""The index of a working tree: what git tracks or would track, as it is on disk."""

import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.errors import Refused
from bot.core.lookups import Lookup, Query
from bot.repository import checkout
from bot.repository import git as git_module
from bot.repository.checkout import list_checkout
from bot.repository.git import GitCommand
from bot.repository.process import IndexProcess
from bot.repository.repositories import IndexedCommit, Repositories
from tests.repository.sample import FILES

TOTAL = Lookup(id="1", query=Query.DEFINITION, text="total", path="shop/cart.py")


def git(root: Path, *words: str) -> None:
    settings = ("-c", "user.name=m", "-c", "user.email=m@example.com", "-c", "protocol.file.allow=always")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *settings, *words], cwd=root, check=True, capture_output=True, env=environment)


def write(root: Path, path: str, text: str = "x = 1\n") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q")
    for path, text in FILES.items():
        write(root, path, text)
    git(root, "add", ".")
    git(root, "commit", "-qm", "Begin")
    return root


@pytest.fixture
async def repositories(tmp_path: Path) -> AsyncIterator[Repositories]:
    process = IndexProcess()
    yield Repositories(tmp_path / "repositories", process)
    await process.aclose()


async def found(commit: IndexedCommit, lookup: Lookup = TOTAL) -> list[str]:
    return [f"{passage.path}:{passage.line}" for passage in (await commit.answer(lookup)).passages]


async def test_the_working_tree_counts_and_not_the_commit(root: Path, repositories: Repositories) -> None:
    first = await repositories.of_checkout(root)
    assert await found(first) == ["shop/cart.py:12", "shop/money.py:6", "vendor/cart.js:1"]
    (root / "vendor/cart.js").unlink()
    write(root, "shop/money.py", "\n\n\ndef total(prices):\n    return 0\n")
    write(root, "new.py", "def total(): ...\n")

    assert await found(await repositories.of_checkout(root)) == [
        "shop/cart.py:12",
        "shop/money.py:4",
        "new.py:1",
    ]


async def test_an_unchanged_tree_is_indexed_once(
    root: Path, repositories: Repositories, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = IndexProcess.ask

    async def counted(self: IndexProcess, request: dict[str, object], seconds: float) -> dict[str, object]:
        asked.append(str(request["do"]))
        return await ask(self, request, seconds)

    monkeypatch.setattr(IndexProcess, "ask", counted)
    for _ in range(2):
        await repositories.of_checkout(root)
    assert asked == ["has", "add-checkout", "has"]


async def test_ignored_files_links_and_submodules_are_left_out(root: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    git(library, "init", "-q")
    write(library, "inner.py")
    git(library, "add", ".")
    git(library, "commit", "-qm", "Begin")
    git(root, "submodule", "add", "-q", str(library), "vendor/library")
    (tmp_path / "secret.py").write_text("SECRET = 1\n")
    (root / "link.py").symlink_to(tmp_path / "secret.py")
    (root / "folder").symlink_to(library)
    git(root, "add", "link.py", "folder")
    os.mkfifo(root / "queue")
    write(root, ".gitignore", "*.log\nbuild/\n")
    write(root, "x.log")
    write(root, "build/made.py")
    write(root, "untracked.py")
    (root / "README.md").unlink()
    nested = root / "nested"
    nested.mkdir()
    git(nested, "init", "-q")
    write(root, "nested/own.py")

    kept = {*FILES, ".gitignore", ".gitmodules", "untracked.py"} - {"README.md"}
    assert set((await list_checkout(root)).paths) == kept


async def test_a_tracked_file_below_a_folder_that_became_a_link_is_not_read(
    root: Path, tmp_path: Path, repositories: Repositories
) -> None:
    outside = tmp_path / "outside"
    write(outside, "cart.js", "export function total(secret) { return 0; }\n")
    (root / "vendor/cart.js").unlink()
    (root / "vendor").rmdir()
    (root / "vendor").symlink_to(outside)

    assert await found(await repositories.of_checkout(root)) == ["shop/cart.py:12", "shop/money.py:6"]


@pytest.mark.parametrize("name", ["ä ö.py", "a\nb.py", "-x.py", 'q"uo.py'])
async def test_a_file_may_be_called_anything(root: Path, name: str) -> None:
    write(root, name)
    assert name in (await list_checkout(root)).paths


async def test_a_name_that_is_not_unicode_does_no_harm(root: Path, repositories: Repositories) -> None:
    write(root, os.fsdecode(b"caf\xe9.py"), "def total(): ...\n")

    assert await found(await repositories.of_checkout(root)) == [
        "shop/cart.py:12",
        "shop/money.py:6",
        "vendor/cart.js:1",
    ]


async def test_the_state_changes_with_a_file_and_only_then(root: Path) -> None:
    first = await list_checkout(root)
    assert await list_checkout(root) == first
    os.utime(root / "README.md", ns=(1, 1))
    second = await list_checkout(root)
    assert (first.name, first.paths) == (second.name, second.paths)
    assert first.commit != second.commit


async def test_a_folder_of_a_repository_is_a_tree_of_its_own(root: Path) -> None:
    assert (await list_checkout(root / "shop")).paths == ("cart.py", "money.py", "orders.py")
    assert (await list_checkout(root / "shop" / "..")).name == (await list_checkout(root)).name


async def test_variables_of_a_hook_do_not_lead_elsewhere(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "none"))

    assert set((await list_checkout(root)).paths) == set(FILES)


async def test_no_program_of_the_repository_is_run(root: Path, tmp_path: Path) -> None:
    program = tmp_path / "monitor"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    git(root, "config", "core.fsmonitor", str(program))
    await list_checkout(root)

    assert not (tmp_path / "ran").exists()


async def test_what_is_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"git cannot list the files of .*: not a git repository"):
        await list_checkout(tmp_path)
    with pytest.raises(Refused, match="there is no such folder"):
        await list_checkout(tmp_path / "none")


async def test_a_list_without_end_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkout, "LISTING", 10)
    with pytest.raises(Refused, match="it prints more than 10 bytes"):
        await list_checkout(root)


async def test_one_that_hangs_is_ended(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "slow"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    monkeypatch.setattr(git_module, "PROGRAM", str(program))
    with pytest.raises(Refused, match="git took more than 0 s to list nothing"):
        await git_module.git_output(root, GitCommand(("log",), "list nothing", 10, 0.2))
