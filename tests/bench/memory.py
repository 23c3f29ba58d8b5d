"""Measures whether `serve` releases the memory of large bodies and of many reviews: `make bench-memory`.

Reviews warm the server up first: libraries are loaded and tokens counted. The figures before and after are
those of the warm server. In between it receives two deliveries of 25 MB, and makes the requested number of
reviews. Exit status 1: the memory grew by more than a fifth.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import signal
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from bot.web.body import LARGEST
from github_simulator.control_requests import OpenPull
from tests.bench.contender import CACHE, SECRET
from tests.bench.gauge import Use, peak, use
from tests.bench.outside import metric
from tests.bench.program import NotRunning
from tests.bench.reviewing import pull
from tests.bench.scene import Scene, scene

WARM, REVIEWS = 10, 200
KINDS = ("text", "records")  # of the large bodies
AT_ONCE = 4  # open pull requests without a review: one per worker slot
GROWTH = 1.2  # of the memory of a warm server
QUIET = 12.0  # idle seconds before memory is read, so that freed memory is released
PATIENCE = 300.0  # seconds for a review


@dataclass
class Bench:
    """One server under load, with `opened` pull requests."""

    acting: Scene
    opened: int = 0

    async def review(self, count: int) -> None:
        """Waits until `count` more pull requests have a review."""
        slots = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._review_one(slots) for _ in range(count)))
        await self._until_reviewed(self.opened)

    async def deliver(self, size: int, kind: str) -> None:
        """Sends a delivery of `size` bytes. Raises `NotRunning` if it is refused."""
        body = large_body(size, self.opened, kind)
        url = f"http://127.0.0.1:{self.acting.bots[0].port}/webhooks/github"
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=BytesIO(body), headers=signed(body)) as answer,
        ):
            if answer.status != 202:
                raise NotRunning(f"a delivery of {size} bytes is refused: {await answer.text()}")

    async def quiet(self, name: str) -> Use:
        """The use of the idle server."""
        await asyncio.sleep(QUIET)
        self.acting.check()
        pid = self.acting.bots[0].pid
        used = use(pid)
        tell(f"{name:<46}{used.rss:>8.0f}{used.pss:>8.0f}{peak(pid):>8.0f}{used.threads:>9}")
        return used

    async def _review_one(self, slots: asyncio.Semaphore) -> None:
        async with slots:
            self.opened += 1
            number = self.opened
            order: OpenPull = pull(number)
            await self.acting.people.open(order.repository, order.title, order.commits[0].diff)
            await self._until_reviewed(number - AT_ONCE + 1)

    async def _until_reviewed(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while await metric(self.acting.bots[0].port, "review_bot_review_seconds_count") < count:
                self.acting.check()
                await asyncio.sleep(0.2)


def large_body(size: int, number: int, kind: str) -> bytes:
    """An edit of a pull request that is parsed completely, and needs no action.

    `text`: one long text; one character outside the BMP makes Python use four bytes per character. `records`:
    many small records, each of which becomes an object if the body is parsed completely.
    """
    payload: dict[str, Any] = {
        "action": "edited",
        "changes": {},
        "number": number,
        "repository": {"full_name": "acme/shop"},
        "sender": {"login": "mira", "type": "User"},
        "installation": {"id": 2**33},
        "pull_request": {"number": number, "head": {"sha": "a" * 40}, "body": "\N{ROCKET}", "labels": []},
    }
    room = size - len(_json(payload)) - 100
    if kind == "text":
        payload["pull_request"]["body"] += "It does so. " * (room // 12)
    else:
        payload["pull_request"]["labels"] = [{"id": 2**33 + at} for at in range(room // 18)]
    return _json(payload)


def _json(payload: object) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def signed(body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": "pull_request",
        "X-GitHub-Delivery": hashlib.sha256(body).hexdigest(),
        "X-Hub-Signature-256": f"sha256={hmac.new(SECRET.encode(), body, 'sha256').hexdigest()}",
    }


async def measure(given: argparse.Namespace, directory: Path) -> float:
    """The ratio of memory after to memory before."""
    tell(f"{'MB':<46}{'Rss':>8}{'Pss':>8}{'peak':>8}{'threads':>9}")
    async with scene(directory, f"sqlite:///{directory / 'bot.db'}") as acting:
        if given.cold:
            acting.settings["CACHE_DIR"] = str(directory / "modules")
        await acting.start("all")
        bench = Bench(acting)
        await bench.quiet("idle, after the start")
        await bench.review(given.warm)
        before = await bench.quiet(f"warm, after {given.warm} reviews: before")
        for kind in KINDS:
            await bench.deliver(given.size, kind)
            await bench.quiet(f"after a delivery of {given.size / 1e6:.0f} MB, {kind}")
        await bench.review(given.reviews)
        after = await bench.quiet(f"after {given.reviews} reviews more: after")
    return after.rss / before.rss


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warm", type=int, default=WARM, help="reviews before the first figure")
    parser.add_argument("--reviews", type=int, default=REVIEWS, help="reviews between the figures")
    parser.add_argument("--size", type=int, default=LARGEST, help="bytes of each of the two deliveries")
    parser.add_argument("--cold", action="store_true", help="let the server compile the modules first")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # and stop the started processes
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="memory-", dir=CACHE) as name:
        try:
            ratio = asyncio.run(measure(given, Path(name)))
        except NotRunning as error:
            sys.exit(str(error))
    tell(f"after / before: {ratio:.2f} (at most {GROWTH})")
    sys.exit(ratio > GROWTH)


if __name__ == "__main__":
    main()
