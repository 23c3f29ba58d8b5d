"""The function can read the files of its change, before and after, and nothing else of the repository."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from bot.core.change import Change, File, FileStatus, PullRef
from bot.core.errors import Refused
from bot.core.llm.messages import Excerpt, Failure, Revision, TextLocation
from bot.review.ports import Forge
from bot.review.produce.source_files import MOST, ForgeLibrary

REF = PullRef(repository="acme/shop", number=1)


def file(path: str, **words: object) -> File:
    values = {"path": path, "status": FileStatus.MODIFIED, "additions": 1, "deletions": 1}
    return File.model_validate(values | words)


CHANGE = Change(
    origin="base" * 10,
    head="head" * 10,
    files=(
        file("a.py"),
        file("new.py", previous="old.py", status=FileStatus.RENAMED),
        file("gen.js", skip="it is generated"),
    ),
)


class Shelf:
    """A forge with texts by commit and path; records its calls."""

    def __init__(self, texts: Mapping[tuple[str, str], str | None]) -> None:
        self.texts_by_place = texts
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    async def texts(self, ref: PullRef, revision: str, paths: Sequence[str]) -> Mapping[str, str | None]:
        assert ref == REF
        self.asked.append((revision[:4], tuple(paths)))
        found = {path: self.texts_by_place.get((revision[:4], path), "") for path in paths}
        return {path: text for path, text in found.items() if text != ""}


def place(path: str, revision: str = "head") -> TextLocation:
    return TextLocation(id=f"text/{path}", path=path, revision=Revision(revision))


async def read(config_source: Shelf, *places: TextLocation, change: Change = CHANGE) -> list[str]:
    """The texts, or the reasons of failures."""
    found = await ForgeLibrary(cast("Forge", config_source), REF).read(change, places)
    assert all(isinstance(one, Excerpt) or one.kind == "refused" for one in found)
    return [one.message if isinstance(one, Failure) else one.text for one in found]


async def test_texts_come_in_the_order_of_their_places_from_the_right_commits() -> None:
    config_source = Shelf({("head", "a.py"): "new a", ("base", "a.py"): "old a", ("base", "old.py"): "old"})
    told = await read(
        config_source,
        place("a.py"),
        place("old.py", "base"),
        place("a.py", "base"),
        place("a.py"),
        place("new.py"),
    )

    assert ["new a", "old", "old a", "new a", "there is no new.py at the head"] == told
    assert [("base", ("old.py", "a.py")), ("head", ("a.py", "new.py"))] == config_source.asked


@pytest.mark.parametrize(
    "path", ["secrets.env", "gen.js", "../a.py", "./a.py", "A.py", ".github/workflows/x.yml"]
)
async def test_what_is_not_to_be_reviewed_is_not_asked_for(path: str) -> None:
    config_source = Shelf({("head", path): "secret", ("base", path): "secret"})

    for revision in Revision:
        [told] = await read(config_source, place(path, revision))
        assert f"{path} is not one of the files to review" == told
    assert not config_source.asked


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "is not text, or is too large"),
        ("a\0b", "is not text, or is too large"),
        ("é" * (MOST // 2 + 1), "is larger than 500,000 bytes"),
    ],
)
async def test_what_is_no_text_or_too_large_is_refused(text: str | None, reason: str) -> None:
    [told] = await read(Shelf({("head", "a.py"): text}), place("a.py"))

    assert f"a.py {reason}" == told


async def test_a_text_of_the_largest_size_is_handed_out() -> None:
    assert ["x" * MOST] == await read(Shelf({("head", "a.py"): "x" * MOST}), place("a.py"))


async def test_a_change_without_commits_has_no_texts() -> None:
    config_source = Shelf({})
    told = await read(config_source, place("a.py"), change=CHANGE.model_copy(update={"head": ""}))

    assert ["there is no a.py at the head"] == told
    assert not config_source.asked


async def test_texts_that_are_refused_are_told_to_the_function_and_stop_no_review() -> None:
    class Shut(Shelf):
        async def texts(self, ref: PullRef, revision: str, paths: Sequence[str]) -> Mapping[str, str | None]:
            raise Refused("GitHub refused: 403")

    told = await read(Shut({}), place("a.py"), place("secret.py"))

    assert told == [
        "a.py cannot be read: GitHub refused: 403",
        "secret.py is not one of the files to review",
    ]
