"""Our reading of a diff agrees with git's own numbers: `--numstat` and `--raw`."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.change import File, FileStatus
from bot.core.diff import decode_diff, parse_diff, parse_patch, render_diff
from tests.core.diff.repository import Repository, entries, seen

ROOT = Path(__file__).parents[3]
STYLES = [
    (),
    ("--no-prefix",),
    ("--src-prefix=i/", "--dst-prefix=w/"),
    ("--binary", "--full-index"),
    ("--unified=0",),
    ("--unified=25", "--function-context"),
    ("-c", "core.quotePath=false"),
]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = Repository(tmp_path)
    found.git("init", "--quiet")
    return found


def check(repository: Repository, *revisions: str, style: tuple[str, ...] = ()) -> tuple[File, ...]:
    settings = style if style[:1] == ("-c",) else ()
    options = () if settings else style
    text = decode_diff(repository.git(*settings, "diff", "-C", *options, *revisions))
    files = parse_diff(text)
    expected = entries(repository, "-C", *revisions)

    assert len(files) == len(expected)
    assert [seen(file, entry) for file, entry in zip(files, expected, strict=True)] == expected
    assert parse_diff(render_diff(files)) == files
    for file in files:
        hunks = parse_patch(file.patch or "")
        assert sum(line.kind == "+" for hunk in hunks for line in hunk.lines) == file.additions
    return files


LINES = b"".join(b"line %d\n" % number for number in range(60))
BEFORE: dict[bytes, bytes | None] = {
    b"plain": b"a\nb\n",
    b"with space": b"a\n",
    b"a b/x b/x": b"a\n",
    b'q"uote\\d\ttab\nline': b"a\n",
    "uni/ünï/\u202e.py".encode(): b"a\n",
    b"latin/caf\xe9\xff": b"a\n",
    b"headers": b"++ x\n-- a/x\n@@ -1 +1 @@\ndiff --git a/x b/x\n\\ No newline at end of file\n",
    b"crlf": b"a\r\nb\r\n",
    b"separators": b"a\x0bb\x0c\x1c\xe2\x80\xa8c\x85\n",
    b"no newline": b"a",
    b"newline": b"a\n",
    b"binary": bytes(range(256)),
    b"not utf-8": b"caf\xe9\n",
    b"moved": LINES,
    b"moved as it is": LINES[:300],
    b"copied": LINES[100:],
    b"gone": b"a\nb\n",
    b"gone empty": b"",
    b"becomes a link": b"a\n",
    b"becomes binary": b"a\n",
    b"script": b"#!/bin/sh\n",
    b"-- ": b"a\n",
}
AFTER: dict[bytes, bytes | None] = {
    b"plain": b"a\nc\nd\n",
    b"with space": b"b\n",
    b"a b/x b/x": b"b\n",
    b'q"uote\\d\ttab\nline': b"b\n",
    "uni/ünï/\u202e.py".encode(): b"b\n",
    b"latin/caf\xe9\xff": b"b\n",
    b"headers": b"-- b/x\n++ x\n+++ b/x\n--- a/x\n@@ -1,9 +1,9 @@\n\\ No newline\n",
    b"crlf": b"a\r\nc\r\n",
    b"separators": b"a\x0bb\x0c\x1c\xe2\x80\xa8d\x85\n\r\n\n",
    b"no newline": b"a\n",
    b"newline": b"a",
    b"binary": bytes(range(255)),
    b"not utf-8": b"caf\xe9\xe9\n",
    b"moved": None,
    b"moved to": LINES.replace(b"line 7\n", b"line seven\n"),
    b"moved as it is": None,
    "dir/moved as it is, ä".encode(): LINES[:300],
    b"copied": LINES[100:] + b"more\n",
    b"copied to": LINES[100:] + b"less\n",
    b"gone": None,
    b"gone empty": None,
    b"new empty": b"",
    b"becomes a link": None,
    b"becomes binary": b"a\n\0",
    b"new": b"x\ny",
    b"-- ": b"-- \n++ \n",
}


@pytest.fixture
def changed(repository: Repository) -> Repository:
    repository.write(BEFORE)
    (repository.path / "link").symlink_to("plain")
    repository.commit("before")
    repository.write(AFTER)
    (repository.path / "becomes a link").symlink_to("elsewhere")
    (repository.path / "link").unlink()
    (repository.path / "link").symlink_to("newline")
    (repository.path / "script").chmod(0o755)
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor/module")
    repository.git("add", "--all", "--", ".", ":!vendor")
    repository.git("commit", "--quiet", "--message", "diff --git a/x b/x\n\n@@ -1 +1 @@")
    return repository


@pytest.mark.parametrize("style", STYLES)
def test_every_kind_of_change_in_every_style(changed: Repository, style: tuple[str, ...]) -> None:
    files = {file.path: file for file in check(changed, "HEAD~", "HEAD", style=style)}

    assert files["moved to"].previous == "moved"
    assert files["becomes a link"].status is FileStatus.RETYPED
    assert files["vendor/module"].after == "160000"
    assert "Subproject commit" in (files["vendor/module"].patch or "")
    assert "latin/caf\ufffd\ufffd" in files


def test_backwards_too(changed: Repository) -> None:
    check(changed, "HEAD", "HEAD~")


def test_show_and_mails_tell_the_same(changed: Repository) -> None:
    expected = parse_diff(decode_diff(changed.git("diff", "-M", "HEAD~", "HEAD")))

    assert parse_diff(decode_diff(changed.git("show", "-M", "--stat", "--patch"))) == expected
    assert parse_diff(decode_diff(changed.git("format-patch", "-M", "-1", "--stdout"))) == expected


def test_git_applies_what_we_write(changed: Repository) -> None:
    files = parse_diff(decode_diff(changed.git("diff", "--no-renames", "HEAD~", "HEAD")))
    kept = [
        file for file in files if file.absent != "binary file" and "\ufffd" not in f"{file.path}{file.patch}"
    ]
    changed.git("checkout", "--quiet", "HEAD~")
    (changed.path / "ours.diff").write_bytes(render_diff(kept).encode())

    changed.git("apply", "--index", "ours.diff")

    wanted = [file.path for file in kept]
    assert parse_diff(decode_diff(changed.git("diff", "--cached", "--no-renames", "HEAD"))) == tuple(kept)
    assert len(wanted) > 15


def mutations(chance: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines) + 1)
        new = chance.choice([b"", b"+++ b/x", b"--- a/x", b"@@ -1 +1 @@", b"x\r", b"\xff", b"- ", b"y" * 9])
        lines[at : at + chance.randint(0, 2)] = [new] * chance.randint(0, 2)
    return b"\n".join(lines)


@pytest.mark.parametrize("seed", range(5))
def test_histories_made_by_chance(repository: Repository, seed: int) -> None:
    chance = random.Random(seed)
    files = {
        b"d%d/%s" % (number % 3, b"%c" % chance.randint(48, 126) * 3): LINES[number:] for number in range(8)
    }
    repository.write(dict(files))
    repository.commit()
    for step in range(4):
        name = chance.choice(sorted(files))
        target = chance.choice([name, name, name + b" moved", "d/ä é".encode() + b"%d" % step])
        content = mutations(chance, files.pop(name))
        files[target] = content
        repository.write({name: None})
        repository.write({target: content})
        repository.commit()

        check(repository, "HEAD~", "HEAD")


def own_commits() -> Iterator[str]:
    found = subprocess.run(
        ["git", "rev-list", "--no-merges", "--max-count=60", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return iter(found.stdout.split())


def test_this_repositorys_own_history() -> None:
    repository = Repository(ROOT)
    commits = list(own_commits())
    if not commits:
        pytest.skip("this tree has no git history")
    for commit in commits:
        text = decode_diff(repository.git("show", "--first-parent", "-C", commit))
        stats = decode_diff(repository.git("show", "--format=", "--numstat", "--no-renames", commit))
        added = sum(int(line.split("\t")[0]) for line in stats.split("\n") if line[:1].isdigit())

        plain = parse_diff(decode_diff(repository.git("show", "--no-renames", commit)))
        assert sum(file.additions for file in plain) == added
        files = parse_diff(text)
        assert parse_diff(render_diff(files)) == files
