"""The index of the registry set, and the tool that builds its dataset. Nothing here uses the network."""

import io
import re
import stat
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from bot.core.errors import Refused
from bot.core.evaluation.dataset import Needs, read_dataset
from bot.core.review import Side
from tests.evaluation.registry import __main__ as command
from tests.evaluation.registry.building import build, build_from, make_diff, shown_lines
from tests.evaluation.registry.entries import ECOSYSTEMS, FOLDER, Ecosystem, Entry, read_index
from tests.evaluation.registry.fetching import Archive, fetcher
from tests.evaluation.registry.figures import figures
from tests.evaluation.registry.unpacking import read_archive

INDEX = read_index()
FAULTY = [entry for entry in INDEX if entry.golden]
CLEAN = [entry for entry in INDEX if not entry.golden]

OLD = "def first(items):\n    return items[0] if items else None\n"
NEW = "def first(items):\n    return items[0]\n"


def _entry(**changes: object) -> Entry:
    place: dict[str, object] = {
        "path": "pkg/first.py",
        "at": "return items[0]",
        "text": "An empty list raises an IndexError.",
        "severity": "major",
        "category": "correctness",
        "terms": [["empty"], ["indexerror"]],
        "needs": "diff",
    }
    fields: dict[str, object] = {
        "ecosystem": "pypi",
        "id": "first",
        "package": "pkg",
        "before": "1.0",
        "after": "1.1",
        "paths": ["pkg/*.py"],
        "title": "Simplify first",
        "language": "python",
        "source": "made up",
        "golden": [place],
    }
    place.update({name[1:]: value for name, value in changes.items() if name.startswith("_")})
    fields.update({name: value for name, value in changes.items() if not name.startswith("_")})
    return Entry.model_validate(fields)


def test_the_index_has_enough_of_each_kind() -> None:
    faulty = Counter(entry.ecosystem for entry in FAULTY)
    clean = Counter(entry.ecosystem for entry in CLEAN)

    assert len(FAULTY) >= 40
    assert len(CLEAN) >= 20
    assert all(
        faulty[ecosystem] >= least for ecosystem, least in zip(ECOSYSTEMS, (12, 12, 10, 8), strict=True)
    )
    assert all(clean[ecosystem] >= least for ecosystem, least in zip(ECOSYSTEMS, (6, 6, 4, 4), strict=True))
    assert {place.needs for entry in FAULTY for place in entry.golden} == set(Needs)


def test_no_change_occurs_twice() -> None:
    changes = Counter((entry.ecosystem, entry.package, entry.before, entry.after) for entry in INDEX)

    assert max(changes.values()) == 1


@pytest.mark.parametrize("entry", FAULTY, ids=lambda entry: entry.name)
def test_terms_fit_the_defect_and_not_what_its_author_says(entry: Entry) -> None:
    said = f"{entry.title} {entry.body}".lower()
    for place in entry.golden:
        assert all(term == term.lower() for group in place.terms for term in group)
        assert _fits(place.terms, place.text.lower()), place.text
        assert not _fits(place.terms, said), place.text


def _fits(terms: tuple[tuple[str, ...], ...], text: str) -> bool:
    return all(any(term in text for term in group) for group in terms)


def test_places_quote_only_a_few_words() -> None:
    assert max(len(text) for entry in FAULTY for place in entry.golden for text in (place.at, place.to)) < 50


def test_neither_index_nor_tool_names_a_host() -> None:
    for file in [*FOLDER.glob("*.toml"), *FOLDER.glob("*.py")]:
        assert not re.search(r"https?://(?!127\.0\.0\.1|localhost)", file.read_text(encoding="utf-8")), file


def test_errors_in_the_index_name_file_entry_and_field(tmp_path: Path) -> None:
    for ecosystem in ECOSYSTEMS:
        (tmp_path / f"{ecosystem}.toml").write_text("", encoding="utf-8")
    broken = tmp_path / "npm.toml"
    broken.write_text('[[change]]\nid = "one"\npackage = "p"\n', encoding="utf-8")
    with pytest.raises(Refused, match=r"npm\.toml: one: before: Field required"):
        read_index(tmp_path)
    broken.write_text("[[change]\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"npm\.toml: "):
        read_index(tmp_path)


def test_ids_that_occur_twice_are_refused(tmp_path: Path) -> None:
    table = (
        '[[change]]\nid = "one"\npackage = "p"\nbefore = "1"\nafter = "2"\npaths = ["a"]\ntitle = "A title"\n'
        'language = "rust"\nsource = "made up"\n'
    )
    for ecosystem in ECOSYSTEMS:
        (tmp_path / f"{ecosystem}.toml").write_text(table if ecosystem == "npm" else "", encoding="utf-8")
    assert [entry.name for entry in read_index(tmp_path)] == ["npm/one"]
    (tmp_path / "npm.toml").write_text(table * 2, encoding="utf-8")
    with pytest.raises(Refused, match="occur twice: npm/one"):
        read_index(tmp_path)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"_at": ""}, "either `at` or `line`"),
        ({"_line": 2}, "either `at` or `line`"),
        ({"_at": "", "_line": 3, "_end": 2}, "`end` without a line before it"),
        ({"_at": "", "_line": 3, "_to": "x"}, "`to` without `at`"),
        ({"_terms": []}, "at least 1 item"),
    ],
)
def test_a_defect_has_one_place_and_terms(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        _entry(**changes)


# Archives


def _tar(*members: tuple[tarfile.TarInfo | str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for member, data in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def _zip(*members: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member, data in members:
            archive.writestr(member, data)
    return stream.getvalue()


def _link(name: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


def _zip_link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def _everything(path: str) -> bool:
    return True


def test_archives_are_read_without_their_root() -> None:
    data = _tar(("package/lib/a.js", b"1"), ("package/b.js", b"2"), ("package/c.md", b"3"))

    files = read_archive(data, "a.tgz", lambda path: path.endswith(".js"), has_root=True)

    assert files == {"lib/a.js": b"1", "b.js": b"2"}


def test_zip_archives_keep_their_paths() -> None:
    assert read_archive(_zip(("a/b.py", b"1")), "a.whl", _everything, has_root=False) == {"a/b.py": b"1"}


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (_tar(("../evil", b"")), "a.tgz", "leaves the archive"),
        (_tar(("package/../../evil", b"")), "a.tgz", "leaves the archive"),
        (_tar(("/etc/evil", b"")), "a.tgz", "leaves the archive"),
        (_tar(("package/.git/config", b"")), "a.tgz", "belongs to git"),
        (_tar((_link("package/a", tarfile.SYMTYPE), b"")), "a.tgz", "not a plain file"),
        (_tar((_link("package/a", tarfile.LNKTYPE), b"")), "a.crate", "not a plain file"),
        (_tar((_link("package/a", tarfile.CHRTYPE), b"")), "a.tar.gz", "not a plain file"),
        (_tar(("package/a", b"1"), ("package/a", b"2")), "a.tgz", "occurs twice"),
        (_tar(("package/a", bytes(4_000_001))), "a.tgz", "too large"),
        (_tar(*((f"package/{number}", bytes(3_999_999)) for number in range(11))), "a.tgz", "too large"),
        (b"no archive", "a.tgz", "not a readable archive"),
        (_tar(("package/a", b"1" * 99))[:40], "a.tgz", "not a readable archive"),
        (_zip(("../evil", b"")), "a.whl", "leaves the archive"),
        (_zip(("a\\..\\evil", b"")), "a.jar", "leaves the archive"),
        (_zip(("C:/evil", b"")), "a.jar", "leaves the archive"),
        (_zip((_zip_link("a"), b"/etc/passwd")), "a.whl", "not a plain file"),
        (_zip(("a", bytes(4_000_001))), "a.whl", "too large"),
        (b"no archive", "a.jar", "not a readable archive"),
    ],
    ids=map(str, count(1)),  # archives hold the time at which they were made
)
def test_hostile_archives_are_refused(data: bytes, name: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_archive(data, name, _everything, has_root=name.endswith((".tgz", ".crate", ".tar.gz")))


# Cases


def test_a_pair_of_archives_becomes_a_case() -> None:
    built = build(_entry(), _fetch({"1.0": OLD, "1.1": NEW}))

    case = built.case
    assert case.id == "pypi/first"
    assert case.source == "pkg 1.0 to 1.1: made up"
    assert case.diff.startswith("diff --git a/pkg/first.py b/pkg/first.py\n")
    assert "-    return items[0] if items else None\n+    return items[0]\n" in case.diff
    assert case.texts == {"pkg/first.py": NEW}
    assert [(golden.path, golden.line, golden.end) for golden in case.golden] == [("pkg/first.py", 2, None)]
    assert built.changed == 2
    assert list(read_dataset([case.model_dump_json(exclude_defaults=True)], "out")) == [case]


def _fetch(texts: dict[str, str]) -> Callable[[Ecosystem, str, str], Archive]:
    def fetch(ecosystem: Ecosystem, package: str, version: str) -> Archive:
        data = _zip(("pkg/first.py", texts[version].encode()), ("pkg/data.bin", b"\xff"))
        return Archive("pkg.whl", data, has_root=False)

    return fetch


def test_lines_of_the_old_version_are_found() -> None:
    entry = _entry(_at="if items else None", _side="left")

    golden = build_from(entry, {"pkg/first.py": OLD}, {"pkg/first.py": NEW}).case.golden[0]

    assert (golden.side, golden.line) == (Side.LEFT, 2)


def test_a_place_may_have_several_lines() -> None:
    entry = _entry(_at="def first", _to="return")

    golden = build_from(entry, {"pkg/first.py": OLD}, {"pkg/first.py": NEW}).case.golden[0]

    assert (golden.line, golden.end) == (1, 2)


def test_unchanged_places_are_remarked_when_the_diff_is_not_enough() -> None:
    entry = _entry(_at="def first", _needs="file")

    assert build_from(entry, {"pkg/first.py": OLD}, {"pkg/first.py": NEW}).remarks == (
        "pkg/first.py:1 (right) is a line of context",
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"_at": "yield"}, "no line of pkg/first.py of the new version contains 'yield'"),
        ({"_at": "items"}, "'items' is in lines 1, 2 of pkg/first.py of the new version"),
        ({"_at": "def first", "_to": "yield"}, "after 'def first', contains 'yield'"),
        ({"_at": "", "_line": 9}, "pkg/first.py of the new version ends before line 9"),
        ({"_path": "pkg/other.py"}, "pkg/other.py is not in the new version"),
        ({"_path": "pkg/other.py", "_side": "left"}, "pkg/other.py is not in the old version"),
        ({"_at": "def first"}, "is not changed, but its defect needs only the diff"),
        ({"paths": ["pkg/*.py", "src/*"]}, r"no file fits 'src/\*'"),
    ],
)
def test_errors_of_places_name_the_entry(changes: dict[str, object], says: str) -> None:
    with pytest.raises(Refused, match=f"^pypi/first: .*{says}"):
        build(_entry(**changes), _fetch({"1.0": OLD, "1.1": NEW}))


def test_places_that_the_diff_does_not_show_are_refused() -> None:
    filler = "".join(f"line_{number} = {number}\n" for number in range(20))

    with pytest.raises(Refused, match=r"the diff does not show pkg/first.py:1 \(right\)"):
        build_from(
            _entry(_at="line_0 =", _needs="file"),
            {"pkg/first.py": filler + OLD},
            {"pkg/first.py": filler + NEW},
        )


def test_versions_that_do_not_differ_are_refused() -> None:
    with pytest.raises(Refused, match="do not differ in these files"):
        build(_entry(), _fetch({"1.0": OLD, "1.1": OLD}))


def test_files_that_are_no_text_are_refused() -> None:
    with pytest.raises(Refused, match=r"pkg/data\.bin is not text"):
        build(_entry(paths=["pkg/*"]), _fetch({"1.0": OLD, "1.1": NEW}))


def test_the_diff_is_the_one_of_git_for_added_removed_and_ignored_files() -> None:
    diff = make_diff({"gone": "1\n", ".gitignore": "*\n"}, {"new": "2\n", ".gitignore": "*\n"})

    assert "diff --git a/gone b/gone\ndeleted file mode 100644\n" in diff
    assert "diff --git a/new b/new\nnew file mode 100644\n" in diff
    assert {
        (line.path, str(line.side), line.number): changed for line, changed in shown_lines(diff).items()
    } == {
        ("gone", "left", 1): True,
        ("new", "right", 1): True,
    }


def test_shown_lines_count_both_sides_and_whether_they_changed() -> None:
    old = "".join(f"{number}\n" for number in range(1, 8)) + "++ x\nend"
    lines = shown_lines(make_diff({"f": old}, {"f": old.replace("++ x", "-- y").replace("end", "ending")}))

    changed = sorted((str(line.side), line.number) for line, is_changed in lines.items() if is_changed)
    assert changed == [("left", 8), ("left", 9), ("right", 8), ("right", 9)]
    assert sorted(line.number for line in lines if line.side is Side.RIGHT) == [5, 6, 7, 8, 9]


# The command


def test_the_cache_is_used_before_any_client(tmp_path: Path) -> None:
    folder = tmp_path / "npm/_scope_name@1.0"
    folder.mkdir(parents=True)
    (folder / "name-1.0.tgz").write_bytes(b"data")

    archive = fetcher(tmp_path)("npm", "@scope/name", "1.0")

    assert archive == Archive("name-1.0.tgz", b"data", has_root=True)


def test_what_a_client_says_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = tmp_path / "npm"
    client.write_text(
        '#!/bin/sh\nprintf "\\033[0m" >&2\necho ERROR no such version\nexit 1\n', encoding="utf-8"
    )
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    with pytest.raises(Refused, match="npm failed: ERROR no such version"):
        fetcher(tmp_path / "cache")("npm", "name", "1.0")


def test_clients_that_deliver_nothing_or_are_missing_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="mvn is not installed"):
        fetcher(tmp_path / "cache")("maven", "group:name", "1.0")
    client = tmp_path / "mvn"
    client.write_text("#!/bin/sh\n", encoding="utf-8")
    client.chmod(0o755)
    with pytest.raises(Refused, match=r"the maven client delivered no archive of group:name 1\.0"):
        fetcher(tmp_path / "cache")("maven", "group:name", "1.0")


def test_the_command_writes_what_it_could_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = (_entry(), _entry(id="clean", golden=[]), _entry(id="wrong", _at="yield"))
    monkeypatch.setattr(command, "read_index", lambda: entries)
    monkeypatch.setattr(command, "fetcher", lambda cache: _fetch({"1.0": OLD, "1.1": NEW}))
    out = tmp_path / "out.jsonl"

    assert command.main(["--out", str(out)]) == 1

    with out.open(encoding="utf-8") as lines:
        assert [case.id for case in read_dataset(lines, "out")] == ["pypi/first", "pypi/clean"]
    said = capsys.readouterr()
    assert "pypi/first: 2 changed lines; pkg/first.py:2\n" in said.out
    assert "pypi/clean: 2 changed lines; clean\n" in said.out
    assert "1 with a regression, 1 without, 2 changed lines in the median\n" in said.out
    assert said.err.startswith("pypi/wrong: no line of ")


def test_only_some_entries_can_be_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "read_index", lambda: (_entry(), _entry(id="other")))
    monkeypatch.setattr(command, "fetcher", lambda cache: _fetch({"1.0": OLD, "1.1": NEW}))
    out = tmp_path / "out.jsonl"

    assert command.main(["--out", str(out), "--only", "pypi/other"]) == 0
    assert out.read_text(encoding="utf-8").count("\n") == 1
    assert command.main(["--out", str(out), "--only", "nothing"]) == 1


def test_figures_of_nothing() -> None:
    assert figures([]) == "nothing was built"
