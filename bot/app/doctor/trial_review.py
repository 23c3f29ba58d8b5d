"""A review that nobody asked for, with answers that say nothing: it shows whether the review function and
the prompt templates work, and whether a model's context has room for them.
"""

import json
from collections.abc import Callable
from typing import Any

from bot.core.change import Change, Commit
from bot.core.diff import parse_diff
from bot.core.llm.messages import Completion, Finish, Model, Request, Usage
from bot.core.review import Review, ReviewSettings
from bot.review.ports import Function
from bot.review.produce.driver import FunctionDriver

# A description, two commits and a finding, so that every part of the templates is rendered.
CHANGE = Change(
    repository="octo/rehearsal",
    number=1,
    title="Divide",
    body="Adds a way to divide.",
    author="octo",
    head="2" * 40,
    commits=(
        Commit(sha="1" * 40, message="Divide", author="octo", paths=("divide.py",)),
        Commit(sha="2" * 40, message="Ask for the numbers", author="octo", paths=("divide.py",)),
    ),
    files=parse_diff(
        "diff --git a/divide.py b/divide.py\n"
        "new file mode 100644\n"
        "--- /dev/null\n"
        "+++ b/divide.py\n"
        "@@ -0,0 +1,2 @@\n"
        "+def divide(a, b):\n"
        "+    return eval(a) / eval(b)\n"
    ),
)


async def try_review(
    function: Function, settings: ReviewSettings, model: Model | None, count: Callable[[str], int]
) -> Review:
    """Reviews `CHANGE` as for `model`, which is not asked. Raises `ModuleError`."""
    stand_in = _StandIn(count) if model else None
    return await FunctionDriver(function, stand_in, patient=False).run(
        CHANGE, settings.model_copy(update={"model": model})
    )


class _StandIn:
    """Answers with the least that fits a question's schema."""

    name = "stand-in"

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count

    def count(self, text: str) -> int:
        return self._count(text)

    async def complete(self, request: Request) -> Completion:
        text = json.dumps(least(json.loads(request.format))) if request.format else "Nothing."
        return Completion(text=text, finish=Finish.STOP, usage=Usage(prompt=0, answer=0), model="stand-in")


def least(schema: Any) -> Any:
    """A value that fits the JSON schema, of the kinds of schema that models are held to."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {name: least(inner) for name, inner in schema.get("properties", {}).items()}
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    return {"array": [], "string": "", "boolean": False}.get(kind)
