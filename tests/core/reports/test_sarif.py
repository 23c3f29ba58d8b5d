"""SARIF files of analysers become reports."""

import gzip
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.change import ToolReport
from bot.core.reports import MAX_SARIF, SarifError, read_sarif
from bot.core.review import Severity
from tests.core.reports.analysers import CLIPPY, CODEQL, ESLINT, GOSEC, RUFF, SEMGREP, SPOTBUGS

PATHS = {
    "shop/orders.py",
    "web/cart.js",
    "src/main.rs",
    "cmd/main.go",
    "src/main/java/acme/Orders.java",
    "a b.py",
}


def read(document: object, root: str = "") -> list[ToolReport]:
    return list(read_sarif(json.dumps(document).encode(), PATHS, root))


def sarif(*results: object, **run: Any) -> dict[str, Any]:
    """A file of an analyser called "Lint" with these results."""
    tool = {"driver": {"name": "Lint", **run.pop("driver", {})}, **run.pop("tool", {})}
    return {"version": "2.1.0", "runs": [{"tool": tool, "results": list(results), **run}]}


def result(uri: str = "shop/orders.py", line: Any = 5, **fields: Any) -> dict[str, Any]:
    artifact = {"uri": uri, **fields.pop("artifact", {})}
    place = {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line}}}
    return {"message": {"text": "Wrong"}, "locations": [place], **fields}


def test_codeql_names_its_rules_in_an_extension() -> None:
    injection, unused = read(CODEQL)

    assert injection == ToolReport(
        tool="CodeQL",
        rule="py/sql-injection",
        path="shop/orders.py",
        line=12,
        end=12,
        severity=Severity.MAJOR,
        text="This SQL query depends on a user-provided value.",
    )
    assert (unused.rule, unused.line, unused.severity) == ("py/unused-import", 3, Severity.NIT)


def test_ruff_writes_the_paths_of_the_runner() -> None:
    [unused] = read(RUFF)

    assert (unused.tool, unused.rule, unused.path) == ("ruff", "F401", "shop/orders.py")
    assert (unused.line, unused.severity, unused.text) == (3, Severity.MAJOR, "`os` imported but unused")


def test_eslint_on_windows_with_a_suppressed_result() -> None:
    assert read(ESLINT) == []
    [unused] = read(ESLINT, root="C:\\work\\my shop")

    assert (unused.path, unused.line, unused.severity) == ("web/cart.js", 7, Severity.MINOR)


def test_semgrep_takes_levels_from_its_rules_and_has_braces_in_texts() -> None:
    [evaluated] = read(SEMGREP)

    assert (evaluated.path, evaluated.line, evaluated.end) == ("shop/orders.py", 20, 21)
    assert evaluated.severity is Severity.MINOR
    assert evaluated.text == "Detected the use of eval(). {{not a placeholder}} Avoid it."


def test_clippy_and_gosec() -> None:
    [unwrapped] = read(CLIPPY)
    [credentials] = read(GOSEC)

    assert (unwrapped.rule, unwrapped.line, unwrapped.end) == ("clippy::unwrap_used", 4, 6)
    assert (credentials.tool, credentials.severity) == ("gosec", Severity.MAJOR)


def test_spotbugs_stores_texts_in_its_rules_and_paths_below_a_base() -> None:
    [null] = read(SPOTBUGS, root="/builds/acme/shop")

    assert null.path == "src/main/java/acme/Orders.java"
    assert null.text == "Possible null pointer dereference of order in Orders.total()"


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        ({}, Severity.MINOR),
        ({"level": "error"}, Severity.MAJOR),
        ({"level": "note"}, Severity.NIT),
        ({"level": "none"}, None),
        ({"level": "fatal"}, Severity.MINOR),
        ({"level": 3}, Severity.MINOR),
        ({"level": "note", "properties": {"security-severity": "9.0"}}, Severity.CRITICAL),
        ({"level": "error", "properties": {"security-severity": 8.9}}, Severity.MAJOR),
        ({"level": "note", "properties": {"security-severity": "7"}}, Severity.MAJOR),
        ({"level": "error", "properties": {"security-severity": "4.0"}}, Severity.MAJOR),
        ({"level": "note", "properties": {"security-severity": "high"}}, Severity.NIT),
        ({"level": "note", "properties": {"security-severity": "nan"}}, Severity.NIT),
        ({"level": "none", "properties": {"security-severity": "9.8"}}, None),
        ({"kind": "pass"}, None),
        ({"kind": "informational", "level": "none"}, None),
        ({"baselineState": "absent"}, None),
        ({"baselineState": "unchanged"}, Severity.MINOR),
        ({"suppressions": [{"kind": "external", "status": "accepted"}]}, None),
        ({"suppressions": [{"kind": "external", "status": "rejected"}]}, Severity.MINOR),
        ({"suppressions": []}, Severity.MINOR),
    ],
)
def test_severity_and_state(fields: dict[str, Any], severity: Severity | None) -> None:
    assert [report.severity for report in read(sarif(result(**fields)))] == ([severity] if severity else [])


def test_a_rule_is_found_by_the_begin_of_its_id_and_its_index_must_agree() -> None:
    rules = [
        {"id": "A1", "defaultConfiguration": {"level": "error"}},
        None,
        {"id": "B2", "defaultConfiguration": {"level": "note"}},
    ]
    found = read(
        sarif(
            result(ruleId="A1/part", line=1),
            result(ruleId="B2", ruleIndex=0, line=2),
            result(ruleIndex=2, line=3),
            result(ruleIndex=99, line=4),
            driver={"rules": rules},
        )
    )

    assert [(report.rule, report.severity) for report in found] == [
        ("A1/part", Severity.MAJOR),
        ("B2", Severity.NIT),
        ("B2", Severity.NIT),
        ("", Severity.MINOR),
    ]


@pytest.mark.parametrize(
    ("uri", "root", "found"),
    [
        ("shop/orders.py", "", "shop/orders.py"),
        ("./shop/../shop//orders.py", "", "shop/orders.py"),
        ("shop\\orders.py", "", "shop/orders.py"),
        ("a%20b.py", "", "a b.py"),
        ("a b.py", "", "a b.py"),
        ("/srv/repo/shop/orders.py", "/srv/repo", "shop/orders.py"),
        ("/srv/repo/shop/orders.py", "/srv/repo/", "shop/orders.py"),
        ("file:///srv/repo/a%20b.py", "/srv/repo", "a b.py"),
        ("file://localhost/srv/repo/shop/orders.py", "/srv/repo", "shop/orders.py"),
        ("D:\\a\\shop\\shop\\shop\\orders.py", "", "shop/orders.py"),
        ("file:///github/workspace/shop/orders.py", "", "shop/orders.py"),
        ("/srv/other/shop/orders.py", "/srv/repo", None),
        ("/srv/repository/shop/orders.py", "/srv/repo", None),
        ("../shop/orders.py", "", None),
        ("https://example.com/shop/orders.py", "", None),
        ("orders.py", "", None),
        ("x" * 5000, "", None),
        ("", "", None),
    ],
)
def test_paths(uri: str, root: str, found: str | None) -> None:
    assert [report.path for report in read(sarif(result(uri)), root)] == ([found] if found else [])


def test_bases_may_refer_to_each_other_and_even_in_a_circle() -> None:
    bases = {
        "ROOT": {"uri": "file:///srv/repo/"},
        "SHOP": {"uri": "shop/", "uriBaseId": "ROOT"},
        "X": {"uri": "x/", "uriBaseId": "Y"},
        "Y": {"uri": "y/", "uriBaseId": "X"},
    }
    below = result("orders.py", artifact={"uriBaseId": "SHOP"})
    circular = result("shop/orders.py", line=9, artifact={"uriBaseId": "X"})
    absolute = result("file:///srv/repo/a%20b.py")

    found = read(sarif(below, circular, absolute, originalUriBaseIds=bases), root="/srv/repo")
    assert [(report.path, report.line) for report in found] == [
        ("shop/orders.py", 5),
        ("shop/orders.py", 9),
        ("a b.py", 5),
    ]
    assert len(read(sarif(absolute, originalUriBaseIds=bases))) == 1


def test_a_tool_that_ran_in_a_directory_writes_paths_relative_to_it() -> None:
    where = [{"workingDirectory": {"uri": "file:///srv/repo/shop"}}]

    assert len(read(sarif(result("orders.py"), invocations=where), root="/srv/repo")) == 1


def test_texts_come_from_wherever_there_is_one() -> None:
    rule = {
        "id": "A1",
        "shortDescription": {"text": "Short"},
        "messageStrings": {"own": {"text": "Own {0} {{0}} {7}"}},
    }
    driver = {"rules": [rule], "globalMessageStrings": {"global": {"markdown": "**Global**"}}}
    messages = [
        {"id": "own", "arguments": ["text"]},
        {"id": "global"},
        {"markdown": "Use `x`"},
        {"text": "See [the \\[list\\]](https://example.com/a) and \\[this\\]"},
        {},
        "odd",
    ]
    results = [result(line=at, ruleId="A1", message=text) for at, text in enumerate(messages, 1)]

    assert [report.text for report in read(sarif(*results, driver=driver))] == [
        "Own text {0} {7}",
        "**Global**",
        "Use `x`",
        "See the [list] and [this]",
        "Short",
        "Short",
    ]


def test_long_texts_are_cut_and_lines_are_bounded() -> None:
    [report] = read(sarif(result(message={"text": "long " * 1000}), driver={"name": "n" * 500}))

    assert len(report.text) <= 500
    assert len(report.tool) <= 100
    odd: list[object] = [0, -1, 2**32, 1e300, True, None, "5", [], {}]
    for line in odd:
        assert read(sarif(result(line=line))) == []


def test_results_without_a_place_in_the_change_are_left_out_and_duplicates_are_one() -> None:
    file_only = {"physicalLocation": {"artifactLocation": {"uri": "shop/orders.py"}}}
    odd = [{}, {"locations": None}, {"locations": [{}]}, {"locations": [file_only]}, None, 5, "x", []]
    second = result("gone.py")
    second["locations"] += result("shop/orders.py", line=7)["locations"]

    found = read(sarif(*odd, result(), result(), second))
    assert [(report.line, report.tool) for report in found] == [(5, "Lint"), (7, "Lint")]


def test_several_runs_are_read_and_odd_ones_are_passed_over() -> None:
    document = {
        "runs": [*CODEQL["runs"], None, {"results": 5, "tool": []}, *RUFF["runs"], {"results": [result()]}]
    }

    assert [report.tool for report in read(document)] == ["CodeQL", "CodeQL", "ruff", "an unnamed tool"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    text = json.dumps(sarif(result(message={"text": "Größe"})), ensure_ascii=False)

    assert [report.text for report in read_sarif(text.encode(encoding), PATHS)] == ["Größe"]


@pytest.mark.parametrize(
    ("data", "problem", "remedy"),
    [
        (b"", "the file is empty", "check that the analyser ran"),
        (b" \n", "the file is empty", "check that the analyser ran"),
        (b"shop/orders.py:3:8: F401", "not valid JSON", "have the analyser write SARIF"),
        (b'{"runs": [', "not valid JSON", "have the analyser write SARIF"),
        (b"[]", "JSON but not SARIF", "have the analyser write SARIF"),
        (b'{"results": []}', "JSON but not SARIF", "have the analyser write SARIF"),
        (b'{"runs": {}}', "JSON but not SARIF", "have the analyser write SARIF"),
        (b'{"version": "1.0.0", "runs": []}', "SARIF version 1.0.0", "2.1.0"),
        (b'{"runs": ' + b"[" * 100_000, "not valid JSON", "have the analyser write SARIF"),
        (b"\xff\xff\xff{", "neither UTF-8 nor UTF-16", "iconv"),
        (gzip.compress(b"{}", mtime=0), "compressed", "gunzip"),
        (b" " * (MAX_SARIF + 1), "larger than 50 MB", "only the changed files"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_do(data: bytes, problem: str, remedy: str) -> None:
    with pytest.raises(SarifError) as refused:
        read_sarif(data, PATHS)

    assert problem in str(refused.value)
    assert remedy in str(refused.value)


def test_halves_of_characters_do_not_matter() -> None:
    assert [report.text for report in read(sarif(result(message={"text": "half \ud83d"})))] == ["half \ufffd"]


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "[a](" * 20_000, "\\[" * 50_000, "{" * 50_000, "{0}" * 30_000]
)
def test_hostile_texts_are_cut(text: str) -> None:
    [report] = read(sarif(result(message={"text": text, "arguments": ["{0}" * 1000]})))

    assert len(report.text) <= 500


KEYS = st.sampled_from(
    re.findall(
        r"\w+",
        "runs tool driver extensions rules id name results ruleId ruleIndex rule index toolComponent level"
        " kind message text arguments locations physicalLocation artifactLocation uri uriBaseId region"
        " startLine endLine suppressions properties originalUriBaseIds artifacts location invocations"
        " workingDirectory messageStrings defaultConfiguration",
    )
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["shop/orders.py", "error", "file:///", "..", "%", "\\\\host\\x", "{0}", "A1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


@given(VALUES, VALUES, VALUES)
def test_whatever_stands_in_a_file_is_read_or_passed_over(run: object, tool: object, odd: object) -> None:
    odd_result = odd if isinstance(odd, dict) else {"message": odd, "locations": odd, "ruleId": odd}
    document = {"runs": [run, {"tool": tool, "results": [odd_result, result(rule=odd, properties=odd)]}]}
    for report in read(document):
        assert report.path in PATHS
        assert 1 <= report.line <= report.end


@given(st.binary(max_size=200))
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(SarifError):
        read_sarif(data, PATHS)


@given(st.data())
def test_a_real_file_with_one_odd_value_keeps_the_rest(data: st.DataObject) -> None:
    """Any value below the results may be of any type: other results are read all the same."""
    document = json.loads(json.dumps(CODEQL))
    node = document["runs"][0]["results"][0]
    while isinstance(node, dict | list) and node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.booleans()):
            node[key] = data.draw(VALUES)
            break
        node = node[key]

    assert "py/unused-import" in [report.rule for report in read(document)]
