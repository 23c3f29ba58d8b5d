"""The commits that changed a file, as GitHub lists them, and as look-ups answer with them."""

from typing import Any

import pytest

from bot.core.change import Pull
from bot.core.commit_history import MOST
from bot.core.errors import Refused, Retry
from bot.core.lookups import Lookup, Passages, Query
from bot.repository.history import SourceHistory
from github_simulator import Advance, Edit, GrantApp
from tests.github.scene import Scene

COMMITS = "/repos/{owner}/{repo}/commits"
CART = Lookup(id="1", query=Query.HISTORY, path="shop/cart.py")
NEW = """\
diff --git a/shop/cart.py b/shop/cart.py
new file mode 100644
--- /dev/null
+++ b/shop/cart.py
@@ -0,0 +1 @@
+0
"""
CHANGE = """\
diff --git a/shop/cart.py b/shop/cart.py
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -1 +1 @@
-{0}
+{1}
"""


async def shop(town: Scene, earlier: int = 2) -> Pull:
    """A pull request whose file had `earlier` commits before it."""
    for at in range(earlier):
        diff = CHANGE.format(at - 1, at) if at else NEW
        town.simulator.advance(Advance(repository="acme/shop", message=f"Earlier {at}", diff=diff))
    ref = await town.open(CHANGE.format(earlier - 1, "under review"))
    return await town.forge.pull(ref)


async def look(town: Scene, pull: Pull, lookup: Lookup = CART) -> Passages:
    return await SourceHistory(town.forge.repository(pull.ref), pull.origin).answer(lookup)


def titles(found: Passages) -> list[str]:
    return [passage.text.split("\n")[2] for passage in found.passages]


async def test_the_commits_before_the_pull_request_are_listed(town: Scene) -> None:
    found = await look(town, await shop(town))

    assert titles(found) == ["Earlier 1", "Earlier 0", "The state of main"]
    assert not found.more
    first = found.passages[0]
    assert (first.path, first.kind, first.line, first.end, len(first.name)) == (
        "shop/cart.py",
        "commit",
        0,
        0,
        7,
    )


async def test_of_many_the_latest_are_shown_in_one_call(town: Scene) -> None:
    found = await look(town, await shop(town, MOST + 5))

    assert titles(found) == [f"Earlier {at}" for at in range(MOST + 4, 4, -1)]
    assert found.more
    assert town.count("GET", COMMITS) == 1


async def test_lines_do_not_matter_to_github(town: Scene) -> None:
    pull = await shop(town)
    lines = CART.model_copy(update={"line": 1, "end": 1})

    assert await look(town, pull, lines) == await look(town, pull)


async def test_a_path_is_sent_as_it_is(town: Scene) -> None:
    found = await look(town, await shop(town), CART.model_copy(update={"path": "shop/cart.py&sha=x"}))

    assert found == Passages()


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(Edit(at="/0/sha", value=7), ["Earlier 0", "The state of main"], id="sha"),
        pytest.param(Edit(at="/0", value=None), ["Earlier 0", "The state of main"], id="no commit"),
        pytest.param(
            Edit(at="/0/commit/author/date", value="x"),
            ["Earlier 1", "Earlier 0", "The state of main"],
            id="date",
        ),
        pytest.param(
            Edit(at="/0/commit/author", value=None),
            ["Earlier 1", "Earlier 0", "The state of main"],
            id="author",
        ),
        pytest.param(
            Edit(at="/0/commit/message", value=None), ["", "Earlier 0", "The state of main"], id="message"
        ),
        pytest.param(Edit(value=[]), [], id="none"),
    ],
)
async def test_odd_records_are_left_out_or_read_in_part(town: Scene, edit: Edit, expected: list[str]) -> None:
    pull = await shop(town)
    town.fail("GET", COMMITS, edits=(edit,))

    assert titles(await look(town, pull)) == expected


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param({"status": 404}, Refused, id="404"),
        pytest.param({"status": 409}, Refused, id="409"),
        pytest.param({"status": 422}, Refused, id="422"),
        pytest.param({"status": 500, "times": None}, Retry, id="500"),
        pytest.param({"status": 200, "body": {}, "times": None}, Retry, id="no list"),
        pytest.param({"status": 200, "body": "<html>", "times": None}, Retry, id="html"),
        pytest.param({"status": 403, "headers": {"Retry-After": "60"}, "times": None}, Retry, id="limit"),
    ],
)
async def test_a_refusal_is_one_of_that_look_up(
    town: Scene, fault: dict[str, Any], error: type[Exception]
) -> None:
    pull = await shop(town)
    town.fail("GET", COMMITS, **fault)

    with pytest.raises(error):
        await look(town, pull)


async def test_without_the_permission_it_is_told(town: Scene) -> None:
    pull = await shop(town)
    town.simulator.grant_app(
        GrantApp(permissions={"contents": "none"}),
    )
    town.simulator.world.repository("acme/shop").private = True
    town.simulator.revoke_tokens()

    with pytest.raises(Refused, match="contents: read"):
        await look(town, pull)
