"""Labels on a pull request. Nothing is asked of GitHub that is as it should be already."""

from collections.abc import Collection
from typing import Any

from bot.core.change import PullRef
from bot.github.api import Api
from bot.github.failures import CallRejected
from bot.github.paths import issue_path, part
from bot.github.shapes import LabelShape

_GONE = (404, 410)


async def put_labels(api: Api, ref: PullRef, wanted: Collection[str], unwanted: Collection[str]) -> None:
    """GitHub makes a label that the repository lacks; it takes no notice of case in their names."""
    if not wanted and not unwanted:
        return
    path = f"{issue_path(ref)}/labels"
    there = await _there(api, ref, path)
    lacking = [label for label in wanted if label.casefold() not in there]
    if lacking:
        await api.update(ref, path, {"labels": lacking}, list[Any], method="POST")
    kept = {label.casefold() for label in wanted}
    for label in {label.casefold() for label in unwanted} - kept:
        if label in there:
            await _take(api, ref, path, there[label])


async def _there(api: Api, ref: PullRef, path: str) -> dict[str, str]:
    """The labels of a pull request by their names in one case."""
    return {shape.name.casefold(): shape.name async for shape in api.pages(ref, path, LabelShape)}


async def _take(api: Api, ref: PullRef, path: str, label: str) -> None:
    """One that somebody has taken away meanwhile is away, and is not listed any more."""
    try:
        await api.delete(ref, f"{path}/{part(label)}", list[Any])
    except CallRejected as error:
        if error.status not in _GONE or label.casefold() in await _there(api, ref, path):
            raise
