"""The elsewhere set is well formed, and its tool tells what a review shows."""

import re
from collections import Counter

import pytest

from tests.evaluation.elsewhere import chosen, misses, report, run
from tests.evaluation.elsewhere_cases import (
    FOLDER,
    Edit,
    ElsewhereCase,
    Kind,
    Needed,
    Repository,
    plain,
    read_repositories,
)

LANGUAGES = {"csharp", "go", "java", "php", "python", "ruby", "rust", "typescript"}
PER_LANGUAGE = 12
PER_KIND = 14
MOST_BYTES = 1_200_000

REPOSITORIES = list(read_repositories())
CASES = [case for repository in REPOSITORIES for case in repository.cases]

each_repository = pytest.mark.parametrize("repository", REPOSITORIES, ids=lambda one: one.language)


SMALL = {"a.py": "import b\n\nb.go(1)\n", "b.py": "def go(hours):\n    return hours\n"}


def problems(needed: str, edit: Edit) -> list[str]:
    """Of a case in a small repository."""
    needs = (Needed(path="b.py", text=needed),)
    told = {"id": "python/x", "kind": Kind.DEFINITION, "language": "python", "title": "t", "body": "b"}
    case = ElsewhereCase.model_validate({**told, "why": "w", "needed": needs, "edits": (edit,)})
    repository = Repository(language="python", base=SMALL, earlier=(), cases=(case,))
    return list(repository.problems(case))


def test_every_language_and_kind_has_its_cases() -> None:
    languages, kinds = Counter(case.language for case in CASES), Counter(case.kind for case in CASES)

    assert set(languages) == LANGUAGES
    assert min(languages.values()) >= PER_LANGUAGE, languages
    assert set(kinds) == set(Kind)
    assert min(kinds.values()) >= PER_KIND, kinds


def test_names_and_titles_are_used_once() -> None:
    assert [name for name, times in Counter(case.id for case in CASES).items() if times > 1] == []
    assert [name for name, times in Counter(case.title for case in CASES).items() if times > 1] == []


def test_the_set_is_small() -> None:
    files = [file for file in FOLDER.rglob("*") if file.is_file()]

    assert sum(file.stat().st_size for file in files) < MOST_BYTES


@each_repository
def test_edits_apply_and_what_is_needed_is_elsewhere(repository: Repository) -> None:
    assert [text for case in repository.cases for text in repository.problems(case)] == []


@each_repository
def test_history_is_needed_by_cases_of_that_kind_only(repository: Repository) -> None:
    assert repository.first != repository.base
    for case in repository.cases:
        from_history = [not needed.path for needed in case.needed]

        assert all(from_history) if case.kind is Kind.HISTORY else not any(from_history), case.id


@each_repository
def test_files_are_plain_text(repository: Repository) -> None:
    for path, text in repository.base.items():
        assert text.endswith("\n"), path
        assert not re.search(r"[ \t]$", text, re.MULTILINE), path


@pytest.mark.parametrize(
    ("needed", "edit", "problem"),
    [
        ("return minutes", Edit(path="a.py", old="go(1)", new="go(2)"), "is there 0 times"),
        ("return hours", Edit(path="b.py", old="(hours):", new="(hours=1):"), "the change shows"),
        ("return hours", Edit(path="a.py", old="go(2)", new="go(3)"), "0 times"),
        ("return hours", Edit(path="c.py", removed=True), "c.py is missing"),
        ("return hours", Edit(path="a.py", new="x"), "a.py is there already"),
        ("return hours", Edit(path="c.py", new="    return hours\n"), "the change shows"),
    ],
)
def test_an_invalid_case_is_recognised(needed: str, edit: Edit, problem: str) -> None:
    assert any(problem in text for text in problems(needed, edit))


def test_a_valid_case_has_no_problem() -> None:
    assert problems("return hours", Edit(path="a.py", old="go(1)", new="go(2)")) == []


def test_line_numbers_and_spaces_do_not_matter() -> None:
    assert plain("  12 |    x =  1\n\n") == plain("x = 1") == plain("7+|x = 1")
    assert plain("a | b") == "a | b"


async def test_the_tool_tells_what_is_in_the_prompts() -> None:
    results = await run(chosen("python/definition-minutes") + chosen("typescript/history-pause"))
    shown, hidden = results

    assert [case.case.id for case in results] == ["python/definition-minutes", "typescript/history-pause"]
    assert shown.missing == ()
    assert shown.missing_without == shown.case.needed
    assert shown.tokens > shown.tokens_without > 1000
    assert hidden.missing_without == hidden.case.needed
    assert "prompt tokens of a review" in report(results)
    assert f"typescript/history-pause: an earlier commit\n    {hidden.case.needed[0].text}" in misses(
        [hidden.model_copy(update={"missing": hidden.case.needed})]
    )


async def test_the_tool_refuses_an_invalid_set() -> None:
    repository = chosen("python/definition-minutes")[0]
    case = repository.cases[0].model_copy(update={"needed": (Needed(path="README.md", text="nowhere"),)})

    with pytest.raises(ValueError, match="'nowhere' is there 0 times"):
        await run([repository.model_copy(update={"cases": (case,)})])
