"""A scripted model in a process of its own: `python -m tests.bench.model [--seed N --trouble RATE]`.

Prints its URL. A share RATE of the requests fails: with a rate limit of a second, an error, or a closed
connection. The same seed gives the same failures in the same order.
"""

import argparse
import asyncio
import random
import sys
import zlib
from typing import Any

from aiohttp import web

from tests.stories.scripted_model import ScriptedModel, schema_of, scripted_model


class Trouble:
    """The scripted answers. Nothing is recorded, since the model runs for hours."""

    def __init__(self, model: ScriptedModel, seed: int, rate: float) -> None:
        self._model = model
        self._chance = random.Random(seed)
        self._rate = rate

    def answer(self, body: dict[str, Any]) -> web.Response | dict[str, Any] | None:
        self._model.asked.clear()
        if self._chance.random() < self._rate:
            return self._chance.choice((_limit, _error, _reset))()
        self._model.findings = findings(body)
        return None


def findings(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Findings on the first line of about every third file, determined by the path."""
    fields = schema_of(body)["properties"]
    paths = fields["notes"]["items"]["properties"]["path"]["enum"] if "notes" in fields else []
    return [
        {"path": path, "line": 1, "end_line": 1, "title": f"Fails on an empty list in {path}"}
        for path in paths
        if zlib.crc32(path.encode()) % 3 == 0
    ]


def _limit() -> web.Response:
    return web.json_response({"error": {"message": "slow down"}}, status=429, headers={"Retry-After": "1"})


def _error() -> web.Response:
    return web.json_response({"error": {"message": "something broke"}}, status=500)


def _reset() -> web.Response:
    return Gone()


class Gone(web.Response):
    """Closes the connection instead of answering."""

    async def prepare(self, request: web.BaseRequest) -> Any:
        if request.transport:
            request.transport.abort()
        raise ConnectionResetError


async def serve(seed: int, trouble: float) -> None:
    async with scripted_model() as model:
        model.respond = Trouble(model, seed, trouble).answer
        sys.stdout.write(f"{model.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trouble", type=float, default=0.0)
    given = parser.parse_args()
    asyncio.run(serve(given.seed, given.trouble))


if __name__ == "__main__":
    main()
