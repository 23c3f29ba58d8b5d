"""An operator's own review function misbehaves: the pull request is told, and the server answers on."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.sandbox.guests import review_guest
from tests.stories.diffs import LOOP
from tests.stories.stage import Stage

REVIEW = '(func (export "review") (param i32) (result i32) {code})'
ENDLESS = REVIEW.format(code="(loop $again (br $again)) unreachable")
BOMB = REVIEW.format(
    code="(loop $again (br_if $again (i32.ge_s (memory.grow (i32.const 64)) (i32.const 0)))) unreachable"
)
RECURSION = """
  (func $deeper (param i32) (result i32)
    (i32.add (i32.const 1) (call $deeper (i32.add (local.get 0) (i32.const 1)))))
""" + REVIEW.format(code="(call $deeper (local.get 0))")
TRAP = REVIEW.format(code="unreachable")
NONSENSE = REVIEW.format(code="(i32.const 65528)")

HOSTILE = {
    "endless loop": (ENDLESS, "not done after"),
    "memory bomb": (BOMB, "MiB"),
    "deep recursion": (RECURSION, "exceeded the call stack"),
    "trap": (TRAP, "panic"),
    "nonsense": (NONSENSE, "module code-review-function"),
}


async def is_healthy(session: aiohttp.ClientSession, port: int) -> bool:
    """Whether the server answers, in a time that nobody would notice as wrong."""
    async with session.get(f"http://127.0.0.1:{port}/health", timeout=aiohttp.ClientTimeout(10)) as answer:
        return answer.status == 200


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_review_function_is_named_and_the_server_answers_on(
    unset_stage: Stage, tmp_path: Path, name: str
) -> None:
    stage = unset_stage
    code, words = HOSTILE[name]
    module = tmp_path / "hostile.wasm"
    module.write_bytes(review_guest(code))
    stage.server.settings = {**stage.server.settings, "REVIEW_FUNCTION": str(module)}
    await stage.start()
    number = await stage.open(LOOP)
    async with aiohttp.ClientSession() as session:
        polls = 0
        while " failed:**" not in "".join(stage.own(number)):
            assert await is_healthy(session, stage.server.port)
            polls += 1
            await asyncio.sleep(0.02)
            assert polls < 3000
        assert await is_healthy(session, stage.server.port)

    assert words in stage.summary(number)
    assert not stage.server.troubles
