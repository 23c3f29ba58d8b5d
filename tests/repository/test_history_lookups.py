"""The history of a checkout: what changed a file, or some of its lines, before the change under review."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.core.commit_history import MOST, PastCommit
from bot.core.errors import Refused
from bot.core.lookups import Lookup, Passages, Query
from bot.repository import git as git_module
from bot.repository import history as history_module
from bot.repository import limits
from bot.repository.history import CheckoutHistory, NoHistory, SourceHistory

DATE = "2026-05-04T10:00:30Z"
FIVE = "one\ntwo\nthree\nfour\nfive\n"


def git(root: Path, *words: str, date: str = DATE) -> str:
    settings = ("-c", "user.name=m", "-c", "user.email=m@example.com", "-c", "protocol.file.allow=always")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": DATE}
    done = subprocess.run(
        ["git", *settings, *words], cwd=root, check=True, capture_output=True, env=environment
    )
    return done.stdout.decode().strip()


def commit(root: Path, message: str, *, date: str = DATE, **files: str) -> str:
    """Writes the files, whose names may contain anything, and commits them."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "-m", message, date=date)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "--quiet")
    commit(root, "Begin", **{"cart.py": FIVE, "other.py": "x\n"})
    commit(root, "Change two\n\nBecause of taxes.", **{"cart.py": FIVE.replace("two", "2")})
    commit(root, "Change another file", **{"other.py": "y\n"})
    commit(root, "Change four", **{"cart.py": FIVE.replace("two", "2").replace("four", "4")})
    return root


async def look(root: Path, path: str = "cart.py", commit: str = "", **lines: int) -> Passages:
    known = commit or git(root, "rev-parse", "HEAD")
    lookup = Lookup(id="1", query=Query.HISTORY, path=path, **lines)
    return await CheckoutHistory(root, known).answer(lookup)


def titles(found: Passages) -> list[str]:
    return [passage.text.split("\n")[2] for passage in found.passages]


async def test_the_commits_of_a_file_come_newest_first(root: Path) -> None:
    found = await look(root)

    assert titles(found) == ["Change four", "Change two", "Begin"]
    second = found.passages[1]
    assert second.text == f"{DATE}\n\nChange two\n\nBecause of taxes."
    assert second.name == git(root, "rev-parse", "HEAD~2")[:7]
    assert (second.path, second.kind, second.line, second.end) == ("cart.py", "commit", 0, 0)
    assert not found.more


async def test_the_change_under_review_is_not_part_of_it(root: Path) -> None:
    origin = git(root, "rev-parse", "HEAD")
    commit(root, "Under review", **{"cart.py": "none\n"})

    assert titles(await look(root, commit=origin)) == ["Change four", "Change two", "Begin"]


@pytest.mark.parametrize(
    ("line", "end", "expected"),
    [
        (2, 2, ["Change two", "Begin"]),
        (4, 0, ["Change four", "Begin"]),
        (2, 4, ["Change four", "Change two", "Begin"]),
        (1, 1, ["Begin"]),
        (4, 2, ["Change four", "Begin"]),
    ],
)
async def test_lines_have_a_history_of_their_own(
    root: Path, line: int, end: int, expected: list[str]
) -> None:
    assert titles(await look(root, line=line, end=end)) == expected


async def test_lines_that_are_not_there_are_refused(root: Path) -> None:
    with pytest.raises(Refused, match=r"git cannot list the commits that changed cart\.py"):
        await look(root, line=99)
    with pytest.raises(Refused, match=r"git cannot list the commits that changed none\.py"):
        await look(root, "none.py", line=1)


async def test_a_file_that_was_never_there_has_no_commits(root: Path) -> None:
    assert await look(root, "none.py") == Passages()


@pytest.mark.parametrize("path", ["", "a\0b"], ids=["no path", "nul"])
async def test_without_a_path_it_is_refused(root: Path, path: str) -> None:
    with pytest.raises(Refused, match="needs a path"):
        await look(root, path)


@pytest.mark.parametrize("path", ["../shop/cart.py", "/etc/passwd", "../../etc/passwd"])
async def test_a_path_that_leads_elsewhere_shows_nothing_of_it(root: Path, path: str) -> None:
    (root.parent / "secret.py").write_text("x\n")
    try:
        found = await look(root, path)
    except Refused:
        return
    assert path == "../shop/cart.py"  # git names a file within the repository in many ways
    assert set(titles(found)) <= {"Change four", "Change two", "Begin"}


@pytest.mark.parametrize(
    "name", ["-p", "--output=x", ":(top)cart.py", ":!cart.py", "*.py", "[c]art.py", "ä ö.py", "a:b.py"]
)
@pytest.mark.parametrize("line", [0, 1])
async def test_a_file_may_be_called_anything(root: Path, name: str, line: int) -> None:
    commit(root, "Odd name", **{name: "x\n"})

    assert titles(await look(root, name, line=line)) == ["Odd name"]
    assert git(root, "status", "--porcelain") == ""


async def test_a_directory_has_the_commits_of_its_files(root: Path) -> None:
    commit(root, "Below", **{"deep/a.py": "x\n"})
    assert titles(await look(root, "deep")) == ["Below"]


async def test_there_are_ten_at_most(root: Path) -> None:
    for at in range(MOST):
        commit(root, f"Number {at}", **{"cart.py": f"{at}\n"})
    found = await look(root)

    assert titles(found) == [f"Number {at}" for at in reversed(range(MOST))]
    assert found.more


async def test_a_shallow_clone_does_not_tell_what_it_does_not_know(root: Path, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth", "2", root.as_uri(), str(shallow))
    found = await look(shallow)

    assert (titles(found), found.more) == (["Change four"], True)
    with pytest.raises(Refused, match=r"the history of other\.py is not in this clone: it is shallow"):
        await look(shallow, "other.py")


async def test_a_date_beyond_all_calendars_is_unknown(root: Path, tmp_path: Path) -> None:
    tree = git(root, "rev-parse", "HEAD^{tree}")
    written = f"tree {tree}\nauthor m <m@example.com> 99999999999999 +0000\n"
    text = f"{written}committer m <m@example.com> 1 +0000\n\nFar away\n"
    (tmp_path / "far").write_text(text)
    far = git(root, "hash-object", "-t", "commit", "-w", "--literally", str(tmp_path / "far"))
    found = await look(root, commit=far)

    assert found.passages[0].text == "unknown date\n\nFar away"


async def test_a_message_in_any_encoding_is_read(root: Path, tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_bytes(b"caf\xe9\n\nand \xff\n")
    (root / "cart.py").write_text("z\n")
    git(root, "-c", "i18n.commitEncoding=latin-1", "commit", "--quiet", "-a", "-F", str(message))

    assert titles(await look(root))[0] == "café"


async def test_no_program_of_the_repository_is_run(root: Path, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\ntouch {tmp_path}/ran\nexec cat "$1"\n')
    program.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.pager",
        "pager.log",
        "diff.external",
        "diff.odd.textconv",
        "diff.odd.command",
        "gpg.program",
        "core.sshCommand",
        "alias.log",
    ):
        git(root, "config", name, f"!{program}" if name == "alias.log" else str(program))
    git(root, "config", "log.showSignature", "true")
    git(root, "config", "core.hooksPath", str(tmp_path))
    (root / ".gitattributes").write_text("*.py diff=odd\n")
    for line in (0, 2):
        assert (await look(root, line=line)).passages

    assert not (tmp_path / "ran").exists()


async def test_nothing_is_fetched_for_a_partial_clone(root: Path, tmp_path: Path) -> None:
    git(root, "config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", root.as_uri(), str(partial))
    before = sorted((partial / ".git/objects").rglob("*"))

    assert titles(await look(partial)) == ["Change four", "Change two", "Begin"]
    with pytest.raises(Refused, match="git cannot list the commits"):
        await look(partial, line=2)
    assert sorted((partial / ".git/objects").rglob("*")) == before


async def test_variables_of_a_hook_do_not_lead_elsewhere(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    head = git(root, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))

    assert titles(await look(root, commit=head)) == ["Change four", "Change two", "Begin"]


@pytest.mark.parametrize("commit", ["0" * 40, "--output=x", "no such branch"])
async def test_an_unknown_commit_is_refused(root: Path, commit: str) -> None:
    with pytest.raises(Refused, match="git cannot list the commits"):
        await look(root, commit=commit)
    assert not (root / "x").exists()


async def test_a_folder_without_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not a git repository"):
        await look(tmp_path, commit="0" * 40)
    with pytest.raises(Refused, match=r"there is no history of a\.py: it came as a folder"):
        await NoHistory("it came as a folder").answer(Lookup(id="1", query=Query.HISTORY, path="a.py"))


async def test_messages_without_end_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "_OUTPUT", 100)
    with pytest.raises(Refused, match="it prints more than 100 bytes"):
        await look(root)


async def test_one_that_hangs_is_ended(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "slow"
    program.write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/pids\nexec sleep 600\n")
    program.chmod(0o755)
    head = git(root, "rev-parse", "HEAD")
    monkeypatch.setattr(git_module, "PROGRAM", str(program))
    monkeypatch.setattr(limits, "LOOKING", 0.3)
    with pytest.raises(Refused, match="git took more than 0 s"):
        await look(root, commit=head)

    for pid in (tmp_path / "pids").read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


async def test_a_source_is_asked_for_one_more_than_is_shown() -> None:
    asked: list[tuple[str, str, int]] = []

    class Source:
        async def history(self, commit: str, path: str, most: int) -> list[PastCommit]:
            asked.append((commit, path, most))
            return [PastCommit(f"{at:040}", None, "x") for at in range(most)]

    found = await SourceHistory(Source(), "c0").answer(Lookup(id="1", query=Query.HISTORY, path="a.py"))

    assert asked == [("c0", "a.py", MOST + 1)]
    assert (len(found.passages), found.more) == (MOST, True)
