"""The index of a repository: what it takes in, what it leaves out, and what it forgets."""

import contextlib
import io
import os
import sqlite3
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.repository import limits
from bot.repository.child.requests import handle
from bot.repository.index import build
from bot.repository.index.archive import files_of_archive, files_of_checkout, is_plain
from bot.repository.index.build import SourceFile, TooLargeError, add_commit, git_id
from bot.repository.index.database import connect
from bot.repository.index.nearness import Nearness, is_test
from bot.repository.index.texts import CommitTexts
from tests.hostile_archives import headers
from tests.repository.sample import FILES, archive


@pytest.fixture
def index(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "index.db")
    yield connection
    connection.close()


def paths(index: sqlite3.Connection, commit: str = "head") -> list[str]:
    return [file.path for file in CommitTexts(index, commit).files()]


def blobs(index: sqlite3.Connection) -> int:
    return int(index.execute("SELECT count(*) FROM blobs").fetchone()[0])


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, link, size
    return made


def test_an_archive_is_taken_in_by_its_text_files(index: sqlite3.Connection, tmp_path: Path) -> None:
    more: dict[str, str | bytes] = {
        **FILES,
        "logo.png": b"\x89PNG\0\0",
        "big.txt": b"x" * (limits.FILE + 1),
        "größe/ä.py": "x = 1\n",
    }

    assert add_commit(index, "head", files_of_archive(archive(tmp_path / "a.tgz", more))) == len(FILES) + 1
    assert paths(index) == sorted([*FILES, "größe/ä.py"])


def test_links_devices_and_names_that_lead_elsewhere_are_left_out(
    index: sqlite3.Connection, tmp_path: Path
) -> None:
    hostile = (
        entry("r/link", tarfile.SYMTYPE, "/etc/passwd"),
        entry("r/hard", tarfile.LNKTYPE, "r/shop/cart.py"),
        entry("r/loop", tarfile.SYMTYPE, "loop"),
        entry("r/pipe", tarfile.FIFOTYPE),
        entry("r/null", tarfile.CHRTYPE),
        entry("r/../../outside"),
        entry("/etc/outside"),
        entry("r//etc/outside"),
        entry("r/./same"),
        entry("r/line\nbreak"),
        entry(f"r/{'d/' * 600}deep"),
        entry("alone"),
    )
    before = set(tmp_path.iterdir())
    add_commit(index, "head", files_of_archive(archive(tmp_path / "a.tgz", FILES, *hostile)))

    # An absolute name loses its first directory as every other name does.
    assert paths(index) == sorted([*FILES, "etc/outside"])
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "a.tgz", *tmp_path.glob("index.db*")}


def test_names_of_any_bytes_are_left_out_or_kept(index: sqlite3.Connection, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.GNU_FORMAT, errors="surrogateescape") as packed:
        for name in (b"r/caf\xe9.py", b"r/\xff\xfe", "r/ü.py".encode(), b"r/" + b"n" * 250, b"r/ "):
            packed.addfile(entry(os.fsdecode(name)), io.BytesIO())
    add_commit(index, "head", files_of_archive(tmp_path / "a.tar"))

    assert paths(index) == sorted(["ü.py", "n" * 250, " "])


def test_more_than_a_limit_stores_nothing(
    index: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, most, said in (
        ("FILES", 3, "text files"),
        ("TEXTS", 300, "of text"),
        ("UNPACKED", 2000, "archive"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(limits, name, most)
            with pytest.raises(TooLargeError, match=said):
                add_commit(index, "head", files_of_archive(archive(tmp_path / "a.tgz")))

    assert (index.execute("SELECT count(*) FROM commits").fetchone()[0], blobs(index)) == (0, 0)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME], ids=repr)
def test_a_large_header_is_refused_before_it_is_read(
    index: sqlite3.Connection, tmp_path: Path, kind: bytes
) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as packed:
        packed.fileobj.write(entry("r/x", kind, size=limits.HEADER + 1).tobuf())
        packed.fileobj.write(bytes(limits.HEADER * 2))

    with pytest.raises(TooLargeError, match="has a header of 65,537 bytes"):
        add_commit(index, "head", files_of_archive(tmp_path / "a.tar"))


def test_headers_without_end_are_damage(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(b"".join(headers(0.02)))
    request = {"do": "add-archive", "database": str(tmp_path / "i.db"), "commit": "c"}

    assert handle({**request, "archive": str(tmp_path / "a.tgz")}) == {
        "error": "damaged",
        "message": "the repository's archive is nested too deeply",
    }


def test_a_bomb_is_refused_before_it_is_unpacked(index: sqlite3.Connection, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.tgz"
    with tarfile.open(bomb, "w:gz") as packed:
        header = entry("r/bomb", size=limits.UNPACKED + 1).tobuf()
        packed.fileobj.write(header)
        packed.fileobj.write(bytes(1_000_000))

    with pytest.raises(TooLargeError, match="archive has more than"):
        add_commit(index, "head", files_of_archive(bomb))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8))
def test_a_damaged_archive_raises_one_of_the_named_errors(tmp_path: Path, at: int, noise: bytes) -> None:
    path = archive(tmp_path / "a.tgz")
    content = path.read_bytes()
    path.write_bytes(content[: at % len(content)] + noise + content[at % len(content) + len(noise) :])

    with contextlib.suppress(tarfile.TarError, OSError, EOFError, zlib.error, TooLargeError):
        list(files_of_archive(path))


def test_a_checkout_is_read_without_following_links(index: sqlite3.Connection, tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    (root / "src").mkdir(parents=True)
    (root / "src/a.py").write_text("x = 1\n")
    (tmp_path / "secret.py").write_text("key = 1\n")
    (root / "link.py").symlink_to(tmp_path / "secret.py")
    (root / "folder").symlink_to(tmp_path)
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    asked = [
        "src/a.py",
        "link.py",
        "folder/secret.py",
        "loop",
        "pipe",
        "src",
        "../secret.py",
        "/etc/passwd",
        "gone",
    ]

    assert [file.path for file in files_of_checkout(root, asked)] == ["src/a.py"]


def test_a_blob_is_stored_once_and_forgotten_with_its_last_commit(
    index: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COMMITS", 2)
    for at in range(4):
        add_commit(
            index, f"c{at}", [SourceFile("same.py", b"same = 1\n"), SourceFile("a.py", b"x = %d\n" % at)]
        )

    assert blobs(index) == 3
    assert [paths(index, name) for name in ("c2", "c3")] == [["a.py", "same.py"]] * 2
    with pytest.raises(KeyError):
        CommitTexts(index, "c1")
    assert [file.path for file in CommitTexts(index, "c3").with_words("same", near=Nearness(""))] == [
        "same.py"
    ]


def test_a_commit_is_added_once(index: sqlite3.Connection) -> None:
    assert [add_commit(index, "head", [SourceFile("a.py", b"x\n")]) for _ in range(2)] == [1, 1]


def test_a_blob_has_the_id_that_git_gives_it() -> None:
    assert git_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_a_damaged_index_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "index.db").write_bytes(b"no database" * 1000)
    connection = connect(tmp_path / "index.db")

    assert add_commit(connection, "head", [SourceFile("a.py", b"x\n")]) == 1
    connection.close()


@given(st.text(max_size=30))
def test_a_path_that_can_be_stored_stays_in_its_directory(path: str) -> None:
    if is_plain(path):
        assert os.path.normpath(os.path.join("/r", path)) == f"/r/{path}"  # noqa: PTH118 - texts


def test_an_index_of_another_version_is_made_anew_without_its_log(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    old = connect(path)
    add_commit(old, "old", [SourceFile("old.py", b"old\n")])
    old.execute("PRAGMA user_version = 1")
    kept = {file: file.read_bytes() for file in tmp_path.iterdir()}
    old.close()
    for file, content in kept.items():
        file.write_bytes(content)  # as a process that was killed leaves them
    connection = connect(path)

    assert connection.execute("SELECT count(*) FROM commits").fetchone() == (0,)
    add_commit(connection, "head", [SourceFile("a.py", b"x\n")])
    assert paths(connection) == ["a.py"]
    connection.close()


@pytest.mark.parametrize(("name", "most"), [("BATCH", 2), ("BATCH_TEXTS", 4)])
def test_files_are_stored_in_batches(
    index: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    monkeypatch.setattr(build, name, most)
    files = [SourceFile(f"{at}.py", b"word%d same\n" % (at // 2)) for at in range(7)]
    again = SourceFile("0.py", b"other\n")

    assert add_commit(index, "head", [*files, again]) == 8
    texts = CommitTexts(index, "head")
    assert paths(index) == [f"{at}.py" for at in range(7)]
    assert [file.path for file in texts.with_words("other", near=Nearness(""))] == ["0.py"]
    assert [file.path for file in texts.with_words("word1", near=Nearness(""))] == ["2.py", "3.py"]
    assert blobs(index) == 5


def test_the_closest_of_many_candidates_are_kept(
    index: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [SourceFile(f"{at}/near.py", b"same %d\n" % at) for at in range(9)]
    add_commit(index, "head", [*files, SourceFile("9/tests/test_near.py", b"same\n")])
    monkeypatch.setattr(limits, "CANDIDATES", 2)
    texts = CommitTexts(index, "head")

    def found(near: str = "", glob: str = "") -> list[str]:
        return [file.path for file in texts.with_words("same", near=Nearness(near), glob=glob)]

    assert found("8/other.py")[0] == "8/near.py"
    assert found(glob="7/*") == ["7/near.py"]
    assert [file.path for file in texts.tests_with_word("same")] == ["9/tests/test_near.py"]


@given(st.text(st.sampled_from("abT/._test"), max_size=20), st.text(st.sampled_from("ab/."), max_size=9))
def test_every_two_paths_have_an_order(path: str, near: str) -> None:
    key = Nearness(near)
    assert key(near) <= key(path)
    assert is_test(path) == is_test(path.upper())
