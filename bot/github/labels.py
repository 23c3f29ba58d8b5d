"""Adds and removes labels on a pull request, and sends only the calls that change something."""

from collections.abc import Collection
from typing import Any

from bot.core.change import PullRef
from bot.github.api import Api
from bot.github.failures import CallRejected
from bot.github.paths import issue_path, part
from bot.github.shapes import LabelShape

_GONE = (404, 410)


async def put_labels(api: Api, ref: PullRef, wanted: Collection[str], unwanted: Collection[str]) -> None:
    """Adds `wanted` and removes `unwanted` labels. GitHub creates labels that the repository lacks, and
    ignores case in their names.
    """
    if not wanted and not unwanted:
        return
    path = f"{issue_path(ref)}/labels"
    current = await _current(api, ref, path)
    missing = [label for label in wanted if label.casefold() not in current]
    if missing:
        await api.update(ref, path, {"labels": missing}, list[Any], method="POST")
    kept = {label.casefold() for label in wanted}
    for label in {label.casefold() for label in unwanted} - kept:
        if label in current:
            await _remove(api, ref, path, current[label])


async def _current(api: Api, ref: PullRef, path: str) -> dict[str, str]:
    """The labels of a pull request by their case-folded names."""
    return {shape.name.casefold(): shape.name async for shape in api.pages(ref, path, LabelShape)}


async def _remove(api: Api, ref: PullRef, path: str, label: str) -> None:
    """Removes a label; ignores one that was removed meanwhile and is no longer listed."""
    try:
        await api.delete(ref, f"{path}/{part(label)}", list[Any])
    except CallRejected as error:
        if error.status not in _GONE or label.casefold() in await _current(api, ref, path):
            raise
