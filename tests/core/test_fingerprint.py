"""The key of a finding hangs on what it says and on its line, and on nothing else."""

from bot.core.diff import parse_diff
from bot.core.findings.fingerprint import anchor, fingerprint
from bot.core.findings.visible_lines import VisibleLines, is_distinctive, plain
from bot.core.review import Finding, Side
from tests.core.rendering.samples import DIFF, FILES, PATH, finding

SHOWN = VisibleLines(FILES[0])


def test_a_key_hangs_on_path_source_category_title_and_line() -> None:
    key = fingerprint(finding(), "  x = 1")

    same = (
        finding(line=90, end=99),
        finding(body="", severity="nit", confidence=0.1, title="sql BUILT from `name`"),
    )
    other = (finding(path="b.py"), finding(title="Else"), finding(category="style"), finding(source="signal"))
    assert {fingerprint(one, "x = 1") for one in same} == {key}
    assert key not in {fingerprint(one, "x = 1") for one in other} | {fingerprint(finding(), "x = 2")}
    assert key != fingerprint(finding(), "x = 1", 1)


def test_findings_that_are_alike_are_told_apart_by_their_order_of_lines() -> None:
    alike: list[Finding] = [finding(line=line, end=line) for line in (99, 90, 95)]
    files = {file.path: file for file in FILES}

    keys = [one.key for one in anchor(alike, files)]

    assert len(set(keys)) == 3
    assert [one.key for one in anchor(alike[::-1], files)] == keys[::-1]


def test_a_finding_stands_among_its_neighbours() -> None:
    [one] = anchor([finding(line=12, end=12)], {file.path: file for file in FILES})

    assert one.text == "return db.one(sql)"
    assert one.around == (
        "db = connect()",
        "sql = f\"select * from users where name = '{name}'\"",
        "close(db)",
    )
    assert one.previous == "old name.py"


def test_lines_are_shown_by_side_and_number() -> None:
    assert SHOWN.text(Side.LEFT, 11) == '    return db.one("select 1")'
    assert SHOWN.text(Side.RIGHT, 12) == "    return db.one(sql)"
    assert SHOWN.text(Side.RIGHT, 90) is None
    assert SHOWN.block(Side.RIGHT, 12, 13) == "    return db.one(sql)\n"
    assert SHOWN.block(Side.RIGHT, 12, 15) is None
    assert SHOWN.block(Side.RIGHT, 13, 12) is None


def test_of_what_cannot_be_read_nothing_is_shown() -> None:
    [cut] = parse_diff(DIFF)[:1]
    broken = cut.model_copy(update={"patch": "@@ -1,9 +1,9 @@\n x\n"})

    assert VisibleLines(None).text(Side.RIGHT, 1) is None
    assert VisibleLines(broken).text(Side.RIGHT, 1) is None
    assert [one.text for one in anchor([finding()], {PATH: broken})] == [""]


def test_spaces_and_brackets_say_nothing() -> None:
    assert plain("\t a  =   b ") == "a = b"
    assert is_distinctive("x1")
    assert is_distinctive("a = b")
    assert not is_distinctive("  });")
    assert not is_distinctive("x")
