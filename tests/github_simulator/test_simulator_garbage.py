"""For any input, the API answers like GitHub and never crashes."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from github_simulator import NewCommit, OpenPull, Simulator, served
from github_simulator.api import ROUTES, Route
from tests.github_simulator.conftest import DIFF

KNOWN = {
    "owner": ["acme", "ghost"],
    "repo": ["shop", "none"],
    "pull_number": ["1", "2", "x", "99999999999999999999"],
    "issue_number": ["1", "0"],
    "basehead": ["main...change-1", "main", "a...b"],
    "path": ["shop/api.py", "docs/new.md", "..", "logo.png"],
    "ref": ["change-1", "main", "0000000"],
    "tree_sha": ["change-1", "main", "0000000", "main/x"],
    "username": ["octocat", "ghost"],
}
words = st.text(max_size=8) | st.sampled_from(["RIGHT", "COMMENT", "shop/api.py", "completed", "\ud800"])
values = st.none() | st.booleans() | st.integers() | words | st.lists(st.integers(), max_size=2)
comments = st.lists(
    st.dictionaries(st.sampled_from(["path", "body", "line", "start_line", "side", "position"]), values),
    max_size=2,
)
NAMES = [
    "body",
    "event",
    "commit_id",
    "path",
    "line",
    "side",
    "content",
    "name",
    "head_sha",
    "status",
    "conclusion",
    "started_at",
    "permissions",
    "in_reply_to",
    "subject_type",
    "start_line",
    "position",
    "labels",
    "message",
]
bodies = st.dictionaries(st.sampled_from(NAMES), values)
sent = st.builds(lambda body, more: body | {"comments": more}, bodies, comments) | st.builds(
    lambda body, output: body | {"output": output}, bodies, values | st.dictionaries(words, values)
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[Route, str, Any]:
    route = draw(st.sampled_from(ROUTES))
    path = route.template
    for name in _names(path):
        ids = st.integers(1000, 1020).map(str)
        chosen = draw(st.sampled_from(KNOWN[name]) | ids if name in KNOWN else ids)
        path = path.replace(f"{{{name}}}", chosen)
    return route, path, draw(sent | values)


def _names(template: str) -> Iterator[str]:
    for part in template.split("{")[1:]:
        yield part.partition("}")[0]


@settings(max_examples=40, deadline=None)
@given(made=st.lists(calls(), min_size=1, max_size=5))
async def test_no_garbage_is_answered_with_a_crash(made: list[tuple[Route, str, Any]]) -> None:
    simulator = Simulator()
    order = OpenPull(repository="acme/shop", title="t", commits=[NewCommit(message="m", diff=DIFF)])
    async with served(simulator) as url, httpx.AsyncClient(base_url=url, verify=False, timeout=60) as client:
        await simulator.open_pull(order)
        [installation] = simulator.world.installations.values()
        token = simulator.world.mint(installation).text
        for route, path, body in made:
            answer = await client.request(
                route.method, path, content=json.dumps(body), headers={"Authorization": f"token {token}"}
            )
            assert answer.status_code < 500, (route.template, body, answer.text)
            assert answer.headers["X-GitHub-Request-Id"]
        assert (await client.get("/_simulator/state")).status_code == 200
