"""Lists page by page, with cursors."""

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from github_simulator.graph.failures import failure

Item = TypeVar("Item")

MOST = 100
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
    """GitHub wants to be told how many: `first` or `last`, a hundred at most."""
    count = last if first is None else first
    if count is None:
        message = f"You must provide a `first` or `last` value to properly paginate the `{field}` connection."
        raise failure("MISSING_PAGINATION_BOUNDARIES", message)
    if not 0 < count <= MOST:
        message = (
            f"Requesting {count} records on the `{field}` connection exceeds the limit of {MOST} records."
        )
        raise failure("EXCESSIVE_PAGINATION", message)
    start = _start(after)
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


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        count = base64.b64decode(cursor, validate=True).decode().removeprefix(_CURSOR)
        return max(0, int(count))
    except ValueError:
        raise failure(
            "INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor."
        ) from None
