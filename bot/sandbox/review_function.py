"""Calls the review function: each call gets all answers so far and returns more questions or the review."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from wasmtime import StoreContext, component

from bot.core.change import Change
from bot.core.errors import ModuleError
from bot.core.llm.messages import Exchange
from bot.core.review import AnswerText, Ask, Done, Fetch, Look, Question, ReviewSettings, Step, Turn
from bot.core.value import Value
from bot.sandbox.components import guest_limits
from bot.sandbox.components.guest_call import GuestCall, host
from bot.sandbox.components.guest_threads import GuestThreads
from bot.sandbox.components.validate import checked, unexpected
from bot.sandbox.components.value_types import VariantCase
from bot.sandbox.components.world import CONTRACT, World
from bot.sandbox.sandbox import Sandbox

# The version of the contract, and the previous ones, whose functions still work.
TOKENS = tuple(f"{CONTRACT}/tokens@{version}" for version in ("0.4.0", "0.3.0", "0.2.0"))


@host
def _count(call: GuestCall, _store: StoreContext, text: str) -> int:
    count: Callable[[str], int] = call.granted
    return count(text)


def _define(root: component.LinkerInstance) -> None:
    for version in TOKENS:
        with root.add_instance(version) as tokens:
            tokens.add_func("count", _count)


WORLD = World(
    "code-review-function",
    {"review": 3},
    {version: frozenset({"count"}) for version in TOKENS},
    _define,
    optional={"reply": 4, "families": 0},
)


class _Families(Value):
    """The result of `families`."""

    names: tuple[Annotated[str, Field(min_length=1, max_length=64)], ...] = Field(max_length=500)


class ReviewFunction:
    """`module` is a component of the world `code-review-function`, as a file or its bytes.

    Raises `ModuleError` if it cannot be loaded.
    """

    def __init__(self, sandbox: Sandbox, module: Path | bytes) -> None:
        self._module = sandbox.load(module, "code-review-function", WORLD)
        self._threads = GuestThreads("review function", 8)

    @property
    def digest(self) -> str:
        """The SHA-256 of the module's bytes."""
        return self._module.digest

    async def families(self) -> Sequence[str]:
        """The distinct names of its families of rules; empty if the function does not report them."""
        if not self._module.offers("families"):
            return ()
        names = await self._call("families", (), guest_limits.GuestLimits(), _no_count)
        return tuple(dict.fromkeys(checked(_Families, {"names": names}, self._module.name).names))

    async def review(
        self,
        change: Change,
        settings: ReviewSettings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        """One call. `count` is called from another thread. Raises `ModuleError` (kind refused for the guest's
        own refusal).
        """
        arguments = (change, settings, tuple(answers))
        answer = await self._call("review", arguments, guest_limits.of_review(change, answers), count)
        match answer:
            case VariantCase("ok", VariantCase("done", review)):
                return checked(Done, {"review": review}, self._module.name)
        return _open(answer, self._module.name)

    async def reply(
        self,
        change: Change,
        settings: ReviewSettings,
        question: Question,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Turn:
        """Like `review`. Raises `ModuleError` of kind refused if the function does not support replies."""
        if not self._module.offers("reply"):
            raise ModuleError("refused", self._module.name, "does not support replies to comments")
        arguments = (change, settings, question, tuple(answers))
        answer = await self._call("reply", arguments, guest_limits.of_review(change, answers), count)
        match answer:
            case VariantCase("ok", VariantCase("done", text)):
                return checked(AnswerText, {"text": text}, self._module.name)
        return _open(answer, self._module.name)

    async def _call(
        self,
        export: str,
        arguments: tuple[Any, ...],
        allowed: guest_limits.GuestLimits,
        count: Callable[[str], int],
    ) -> Any:
        call = self._threads.submit(self._module.call, export, arguments, allowed, count)
        return await asyncio.wrap_future(call)


def _no_count(text: str) -> int:
    """An upper bound on the tokens of a text, for calls without a counter."""
    return len(text.encode("utf-8", "replace"))


def _open(answer: Any, module: str) -> Ask | Fetch | Look:
    """The requests of a step that is not the last. Raises `ModuleError`."""
    match answer:
        case VariantCase("ok", VariantCase("ask", requests)):
            return checked(Ask, {"requests": requests}, module)
        case VariantCase("ok", VariantCase("fetch", places)):
            return checked(Fetch, {"places": places}, module)
        case VariantCase("ok", VariantCase("look", lookups)):
            return checked(Look, {"lookups": lookups}, module)
        case VariantCase("err", {"message": str(message)}):
            raise ModuleError("refused", module, message)
    raise unexpected(answer, module)
