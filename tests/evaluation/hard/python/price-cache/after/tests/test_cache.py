import asyncio

import pytest

from shop.cache import TimedCache


class Maker:
    def __init__(self, *values: object) -> None:
        self.values = list(values)
        self.made = 0

    async def __call__(self) -> object:
        self.made += 1
        await asyncio.sleep(0)
        value = self.values.pop(0)
        if isinstance(value, Exception):
            raise value
        return value


async def test_none_is_a_value() -> None:
    cache: TimedCache[object] = TimedCache(60, 10)
    maker = Maker(None)

    assert await cache.get("a", maker) is None
    assert await cache.get("a", maker) is None
    assert maker.made == 1


async def test_entries_grow_old() -> None:
    now = 0.0
    cache: TimedCache[object] = TimedCache(60, 10, lambda: now)
    maker = Maker(1, 2)

    assert await cache.get("a", maker) == 1
    now = 60.0
    assert await cache.get("a", maker) == 2


async def test_failures_are_not_kept() -> None:
    cache: TimedCache[object] = TimedCache(60, 10)
    maker = Maker(OSError(), 2)

    with pytest.raises(OSError):
        await cache.get("a", maker)
    assert await cache.get("a", maker) == 2


async def test_the_least_recently_used_goes() -> None:
    cache: TimedCache[object] = TimedCache(60, 2)
    for key in "abac":
        await cache.get(key, Maker(key))

    assert len(cache) == 2
    assert await cache.get("a", Maker("new")) == "a"
