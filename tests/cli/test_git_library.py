"""The texts of a branch's files, from git and from the working tree, and nothing else of the machine."""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from bot.cli.change_sources import GitLibrary, from_git
from bot.core.change import Change, File, FileStatus
from bot.core.llm.messages import Excerpt, Failure, Revision, TextLocation
from bot.review.produce.source_files import MOST


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in the working directory, on a branch that has changed a file and renamed another."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    (tmp_path / "a.py").write_text("old a\n", encoding="utf-8")
    (tmp_path / "old.py").write_text("moved\n" * 20, encoding="utf-8")
    (tmp_path / "secret.env").write_text("KEY=1\n", encoding="utf-8")
    commit("Begin")
    git("checkout", "-qb", "topic")
    git("mv", "old.py", "new.py")
    commit("Move")
    (tmp_path / "a.py").write_text("new a\n", encoding="utf-8")
    return tmp_path


def git(*words: str) -> None:
    identity = ("-c", "user.name=Mira", "-c", "user.email=mira@example.org")
    subprocess.run(["git", *identity, *words], capture_output=True, check=True)


def commit(message: str) -> None:
    git("add", ".")
    git("commit", "-qm", message)


def read(*places: tuple[str, str], change: Change | None = None) -> list[str]:
    """The texts, or why there is none, of paths at revisions."""
    wanted = [
        TextLocation(id=f"text/{at}", path=path, revision=Revision(revision))
        for at, (path, revision) in enumerate(places)
    ]
    found = asyncio.run(GitLibrary().read(change or from_git("main").change, wanted))
    assert all(isinstance(one, Excerpt | Failure) for one in found)
    return [one.message if isinstance(one, Failure) else one.text for one in found]


def of_files(*paths: str, origin: str = "main") -> Change:
    """A change that claims to be about these files."""
    files = [File(path=path, status=FileStatus.MODIFIED, additions=1, deletions=0) for path in paths]
    return Change(origin=origin, head="HEAD", files=tuple(files))


def test_the_head_is_the_working_tree_and_the_base_is_git_s() -> None:
    told = read(
        ("a.py", "head"), ("a.py", "base"), ("new.py", "head"), ("old.py", "base"), ("new.py", "base")
    )

    assert ["new a\n", "old a\n", "moved\n" * 20, "moved\n" * 20, "there is no new.py at the base"] == told


def test_from_a_directory_below_as_well(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "below").mkdir()
    monkeypatch.chdir(repository / "below")

    assert ["new a\n", "old a\n"] == read(("a.py", "head"), ("a.py", "base"))


def test_other_files_of_the_repository_are_not_handed_out() -> None:
    told = read(("secret.env", "head"), ("secret.env", "base"))

    assert ["secret.env is not one of the files to review"] * 2 == told


def test_links_lead_nowhere(repository: Path) -> None:
    (repository / "link").symlink_to("/etc/passwd")
    (repository / "folder").symlink_to("/etc")
    paths = ("link", "folder/passwd")

    assert [f"there is no {path} at the head" for path in paths] == read(
        *((path, "head") for path in paths), change=of_files(*paths)
    )


@pytest.mark.parametrize("path", ["../outside.py", "/etc/passwd", "a\0b", "no/such", ".", "-h"])
def test_paths_that_lead_elsewhere_are_not_followed(repository: Path, path: str) -> None:
    (repository.parent / "outside.py").write_text("x", encoding="utf-8")
    told = read((path, "head"), (path, "base"), change=of_files(path))

    assert [f"there is no {path} at the {revision}" for revision in ("head", "base")] == told


def test_what_is_no_text_or_too_large_is_told(repository: Path) -> None:
    (repository / "image").write_bytes(b"\xff\xfe\0")
    (repository / "large").write_text("x" * (MOST + 1), encoding="utf-8")
    commit("Large")
    change = of_files("image", "large", origin="HEAD")
    told = read(
        *((path, revision) for path in ("image", "large") for revision in ("head", "base")), change=change
    )

    assert ["image is not text, or is too large"] * 2 == told[:2]
    assert ["large is larger than 500,000 bytes", "large is not text, or is too large"] == told[2:]
