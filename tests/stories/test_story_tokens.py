"""What a push costs: the questions about what it touched, and the summary."""

import json
from typing import Any

from bot.core.change import PullRef
from bot.core.records import ReviewRecord
from bot.engine import connect
from tests.stories.large import paths_of
from tests.stories.scripted_model import schema_of
from tests.stories.stage import REPOSITORY, Stage

FILES = 50
TOUCHED = "shop/part31.py"


def lines(number: int) -> list[str]:
    """60 to 80 lines of code, none like another file's."""
    count = 60 + number % 21
    return [
        f"def price_{number}_{at}(order):"
        if at % 5 == 0
        else f"    order.total += {number} * {at}  # step {at}"
        for at in range(count)
    ]


def new_file(number: int) -> str:
    text = lines(number)
    path = f"shop/part{number}.py"
    return (
        f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
        f"@@ -0,0 +1,{len(text)} @@\n" + "".join(f"+{line}\n" for line in text)
    )


def touch(number: int, at: int) -> str:
    """Changes one line of a file."""
    text, path = lines(number), f"shop/part{number}.py"
    before, after = text[at - 3 : at], text[at + 1 : at + 4]
    return (
        f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -{at - 2},7 +{at - 2},7 @@\n"
        + "".join(f" {line}\n" for line in before)
        + f"-{text[at]}\n+    order.total -= 1\n"
        + "".join(f" {line}\n" for line in after)
    )


def kind_of(body: dict[str, Any]) -> str:
    fields = schema_of(body)["properties"]
    return next(name for name in ("notes", "verdicts", "purpose", "digest") if name in fields)


def shown(bodies: list[dict[str, Any]]) -> list[str]:
    """The files that questions about chunks are about."""
    chunks = [body for body in bodies if kind_of(body) == "notes"]
    return [path for body in chunks for path in paths_of(schema_of(body))]


async def latest(stage: Stage, number: int) -> ReviewRecord:
    async with await connect(stage.server.settings["DATABASE_URL"]) as store:
        record = await store.records.latest(PullRef(repository=REPOSITORY, number=number))
    assert record
    return record


async def test_a_push_to_one_of_fifty_files_costs_a_tenth_at_most(stage: Stage) -> None:
    stage.model.findings = [{"path": path, "line": 2, "end_line": 2} for path in (TOUCHED, "shop/part3.py")]
    number = await stage.open("".join(map(new_file, range(FILES))))
    await stage.reviewed(number)
    first, before = await latest(stage, number), len(stage.model.asked)
    await stage.push(number, touch(31, 42))
    await stage.reviewed(number)
    second, asked = await latest(stage, number), stage.model.asked[before:]

    assert FILES == len(set(shown(stage.model.asked[:before])))
    assert TOUCHED in shown(asked)
    assert len(set(shown(asked))) <= 5
    assert {"notes": 1, "purpose": 1} == {
        kind: sum(kind_of(body) == kind for body in asked) for kind in ("notes", "purpose")
    }
    assert all(TOUCHED in json.dumps(body) for body in asked if kind_of(body) == "verdicts")
    assert second.head != first.head
    assert second.usage.tokens <= first.usage.tokens / 10, (first.usage, second.usage)
