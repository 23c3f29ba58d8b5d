"""Which learnings a review of a change gets, and how many."""

from typing import Any

from bot.core.change import Change, File, FileStatus
from bot.core.findings.learnings import LearnedReply, choose_learnings


def reply(number: int, path: str, **fields: Any) -> LearnedReply:
    usual = {
        "comment": number,
        "pull": 1,
        "author": "mira",
        "path": path,
        "finding": "F",
        "text": f"T{number}",
    }
    return LearnedReply.model_validate(usual | fields)


def change(*paths: str, **previous: str) -> Change:
    usual = {"status": FileStatus.MODIFIED, "additions": 1, "deletions": 0}
    files = [File.model_validate({"path": path, **usual}) for path in paths]
    renamed = [
        File.model_validate({"path": f"{name}.py", "previous": path, **usual, "status": FileStatus.RENAMED})
        for name, path in previous.items()
    ]
    return Change(head="a" * 40, files=(*files, *renamed))


def test_those_of_the_changed_files_are_first_and_the_newest_first() -> None:
    replies = [reply(9, "b.py"), reply(8, "a.py"), reply(7, "c.py"), reply(6, "a.py")]
    chosen = choose_learnings(change("a.py"), replies)

    assert [(one.path, one.text) for one in chosen] == [
        ("a.py", "T8"), ("a.py", "T6"), ("b.py", "T9"), ("c.py", "T7"),
    ]  # fmt: skip
    assert (chosen[0].author, chosen[0].finding) == ("mira", "F")


def test_a_renamed_file_keeps_its_learnings() -> None:
    [one] = choose_learnings(change(new="old.py"), [reply(1, "old.py", severity="critical")])

    assert one.path == "new.py"


def test_what_excuses_a_grave_finding_is_passed_for_its_file_only() -> None:
    grave = [reply(3, "a.py", severity="critical"), reply(2, "b.py", category="security"), reply(1, "b.py")]

    assert [one.text for one in choose_learnings(change("a.py"), grave)] == ["T3", "T1"]
    assert [one.text for one in choose_learnings(change("b.py"), grave)] == ["T2", "T1"]


def test_they_are_bounded_by_count_and_bytes() -> None:
    short = [reply(number, "a.py") for number in range(200)]
    long = [reply(number, "a.py", text="é" * 500) for number in range(200)]

    assert len(choose_learnings(change("a.py"), short)) == 50
    assert sum(len(one.text.encode()) for one in choose_learnings(change("a.py"), long)) <= 16_000
    assert len(choose_learnings(change("a.py"), long)) == 15
