"""How releases become changes, and how what rules say of them is counted."""

import io
import json
import tarfile
from pathlib import Path

from tests.evaluation.history import (
    LEAST,
    MOST,
    PACKAGES,
    Fetcher,
    Package,
    Section,
    cases,
    changes,
    packages,
    sections,
    unpack,
    wanted,
)
from tests.evaluation.rules import SEVERITIES, counts, report
from tests.evaluation.verdicts import JUDGED, judged, key


def test_the_list_names_packages_of_every_registry_once() -> None:
    listed, latest = packages()
    assert latest > 1
    assert len(listed) == len({(one.registry, one.name) for one in listed})
    assert {one.registry for one in listed} == {"npm", "pypi", "go", "maven", "crates"}
    assert all(one.versions for one in listed if one.registry in ("maven", "crates"))


def test_further_packages_are_others() -> None:
    further, _ = packages(PACKAGES.with_name("history-more.toml"))
    assert {one.name for one in further}.isdisjoint(one.name for one in packages()[0])
    assert {one.registry for one in further} == {"npm", "crates"}


def test_only_what_people_write_is_kept() -> None:
    kept = ["src/a.ts", "lib/tests/test_a.py", "go.mod", "go.sum", ".github/workflows/ci.yml"]
    dropped = ["dist/a.js", "a.min.js", "vendor/x.go", "a.d.ts", "logo.png", "CHANGELOG.md", "yarn.lock", ""]
    assert [name for name in [*kept, *dropped] if wanted(name)] == kept


def test_an_archive_cannot_write_outside_its_folder(tmp_path: Path) -> None:
    archive, folder = tmp_path / "a.tgz", tmp_path / "tree"
    folder.mkdir()
    with tarfile.open(archive, "w:gz") as opened:
        for name in ("package/a.js", "package/../../b.js", "/package/c.js", "package/link.js"):
            info = tarfile.TarInfo(name)
            info.size = 2
            if name.endswith("link.js"):
                info.type, info.linkname, info.size = tarfile.SYMTYPE, "/etc/passwd", 0
            opened.addfile(info, io.BytesIO(b"x\n"))
    unpack(archive, folder)
    written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.js"))
    assert [name for name in written if name != "tree/package/c.js"] == ["tree/a.js"]


def _trees(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old", tmp_path / "new"
    for tree, number in ((old, 1), (new, 2)):
        for folder in ("cart", "user"):
            (tree / folder).mkdir(parents=True)
            lines = "".join(f"x{line} = {number}\n" for line in range(6))
            (tree / folder / f"{folder}.py").write_text(lines, encoding="utf-8")
            (tree / folder / f"test_{folder}.py").write_text(lines, encoding="utf-8")
    return old, new


def test_a_file_and_its_test_are_one_change(tmp_path: Path) -> None:
    found = sections(*_trees(tmp_path))
    assert len(found) == 4
    together = [[section.path for section in change] for change in changes(found, "seed")]
    for change in together:
        names = {Path(path).name.removeprefix("test_") for path in change}
        assert len(change) == 2 * len(names)


def test_changes_are_as_large_as_commits_and_readable(tmp_path: Path) -> None:
    package = Package("pypi", "shop")
    for case in cases(package, "1.0", "1.1", sections(*_trees(tmp_path))):
        files = case.change().files
        assert case.is_clean
        assert LEAST <= sum(file.additions + file.deletions for file in files) <= MOST


def test_tests_that_a_release_no_longer_packs_are_left_out(tmp_path: Path) -> None:
    old, new = _trees(tmp_path)
    for number in range(5):
        (old / f"test_{number}.py").write_text("def test_a():\n    assert True\n", encoding="utf-8")
    assert not [section for section in sections(old, new) if section.is_deleted_test]


def test_named_versions_are_taken_as_they_are(tmp_path: Path) -> None:
    fetcher = Fetcher(tmp_path / "cache")
    assert fetcher.versions(Package("crates", "x", ("1.0.0", "1.0.1")), 5) == ["1.0.0", "1.0.1"]


def test_lines_of_a_section_are_counted_without_its_head() -> None:
    section = Section("a.py", "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n")
    assert section.lines == 2


def test_every_verdict_names_its_finding_and_gives_a_reason() -> None:
    verdicts = [json.loads(line) for line in JUDGED.read_text(encoding="utf-8").splitlines()]
    assert len(verdicts) >= 150
    assert {one["verdict"] for one in verdicts} == {"useful", "true but not worth a comment", "false"}
    for one in verdicts:
        assert one["reason"].endswith(".")
        assert {one["before"], one["after"]} <= {*SEVERITIES, None}
    assert len(judged(JUDGED)) == len(verdicts)


def test_the_share_of_useful_findings_is_told_by_rule() -> None:
    title = "Tests are deleted"
    finding = {
        "change": "npm/x@1..2#3",
        "path": "a.js",
        "line": 4,
        "title": title,
        "severity": "minor",
        "rule": "r",
    }
    lines = list(report([finding], 10, {key(finding): "useful"}))
    assert lines[0] == "10 changes; 0 critical, 0 major, 1 minor, 0 nit"
    assert "useful 1 (100%)" in lines[2]
    assert lines[3].split() == ["minor", "1", "r", "{'useful':", "1}"]


def test_it_is_counted_how_often_a_rule_fired() -> None:
    said = [
        {"change": "npm/x@1..2#3", "rule": "go/lost", "severity": "minor"},
        {"change": "npm/x@1..2#3", "rule": "go/lost", "severity": "nit"},
        {"change": "go/y@1..2#1", "rule": "untested/source", "severity": "fact"},
    ]
    assert counts(said, ["npm/x@1..2#3", "go/y@1..2#1", "go/y@1..2#2"]) == {
        "changes": {"go": 2, "npm": 1},
        "rules": {
            "go/lost": {"changes": 1, "minor": 1, "nit": 1},
            "untested/source": {"changes": 1, "fact": 1},
        },
    }


def test_versions_may_be_named_for_any_registry(tmp_path: Path) -> None:
    listed = tmp_path / "packages.toml"
    listed.write_text('latest = 2\nnpm = ["@a/b:1.0.0,1.1.0", "c"]\n', encoding="utf-8")
    assert packages(listed)[0] == [Package("npm", "@a/b", ("1.0.0", "1.1.0")), Package("npm", "c")]
