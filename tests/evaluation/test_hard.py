"""The hard seeded set is well formed: size, places, terms, twins, and what a reader needs."""

import difflib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.core.diff import parse_diff
from bot.core.evaluation.dataset import Golden, Needs, read_dataset
from tests.evaluation.hard import FOLDER, Story, Tree, diff, read_stories, write_tree

LANGUAGES = {"c", "go", "java", "javascript", "php", "python", "ruby", "rust"}
CATEGORIES = {
    *("correctness", "security", "concurrency", "resources", "performance", "compatibility", "data-loss"),
}
PER_LANGUAGE = 8
CHANGED = range(80, 301)
TWINS_DIFFER = 0.15
"""The share of a change's lines in which its clean twin differs at most."""

STORIES = list(read_stories())
HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(?P<start>\d+)")

each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id.removeprefix("hard/"))


def shown(patch: str) -> dict[int, str]:
    """The marks of a patch's lines by their number at the head: added, or context."""
    marks, number = {}, 0
    for line in patch.splitlines():
        if hunk := HUNK.match(line):
            number = int(hunk["start"])
        elif line[:1] in ("+", " "):
            marks[number] = line[0]
            number += 1
    return marks


def changed(before: Tree, after: Tree) -> int:
    return sum(
        len(re.findall(r"^[+-]", file.patch or "", re.MULTILINE)) for file in parse_diff(diff(before, after))
    )


def same_meaning(comment: Golden, text: str) -> bool:
    return all(any(term in text.lower() for term in group) for group in comment.terms)


def test_every_language_has_its_stories() -> None:
    counts = Counter(story.language for story in STORIES)

    assert set(counts) == LANGUAGES
    assert set(counts.values()) == {PER_LANGUAGE}, counts


def test_some_defects_need_more_than_the_diff() -> None:
    for language in {story.language for story in STORIES}:
        needs = [{one.needs for one in story.golden} for story in STORIES if story.language == language]

        assert sum(Needs.DIFF not in one for one in needs) >= 3, language
        assert sum(Needs.REPOSITORY in one for one in needs) >= 2, language


@each_story
def test_a_story_is_complete(story: Story) -> None:
    assert story.body
    assert story.commits
    assert story.golden
    assert story.faulty != story.right
    assert set(story.removed) <= set(story.before)
    for comment in story.golden:
        assert comment.severity
        assert comment.needs
        assert comment.category in CATEGORIES
        assert len(comment.terms) >= 2


@each_story
def test_folders_hold_only_files_that_differ(story: Story) -> None:
    folder = FOLDER / story.language / story.name
    known = {file.name for file in folder.iterdir()}
    assert known <= {"case.toml", "before", "after", "clean"}

    for name, base in (("after", story.before), ("clean", story.faulty)):
        for file in (path for path in (folder / name).rglob("*") if path.is_file()):
            path, text = file.relative_to(folder / name).as_posix(), file.read_text(encoding="utf-8")
            assert base.get(path) != text, f"{name}/{path}"
            assert path not in story.removed
    for tree in (story.before, story.faulty, story.right):
        for path, text in tree.items():
            assert text.endswith("\n"), path
            assert not re.search(r"[ \t]$", text, re.MULTILINE) or path.endswith(".md"), path


@each_story
def test_a_change_has_a_realistic_size(story: Story) -> None:
    assert changed(story.before, story.faulty) in CHANGED
    assert changed(story.before, story.right) in CHANGED


@each_story
def test_a_golden_comment_stands_on_a_line_of_the_diff(story: Story) -> None:
    case, _ = next(story.heads())
    files = {file.path: file for file in case.change().files}
    for comment in case.golden:
        assert comment.path in files
        assert comment.line
        assert comment.end
        marks = shown(files[comment.path].patch or "")
        allowed = "+" if comment.needs is Needs.DIFF else "+ "
        for number in (comment.line, comment.end):
            assert marks.get(number, "-") in allowed, f"{comment.path}:{number}"


@each_story
def test_what_needs_the_repository_has_an_unchanged_neighbour(story: Story) -> None:
    if any(comment.needs is Needs.REPOSITORY for comment in story.golden):
        assert any(story.faulty.get(path) == text for path, text in story.before.items())


@each_story
def test_twins_are_alike(story: Story) -> None:
    different = 0
    for path in story.faulty.keys() | story.right.keys():
        first, second = story.faulty.get(path, ""), story.right.get(path, "")
        codes = difflib.SequenceMatcher(None, first.splitlines(), second.splitlines(), autojunk=False)
        different += sum(max(b - a, d - c) for tag, a, b, c, d in codes.get_opcodes() if tag != "equal")

    assert 0 < different <= TWINS_DIFFER * changed(story.before, story.faulty)


@each_story
def test_the_author_does_not_give_the_defect_away(story: Story) -> None:
    told = " ".join((story.title, story.body, *story.commits))
    for comment in story.golden:
        assert all(term == term.lower() for group in comment.terms for term in group)
        assert same_meaning(comment, comment.text), "its own text lacks one of its terms"
        assert not same_meaning(comment, told)


def test_the_dataset_can_be_read_and_is_always_the_same() -> None:
    def lines() -> list[str]:
        return [case.model_dump_json(exclude_defaults=True) for story in STORIES for case, _ in story.heads()]

    first = lines()

    assert first == lines()
    cases = list(read_dataset(first, "hard"))
    assert len(cases) == 2 * len(STORIES)
    assert sum(case.is_clean for case in cases) == len(STORIES)
    for case in cases:
        assert {file.path for file in case.change().files} >= set(case.texts)
        json.dumps(case.texts)


def test_new_and_deleted_files_have_the_headers_that_git_writes() -> None:
    printed = diff({"gone": "1\n", "kept": "2\n"}, {"kept": "3\n", "sub/new": "4\n"})

    assert [line for line in printed.splitlines() if line.startswith(("diff", "---", "+++"))] == [
        *("diff --git a/gone b/gone", "--- a/gone", "+++ /dev/null"),
        *("diff --git a/kept b/kept", "--- a/kept", "+++ b/kept"),
        *("diff --git a/sub/new b/sub/new", "--- /dev/null", "+++ b/sub/new"),
    ]


def test_a_head_is_written_as_a_whole(tmp_path: Path) -> None:
    story = STORIES[0]
    for case, head in story.heads():
        write_tree(tmp_path / case.id, head)

        for path, text in head.items():
            assert (tmp_path / case.id / path).read_text(encoding="utf-8") == text
