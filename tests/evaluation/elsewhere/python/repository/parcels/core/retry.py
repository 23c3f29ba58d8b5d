"""Calls again what failed for a moment."""

import functools
import time
from collections.abc import Callable
from typing import Any


def retry(times: int = 2, pause: float = 0.5) -> Callable[..., Any]:
    """Repeats a call up to `times` times if the connection breaks."""

    def decorate(call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def repeated(*args: Any, **kwargs: Any) -> Any:
            for _ in range(times):
                try:
                    return call(*args, **kwargs)
                except ConnectionError:
                    time.sleep(pause)
            return call(*args, **kwargs)

        return repeated

    return decorate
