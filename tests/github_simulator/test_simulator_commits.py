"""Commits by path: those of the head, those of the base, in pages."""

import pytest

from github_simulator import Advance, GrantApp, Push
from tests.github_simulator.conftest import NEXT, Town

COMMITS = "/repos/acme/shop/commits"
EARLIER = """\
diff --git a/docs/{at}.md b/docs/{at}.md
new file mode 100644
--- /dev/null
+++ b/docs/{at}.md
@@ -0,0 +1 @@
+text
"""


async def shop(town: Town, earlier: int = 0) -> tuple[str, str]:
    """The base and the head of a pull that was opened after `earlier` commits."""
    for at in range(earlier):
        town.simulator.advance(
            Advance(repository="acme/shop", message=f"Earlier {at}", diff=EARLIER.format(at=at))
        )
    await town.open()
    pull = town.simulator.world.pull("acme/shop", 1)
    return pull.base.sha, pull.head.sha


async def messages(town: Town, **query: str) -> list[str]:
    answer = await (await town.as_installation()).get(COMMITS, params=query)
    assert answer.status_code == 200
    return [commit["commit"]["message"] for commit in answer.json()]


async def test_the_commits_of_a_head_include_those_of_its_base(town: Town) -> None:
    base, head = await shop(town, 2)
    own = (await messages(town, sha=head))[0]

    assert await messages(town, sha=head) == [own, "Earlier 1", "Earlier 0", "The state of main"]
    assert await messages(town, sha=base) == ["Earlier 1", "Earlier 0", "The state of main"]
    assert await messages(town) == ["Earlier 1", "Earlier 0", "The state of main"]


async def test_a_path_selects_the_commits_that_change_it(town: Town) -> None:
    base, head = await shop(town, 2)
    own = (await messages(town, sha=head))[0]

    assert await messages(town, sha=head, path="docs/new.md") == [own]
    assert await messages(town, sha=base, path="docs/1.md") == ["Earlier 1", "The state of main"]
    assert await messages(town, sha=base, path="docs") == ["Earlier 1", "Earlier 0", "The state of main"]
    assert await messages(town, sha=base, path="shop/api.py") == ["The state of main"]
    assert await messages(town, sha=base, path="shop/api") == []


async def test_they_come_in_pages(town: Town) -> None:
    base, _ = await shop(town, 4)
    client = await town.as_installation()
    first = await client.get(COMMITS, params={"sha": base, "path": "docs", "per_page": "2"})
    second = await client.get(first.links["next"]["url"])

    assert [one["commit"]["message"] for one in first.json()] == ["Earlier 3", "Earlier 2"]
    assert [one["commit"]["message"] for one in second.json()] == ["Earlier 1", "Earlier 0"]


async def test_a_push_adds_to_the_head_alone(town: Town) -> None:
    base, _ = await shop(town)
    await town.simulator.push("acme/shop", 1, Push(message="More", diff=NEXT))
    pull = town.simulator.world.pull("acme/shop", 1)

    assert len(await messages(town, sha=pull.head.sha, path="shop/api.py")) == 3
    assert await messages(town, sha=base, path="shop/api.py") == ["The state of main"]


async def test_what_cannot_be_listed_is_refused(town: Town) -> None:
    town.simulator.world.add_repository("acme/shop")
    client = await town.as_installation()
    assert (await client.get(COMMITS)).status_code == 409
    await shop(town)
    for sha in ("0" * 40, "no-such-branch"):
        assert (await client.get(COMMITS, params={"sha": sha})).status_code == 404
    assert (await client.get("/repos/acme/none/commits")).status_code == 404


@pytest.mark.parametrize(("private", "status"), [(True, 403), (False, 200)])
async def test_it_needs_to_read_contents(town: Town, *, private: bool, status: int) -> None:
    await shop(town)
    town.simulator.world.repository("acme/shop").private = private
    town.simulator.grant_app(GrantApp(permissions={"contents": "none"}))
    assert (await (await town.as_installation()).get(COMMITS)).status_code == status
