"""Pages of long lists."""

import base64
from collections.abc import Sequence
from typing import Any

SIZE = 50


def page(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The first rows, and where the next page begins."""
    shown = list(rows[:SIZE])
    return {"rows": shown, "next": cursor(shown[-1]) if len(rows) > SIZE else None}


def cursor(row: dict[str, Any]) -> str:
    """The position of a row, for `?after=`."""
    text = f"{row['accepted_at']}/{row['id']}"
    return base64.urlsafe_b64encode(text.encode()).decode()
