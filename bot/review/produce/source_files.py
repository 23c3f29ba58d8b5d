"""Provides the texts of a pull request's files to the review function.

The function may be third-party code, and its input may end up in a prompt. So it can read only the files that
the change touches, before and after the change.
"""

from collections.abc import Collection, Mapping, Sequence

import structlog

from bot.core.change import Change, PullRef
from bot.core.errors import Refused
from bot.core.llm.messages import Excerpt, Failure, FailureKind, Revision, TextLocation
from bot.review.ports import Forge

log = structlog.get_logger()

MOST = 500_000  # bytes of one text


class ForgeLibrary:
    """The files of `pull` at the head and at the base, read from the forge."""

    def __init__(self, forge: Forge, pull: PullRef) -> None:
        self._forge = forge
        self._pull = pull

    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:
        """The texts at `places`, in their order, with a failure for each that GitHub refuses.

        Raises `Retry` when they cannot be read now.
        """
        granted = paths_of(change)
        texts = {
            revision: await self._texts(commit_of(change, revision), paths)
            for revision in Revision
            if (paths := _granted_paths(places, revision, granted))
        }
        return [
            _answer(place, texts[place.revision]) if place.path in granted else not_granted(place)
            for place in places
        ]

    async def _texts(self, commit: str, paths: Sequence[str]) -> Mapping[str, str | None] | Refused:
        try:
            return await self._forge.texts(self._pull, commit, paths) if commit else {}
        except Refused as error:
            log.warning("source_files_unreadable", pull=str(self._pull), reason=str(error))
            return error


def _answer(place: TextLocation, texts: Mapping[str, str | None] | Refused) -> Excerpt | Failure:
    if isinstance(texts, Refused):
        return refused(f"{place.path} cannot be read: {texts}")
    return text_at(place, texts)


def paths_of(change: Change) -> frozenset[str]:
    """The new and the previous paths of the files to review."""
    reviewed = [file for file in change.files if file.skip is None]
    return frozenset(path for file in reviewed for path in (file.path, file.previous) if path)


def commit_of(change: Change, revision: Revision) -> str:
    """The commit of `revision`; the base is the merge base. Empty if it is unknown."""
    return change.head if revision is Revision.HEAD else change.origin


def text_at(place: TextLocation, texts: Mapping[str, str | None]) -> Excerpt | Failure:
    """The text at `place`. None in `texts` stands for a file that is not text or is too large."""
    if place.path not in texts:
        return refused(f"there is no {place.path} at the {place.revision}")
    text = texts[place.path]
    if text is None or "\0" in text:
        return refused(f"{place.path} is not text, or is too large")
    if len(text.encode("utf-8", "replace")) > MOST:
        return refused(f"{place.path} is larger than {MOST:,} bytes")
    return Excerpt(text=text)


def not_granted(place: TextLocation) -> Failure:
    return refused(f"{place.path} is not one of the files to review")


def refused(message: str) -> Failure:
    return Failure(kind=FailureKind.REFUSED, message=message)


def _granted_paths(
    places: Sequence[TextLocation], revision: Revision, granted: Collection[str]
) -> Sequence[str]:
    """The paths to look up, each once."""
    here = (place.path for place in places if place.revision is revision)
    return tuple(dict.fromkeys(path for path in here if path in granted))
