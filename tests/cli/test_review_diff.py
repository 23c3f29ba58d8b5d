"""`review-bot review` of a diff, from a file or from standard input."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web

from bot.cli import change_sources
from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene
from tests.stories.diffs import DOCS, LOOP
from tests.stories.test_story_tokens import new_file

ROOT = Path(__file__).parents[2]
REPORT = {
    "files",
    "unlisted_files",
    "summary",
    "findings",
    "unsure",
    "reports",
    "questions",
    "usage",
    "model",
    "timings",
}
FILE = {"path", "previous", "status", "additions", "deletions", "reviewed", "reason"}
FINDING = {
    "path",
    "line",
    "end_line",
    "side",
    "severity",
    "category",
    "confidence",
    "title",
    "body",
    "replacement",
    "source",
    "also",
}

RISKY = """\
diff --git a/shop/fetch.py b/shop/fetch.py
--- a/shop/fetch.py
+++ b/shop/fetch.py
@@ -1,2 +1,2 @@
 import requests
-page = requests.get(url)
+page = requests.get(url, verify=False)
"""
MIXED = """\
diff --git a/old name.txt b/new name.txt
similarity index 100%
rename from old name.txt
rename to new name.txt
diff --git a/logo.png b/logo.png
index 1111111..2222222 100644
Binary files a/logo.png and b/logo.png differ
diff --git a/gone.py b/gone.py
deleted file mode 100644
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-x = 1
"""
FOUND = {"path": "shop/cart.py", "line": 2, "end_line": 2}


def test_a_file_and_standard_input_are_reviewed_alike(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.diff").write_text(LOOP + DOCS, encoding="utf-8")
    from_file = run("review", "--diff", "x.diff", "--json")
    from_stdin = run("review", "--diff", "-", "--json", stdin=(LOOP + DOCS).encode())

    assert 0 == from_file.status == from_stdin.status
    assert ["shop/cart.py", "docs/cart.md"] == from_file.paths
    assert {**from_file.json, "timings": {}} == {**from_stdin.json, "timings": {}}


def test_json_has_the_promised_keys_and_no_others(run: Run, town: GitHubScene) -> None:
    town.model.findings = [FOUND]
    ran = run("review", "--diff", "-", "--json", stdin=(LOOP + RISKY + MIXED).encode())
    told = ran.json

    assert set(told) == REPORT
    assert all(set(file) == FILE for file in told["files"])
    assert all(set(finding) == FINDING for finding in told["findings"])
    assert {"model", "signal"} == {finding["source"] for finding in told["findings"]}
    assert "gpt-5-mini" == told["model"]
    assert {"prompt", "answer", "cached", "estimated", "requests", "reused"} == set(told["usage"])
    assert told["usage"]["requests"] == len(town.model.asked) > 0
    assert {"fetch", "load", "review"} == set(told["timings"])
    assert [question["messages"][-1]["text"] for question in told["questions"]] == [
        body["messages"][-1]["content"] for body in town.model.asked
    ]
    assert all(question["answer"] for question in told["questions"])


def test_models_read_the_title_and_description_that_are_given(
    run: Run, town: GitHubScene, tmp_path: Path
) -> None:
    (tmp_path / "body.md").write_text("Totals of empty carts are wanted.", encoding="utf-8")
    options = ("--diff", "-", "--title", "Sum the rest", "--body-file", "body.md")

    run("review", *options, stdin=LOOP.encode())

    assert "Sum the rest" in str(town.model.asked[0]["messages"])
    assert "Totals of empty carts are wanted." in str(town.model.asked[0]["messages"])


def test_a_description_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "body.md").write_bytes(b"\xff\xfe")
    pull = ("--pull", "https://github.com/acme/shop/pull/1")

    for name, problem in (("no.md", "--body-file no.md: No such file"), ("body.md", "not UTF-8")):
        assert problem in run("review", "--diff", "-", "--body-file", name, stdin=LOOP.encode()).err
    assert "--title and --body-file need --diff or --base" in run("review", *pull, "--title", "x").err


@pytest.mark.parametrize(
    "babble",
    [
        {"title": "The diff is:", "body": "The diff is:"},
        {"title": "shop/cart.py", "body": "The diff is:"},
        {"title": "The diff is:", "body": "first = items[0] rest = items[1:] return first + sum(rest)"},
        {"title": "Noted about the whole change before its parts are read", "body": ""},
    ],
)
def test_a_model_that_babbles_is_not_repeated(run: Run, town: GitHubScene, babble: dict[str, str]) -> None:
    town.model.findings = [{**FOUND, **babble}]
    told = run("review", "--diff", "-", "--json", stdin=LOOP.encode()).json

    assert [finding for finding in told["findings"] if finding["source"] == "model"] == []
    assert "One statement of the model was dropped" in told["summary"]


def test_every_file_of_the_diff_has_one_entry(run: Run) -> None:
    told = run("review", "--diff", "-", "--json", stdin=(MIXED + LOOP).encode()).json["files"]
    entries = [(file["path"], file["previous"], file["status"]) for file in told]

    assert [
        ("new name.txt", "old name.txt", "renamed"),
        ("logo.png", None, "modified"),
        ("gone.py", None, "removed"),
        ("shop/cart.py", None, "modified"),
    ] == entries
    assert (3, 1) == (told[3]["additions"], told[3]["deletions"])
    assert all(file["reviewed"] != bool(file["reason"]) for file in told)


def test_the_model_s_words_are_in_the_summary(run: Run, town: GitHubScene) -> None:
    town.model.risks = ["The total may be slower."]
    told = run("review", "--diff", "-", "--json", stdin=LOOP.encode()).json["summary"]

    assert told.startswith("Makes the thing do what it says.")
    assert "### Hidden risks\n\n- The total may be slower. (`shop/cart.py`)" in told
    assert "### Major changes\n\n- The thing is rewritten." in told


def test_without_a_model_signals_are_told(run: Run) -> None:
    ran = run("review", "--diff", "-", "--json", stdin=RISKY.encode())
    [finding] = [finding for finding in ran.json["findings"] if finding["category"] == "security"]

    assert ran.json["model"] is None
    assert ("shop/fetch.py", 2, 2) == (finding["path"], finding["line"], finding["end_line"])
    assert "signal" == finding["source"]


def test_people_get_the_comment_without_its_hidden_parts(run: Run) -> None:
    ran = run("review", "--diff", "-", stdin=RISKY.encode())

    assert 0 == ran.status
    assert "shop/fetch.py" in ran.out
    assert "No model is configured" in ran.out
    assert "<!--" not in ran.out
    assert "<details>" not in ran.out


def test_a_terminal_without_unicode_will_do(tmp_path: Path) -> None:
    (tmp_path / "x.diff").write_text(RISKY, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "bot.cli", "review", "--diff", "x.diff"]
    ran = subprocess.run(command, capture_output=True, check=False, env=environment)

    assert (0, b"") == (ran.returncode, ran.stderr)
    assert b"shop/fetch.py" in ran.stdout


def test_a_model_that_fails_does_not_fail_the_review(run: Run, town: GitHubScene) -> None:
    town.model.respond = lambda _: "no JSON"
    ran = run("review", "--diff", "-", "--json", stdin=LOOP.encode())
    [file] = ran.json["files"]

    assert 0 == ran.status
    assert not file["reviewed"]
    assert "could not be parsed" in file["reason"]


def test_a_budget_holds_and_what_it_leaves_out_is_named(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDGET_REVIEW", "20000")
    monkeypatch.setenv("OPENAI_ANSWER", "1024")
    big = "".join(new_file(nth) for nth in range(12)).encode()
    ran = run("review", "--diff", "-", "--json", stdin=big)
    paid = ran.json["usage"]
    left_out = [file["reason"] for file in ran.json["files"] if not file["reviewed"]]

    assert 0 < paid["prompt"] + paid["answer"] <= 20_000
    assert left_out
    assert all("the budget is spent (BUDGET_REVIEW=20000)" in reason for reason in left_out)
    assert "BUDGET_REVIEW" in ran.json["summary"]


def test_a_count_of_our_own_is_called_estimated(run: Run, town: GitHubScene) -> None:
    town.model.wrap = lambda text, _: web.json_response({"choices": [{"message": {"content": text}}]})
    ran = run("review", "--diff", "-", "--json", stdin=LOOP.encode())

    assert ran.json["usage"]["estimated"]
    assert ran.json["usage"]["prompt"] > 500
    assert "Tokens (estimated): " in run("review", "--diff", "-", stdin=LOOP.encode()).out


def test_a_small_context_is_enough_by_itself(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CONTEXT", "8192")
    ran = run("review", "--diff", "-", "--json", stdin=LOOP.encode())

    assert [True] == [file["reviewed"] for file in ran.json["files"]]
    assert all(body["max_completion_tokens"] <= 2048 for body in town.model.asked)


@pytest.mark.parametrize("context", ["2048", "4096"])
def test_a_context_that_is_too_small_is_told_in_a_sentence(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch, context: str
) -> None:
    monkeypatch.setenv("OPENAI_CONTEXT", context)
    ran = run("review", "--diff", "-", "--json", stdin=LOOP.encode())

    [file] = ran.json["files"]
    assert 0 == ran.status
    assert file["reviewed"] or "context is too small" in file["reason"]


def test_a_context_that_is_too_small_leaves_the_review_to_the_rules(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_MODEL", "some-model")  # whose tokens are not counted exactly
    monkeypatch.setenv("OPENAI_CONTEXT", "2048")
    ran = run("review", "--diff", "-", "--json", stdin=RISKY.encode())

    assert (0, []) == (ran.status, town.model.asked)
    assert ran.json["findings"]
    assert "The model was not asked: the context of the model some-model is too small" in ran.json["summary"]


@pytest.mark.parametrize("diff", [b"", b"\n \n", "\ufeff\r\n".encode("utf-16-le")])
def test_an_empty_diff_is_said_to_be_empty(run: Run, town: GitHubScene, diff: bytes) -> None:
    ran = run("review", "--diff", "-", "--json", stdin=diff)
    shown = run("review", "--diff", "-", stdin=diff)

    assert (0, [], []) == (ran.status, ran.json["files"], ran.json["findings"])
    assert set(ran.json) == REPORT
    assert (0, "There is nothing to review: the diff is empty.\n", "") == (shown.status, shown.out, shown.err)
    assert not town.model.asked


def test_no_command_is_advised_where_there_is_no_pull_request(run: Run) -> None:
    assert "Comment" not in run("review", "--diff", "-", stdin=RISKY.encode()).out


def test_what_the_diff_names_without_showing_it_is_named_as_not_reviewed(run: Run) -> None:
    ran = run("review", "--diff", "-", "--json", stdin=f"Only in b: secret.py\n{RISKY}".encode())
    [named, shown] = ran.json["files"]

    assert ("secret.py", "added", False) == (named["path"], named["status"], named["reviewed"])
    assert "`diff -N`" in named["reason"]
    assert ("shop/fetch.py", True) == (shown["path"], shown["reviewed"])


def test_lines_that_nobody_knows_are_told(run: Run, town: GitHubScene) -> None:
    diff = f"{LOOP}[diff truncated]\n".encode()
    told = run("review", "--diff", "-", "--json", stdin=diff).json["summary"]
    shown = run("review", "--diff", "-", stdin=diff).out

    number = LOOP.count("\n") + 1
    assert (
        f"Line {number} of the diff: '[diff truncated]' does not belong to any file and is not reviewed."
        in told
    )
    assert f"Line {number} of the diff" in shown


def test_only_the_first_lines_that_nobody_knows_are_told(run: Run) -> None:
    diff = "".join(f"{RISKY.replace('fetch', f'fetch{number}')}junk\n" for number in range(30))
    told = run("review", "--diff", "-", "--json", stdin=diff.encode()).json["summary"]

    assert 20 == told.count("'junk' does not belong to any file")
    assert "10 more parts of the diff are not reviewed." in told


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_diff_that_windows_saved_is_read(run: Run, town: GitHubScene, encoding: str) -> None:
    diff = (LOOP + DOCS).replace("\n", "\r\n").encode(encoding)
    ran = run("review", "--diff", "-", "--json", stdin=diff)
    plain = run("review", "--diff", "-", "--json", stdin=(LOOP + DOCS).encode())

    assert ran.json["files"] == plain.json["files"]
    assert "\r" not in str(town.model.asked)


def test_a_diff_too_large_to_read_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_sources, "_MAX_DIFF", 1_000_000)
    ran = run("review", "--diff", "-", stdin=b"x" * 1_000_001)

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert "--diff -: the diff is larger than 1 MB; exclude generated files" in ran.err


def test_everything_that_is_wrong_is_told_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    ran = run("review", "--diff", "", "--base", "main", "--post")
    lines = ran.err.splitlines()

    assert 1 == ran.status
    assert all(line.startswith("review-bot: ") for line in lines)
    assert "review-bot: --diff and --base cannot be combined; use one of them" == lines[0]
    assert "review-bot: --diff is empty" in lines[1]
    assert "review-bot: --post needs --pull" in lines[2]
    assert "LOG_LEVEL" in lines[3]


def test_bytes_that_are_no_text_do_not_stop_a_review(run: Run) -> None:
    diff = LOOP.encode().replace(b"# the end", b"# th\xe9 \xff\xfe\0 end")
    ran = run("review", "--diff", "-", "--json", stdin=diff)

    assert (0, ["shop/cart.py"]) == (ran.status, ran.paths)


@pytest.mark.timeout(120)
def test_ten_megabytes_are_reviewed(run: Run) -> None:
    text = "+" + "A sentence of documentation, as there are many.\n+" * 2000 + "The end.\n"
    section = (
        "diff --git a/docs/{0}.md b/docs/{0}.md\nnew file mode 100644\n--- /dev/null\n+++ b/docs/{0}.md\n"
        "@@ -0,0 +1,2001 @@\n" + text
    )
    diff = "".join(section.format(number) for number in range(105)).encode()
    ran = run("review", "--diff", "-", "--json", stdin=diff)

    assert len(diff) > 10_000_000
    assert (0, 105) == (ran.status, len(ran.json["files"]))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--diff", "nowhere.diff"), "--diff nowhere.diff: No such file or directory"),
        (("--diff", "."), "--diff .: Is a directory; name a file with a diff"),
        (
            ("--diff", "main"),
            "--diff main: No such file or directory; --diff needs a file with a diff, --base",
        ),
        (("--diff", "-"), "--diff -: line 1 of the diff: not a diff"),
        (("--diff", "-"), "begins with 'dear diary'; expected `git diff` or `diff -u`"),
        ((), "specify what to review"),
        (("--diff", ""), "--diff is empty; name a file with a diff, or - for standard input"),
        (("--diff", "-", "--base", "main"), "--diff and --base cannot be combined"),
        (("--diff", "-", "--pull", "https://github.com/a/b/pull/1"), "--diff and --pull cannot be combined"),
        (("--base", "main", "--post"), "--post needs --pull"),
        (("--pull", "https://example.org/x"), "is not the address of a pull request"),
    ],
)
def test_bad_input_is_told_in_one_line(run: Run, words: tuple[str, ...], told: str) -> None:
    ran = run("review", *words, stdin=b"dear diary")

    assert (1, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert ran.err.startswith(f"review-bot: {told}") or told in ran.err


def test_a_diff_that_ends_too_early_is_refused_with_its_line(run: Run) -> None:
    ran = run("review", "--diff", "-", stdin=LOOP.encode()[:180])

    assert 1 == ran.status
    assert "line 5 of the diff" in ran.err
