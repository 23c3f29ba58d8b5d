"""Names: one word for one thing, and words of the field for modules."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
# fmt: off
PRIVATE_WORDS = {
    "aside", "awaited", "bell", "bench", "conduct", "desk", "dice", "door", "endings", "fate", "fates",
    "folding", "gate", "gates", "grants", "held", "house", "journey", "keeper", "keepers", "lane",
    "lanes", "likeness", "making", "mend", "mishap", "orders", "patrol", "permits", "purse", "relay",
    "remarks", "rest", "room", "shelf", "shown", "standing", "sweep", "talk", "telling", "told",
    "traces", "untracked", "voice", "weather", "wire", "wish", "workshop",
}
# fmt: on
"""Metaphors that once named modules; the glossary has the current terms."""


def classes() -> Iterator[tuple[str, Path, bool]]:
    """Name, file, and whether the class is a Protocol."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield node.name, path, any("Protocol" in ast.unparse(base) for base in node.bases)


def test_no_class_name_stands_for_two_things() -> None:
    files = defaultdict(list)
    for name, path, is_protocol in classes():
        if not is_protocol:
            files[name].append(path.relative_to(ROOT).as_posix())

    assert {name: where for name, where in files.items() if len(where) > 1} == {}


def test_modules_are_named_in_the_words_of_the_field() -> None:
    modules = [
        path.relative_to(ROOT) for root in ("bot", "github_simulator") for path in (ROOT / root).rglob("*.py")
    ]

    private = [path.as_posix() for path in modules if PRIVATE_WORDS & {*path.with_suffix("").parts}]

    assert len(modules) > 500
    assert private == []


def log_events() -> Iterator[tuple[str, str]]:
    """Where an event is logged, and its key."""
    levels = {"debug", "info", "warning", "error", "exception", "critical"}
    for package in (ROOT / "bot", ROOT / "github_simulator"):
        for path in sorted(package.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                    continue
                if ast.unparse(node.func.value) == "log" and node.func.attr in levels:
                    first = node.args[0]
                    for key in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", ast.literal_eval(key)


def test_log_events_are_short_keys_that_one_can_search_for() -> None:
    events = list(log_events())

    assert len(events) > 80
    assert [event for event in events if not re.fullmatch(r"[a-z][a-z0-9_]{1,40}", event[1])] == []
