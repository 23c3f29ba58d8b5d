"""A trial review with empty answers: checks that the review function and the prompt templates work, and that
the prompts fit a model's context.
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

# Has a description, two commits and a finding, so that every part of the templates is rendered.
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
    """Reviews `CHANGE` as for `model`, without asking it. Raises `ModuleError`."""
    fake = _FakeModel(count) if model else None
    return await FunctionDriver(function, fake, patient=False).run(
        CHANGE, settings.model_copy(update={"model": model})
    )


class _FakeModel:
    """Answers with the smallest value that fits a question's schema."""

    name = "fake"

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count

    def count(self, text: str) -> int:
        return self._count(text)

    async def complete(self, request: Request) -> Completion:
        text = json.dumps(least(json.loads(request.format))) if request.format else "Nothing."
        return Completion(text=text, finish=Finish.STOP, usage=Usage(prompt=0, answer=0), model="fake")


def least(schema: Any) -> Any:
    """The smallest value that fits the JSON schema, for the kinds of schemas that reviews use."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {name: least(inner) for name, inner in schema.get("properties", {}).items()}
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    return {"array": [], "string": "", "boolean": False}.get(kind)
