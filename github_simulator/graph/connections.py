"""Paged lists with cursors."""

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from github_simulator.graph.failures import failure

Item = TypeVar("Item")

LIMIT = 100
_CURSOR = "cursor:v2:"


def connection(
    field: str,
    items: Sequence[Item],
    shape: Callable[[Item], Any],
    *,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """A page of `items`. Like GitHub, requires `first` or `last`, at most 100."""
    count = last if first is None else first
    if count is None:
        message = f"You must provide a `first` or `last` value to properly paginate the `{field}` connection."
        raise failure("MISSING_PAGINATION_BOUNDARIES", message)
    if not 0 < count <= LIMIT:
        requested = f"Requesting {count} records on the `{field}` connection"
        raise failure("EXCESSIVE_PAGINATION", f"{requested} exceeds the limit of {LIMIT} records.")
    start = _offset(after)
    end = min(start + count, len(items)) if first is not None else len(items)
    start = start if first is not None else max(start, len(items) - count)
    return {
        "nodes": [shape(item) for item in items[start:end]],
        "totalCount": len(items),
        "pageInfo": {
            "hasNextPage": end < len(items),
            "hasPreviousPage": start > 0,
            "startCursor": _cursor(start + 1) if start < end else None,
            "endCursor": _cursor(end) if start < end else None,
        },
    }


def _cursor(count: int) -> str:
    return base64.b64encode(f"{_CURSOR}{count}".encode()).decode()


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        count = base64.b64decode(cursor, validate=True).decode().removeprefix(_CURSOR)
        return max(0, int(count))
    except ValueError:
        raise failure(
            "INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor."
        ) from None
