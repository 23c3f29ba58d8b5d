"""The documentation names files, classes and sections that exist."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "wasm_modules/README.md")),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "deploy").glob("*.md"),
    ]
)
RULES = sorted((ROOT / "docs" / "rules").glob("*.md"))
"""Their examples mention files that need not exist."""
PACKAGES = ("bot", "github_simulator")
PATH = re.compile(r"(?<![\w/.-])(?:bot|github_simulator|tests)/[\w/.-]*\w")
FILE = re.compile(r"`((?:deploy|docs|prompts|wasm_modules)/[\w/.-]*\w)`")
MODULE = re.compile(r"(?<![\w./-])(?:bot|tests)\.[a-z_]+(?:\.[a-z_]+)*")
CLASS = re.compile(r"`((?:[a-z_]+\.)+)([A-Z]\w+)((?:\.\w+)*)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([\w-]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


class Mention(NamedTuple):
    page: str
    text: str


def mentions(pattern: re.Pattern[str], group: int = 0) -> Iterator[Mention]:
    for page in PAGES:
        for found in pattern.finditer(page.read_text(encoding="utf-8")):
            yield Mention(page.relative_to(ROOT).as_posix(), found[group])


@cache
def modules() -> dict[str, list[str]]:
    """The modules that a dotted name may end with: "queue.jobs" stands for "bot.engine.queue.jobs"."""
    endings: dict[str, list[str]] = {}
    for path in (path for name in PACKAGES for path in (ROOT / name).rglob("*.py")):
        parts = [part for part in path.relative_to(ROOT).with_suffix("").parts if part != "__init__"]
        for start in range(len(parts)):
            endings.setdefault(".".join(parts[start:]), []).append(".".join(parts))
    return endings


def has(module: str, attributes: list[str]) -> bool:
    value: object = import_module(module)
    for attribute in attributes:
        value = getattr(value, attribute, None)
    return value is not None


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("mention", [*mentions(PATH), *mentions(FILE, 1)], ids=lambda mention: mention.text)
def test_paths_exist(mention: Mention) -> None:
    assert any((ROOT / f"{mention.text}{ending}").exists() for ending in ("", ".py")), mention.page


@pytest.mark.parametrize("mention", list(mentions(MODULE)), ids=lambda mention: mention.text)
def test_modules_exist(mention: Mention) -> None:
    path = ROOT / mention.text.replace(".", "/")
    assert path.is_dir() or path.with_suffix(".py").is_file(), mention.page


@pytest.mark.parametrize("mention", list(mentions(CLASS)), ids=lambda mention: mention.text)
def test_classes_exist(mention: Mention) -> None:
    found = CLASS.fullmatch(mention.text)
    assert found
    module, attributes = found[1].removesuffix("."), [found[2], *found[3].split(".")[1:]]
    assert any(has(whole, attributes) for whole in modules().get(module, [])), mention.page


@pytest.mark.parametrize("page", [*PAGES, *RULES], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"
