"""Partial GraphQL answers are used, and the REST API provides what is missing."""

from typing import Any

import pytest

from bot.core.change import PullRef
from bot.core.comments.comment import InlineComment, MarkedText
from bot.core.errors import Refused, Retry
from bot.core.findings.threads import Thread
from bot.core.review import Side
from github_simulator import Edit, Kind, ResolveThread, SayOnLines, Storm, WriteFile
from tests.github.scene import CONTENTS, GRAPHQL, INLINE, Scene

NODES = "/data/repository/pullRequest/reviewThreads/nodes"
FORBIDDEN = {"type": "FORBIDDEN", "message": "Resource not accessible by integration"}
LOGIN = "<html>Sign in</html>"
ALL = 100
WHOLE_REFUSALS: dict[str, Any] = {
    "not found": {
        "data": {"repository": None},
        "errors": [{"type": "NOT_FOUND", "message": "Could not resolve"}],
    },
    "forbidden": {"data": {"repository": None}, "errors": [{**FORBIDDEN, "path": ["repository"]}]},
    "forbidden pull": {
        "data": {"repository": {"pullRequest": None}},
        "errors": [{**FORBIDDEN, "path": ["repository", "pullRequest"]}],
    },
    "scopes": {
        "errors": [{"type": "INSUFFICIENT_SCOPES", "message": "has not been granted the required scopes"}]
    },
    "unwell": {"data": None, "errors": [{"message": "Something went wrong while executing your query"}]},
    "parse error": {"errors": [{"message": 'Parse error on "}"'}]},
    "no data": {"data": None},
    "nothing": {},
    "null threads": {"data": {"repository": {"pullRequest": {"reviewThreads": None}}}},
    "no nodes": {
        "data": {
            "repository": {
                "pullRequest": {"reviewThreads": {"pageInfo": {"hasNextPage": False}, "nodes": None}}
            }
        }
    },
    "no page": {"data": {"repository": {"pullRequest": {"reviewThreads": {"pageInfo": None, "nodes": []}}}}},
    "text": {"data": 5},
    "list": {"data": {"repository": []}},
    "odd errors": {"data": None, "errors": "many"},
}
STATUSES = (400, 403, 404, 405, 410, 422, 451, 500, 502)


def on(line: int, body: str) -> InlineComment:
    return InlineComment(path="shop/api.py", line=line, end=line, side=Side.RIGHT, body=body)


async def say(town: Scene, body: str, **where: Any) -> int:
    done = await town.simulator.say_on_lines("acme/shop", 1, SayOnLines(user="mira", body=body, **where))
    assert done.comment is not None
    return done.comment.id


def half(town: Scene, *edits: dict[str, Any], errors: Any = (), times: int = ALL) -> None:
    """GraphQL returns the real answer with these edits and errors."""
    beside = [{"at": "/errors", "value": [*errors]}] if errors else []
    made = tuple(Edit.model_validate(one) for one in (*edits, *beside))
    town.fail("POST", GRAPHQL, times=times, edits=made)


async def threads(town: Scene, ref: PullRef) -> dict[str, Thread]:
    return {thread.body: thread for thread in await town.forge.threads(ref)}


@pytest.fixture
async def ref(town: Scene) -> PullRef:
    """A pull with two threads of the bot, the first answered and resolved by mira, and one of mira's."""
    ref = await town.open()
    comments = (on(12, "noisy"), on(11, "slow"))
    await town.forge.put_review(ref, town.posted()["head"], MarkedText("m", "m"), comments)
    [first] = [one["id"] for one in town.posted()["inline"] if one["body"] == "noisy"]
    await say(town, "is it?", reply_to=first)
    await town.simulator.resolve_thread("acme/shop", 1, ResolveThread(user="mira", comment=first))
    await say(town, "nice", path="shop/api.py", line=11)
    return ref


async def test_a_field_that_is_forbidden_leaves_the_rest(town: Scene, ref: PullRef) -> None:
    path = ["repository", "pullRequest", "reviewThreads", "nodes", 0, "resolvedBy"]
    half(town, {"at": f"{NODES}/0/resolvedBy", "value": None}, errors=[{**FORBIDDEN, "path": path}])
    told = await threads(town, ref)
    assert {"noisy", "slow"} == set(told)
    assert (told["noisy"].resolved, told["noisy"].resolver) == (True, None)
    assert told["noisy"].id


@pytest.mark.parametrize(
    "edits",
    [
        [{"at": f"{NODES}/2/first/nodes/0/fullDatabaseId", "value": None}],
        [{"at": f"{NODES}/2/first/nodes/0/author", "value": None}],
        [{"at": f"{NODES}/*/first/nodes/0/author/kind", "value": "Mannequin"}],
        [{"at": f"{NODES}/*/first/nodes/0/reactions", "value": None}],
        [{"at": f"{NODES}/*/first/nodes/0/isMinimized", "value": None}],
        [{"at": f"{NODES}/*/resolvedBy", "value": {}}],
        [{"at": f"{NODES}/*/subjectType", "value": "PARAGRAPH"}],
        [{"at": f"{NODES}/*/diffSide", "value": None}],
        [{"at": f"{NODES}/*/news", "value": {"x": 1}}],
        [{"at": f"{NODES}/*/line", "value": "twelve"}],
    ],
)
async def test_what_is_odd_in_what_is_not_needed_does_no_harm(town: Scene, ref: PullRef, edits: Any) -> None:
    half(town, *edits)
    told = await threads(town, ref)
    own = {"noisy", "slow"} if "Mannequin" not in str(edits) else set()
    assert own == set(told)
    assert all(thread.id for thread in told.values())
    assert town.count("GET", INLINE) == 1  # from the review that was posted before


@pytest.mark.parametrize(
    "edits",
    [
        [{"at": f"{NODES}/1", "value": None}],
        [{"at": f"{NODES}/1", "value": {}}],
        [{"at": f"{NODES}/1/first", "value": None}],
        [{"at": f"{NODES}/1/first/nodes", "value": None}],
        [{"at": f"{NODES}/1/first/nodes/0", "value": None}],
        [{"at": f"{NODES}/1/first/nodes/0/body", "value": None}],
        [{"at": f"{NODES}/1/first/nodes/0/fullDatabaseId", "value": None}],
        [{"at": f"{NODES}/1/first/nodes/0/fullDatabaseId", "value": "x"}],
        [{"at": f"{NODES}/1/isResolved", "remove": True}],
        [{"at": f"{NODES}/1", "remove": True}],  # a truncated page: GitHub counts three
        [{"at": f"{NODES[:-5]}pageInfo", "value": None}, {"at": f"{NODES}/1", "remove": True}],
        [{"at": f"{NODES[:-5]}pageInfo/hasNextPage", "value": True}, {"at": f"{NODES}/1", "value": None}],
    ],
)
async def test_a_thread_that_is_lost_is_taken_from_the_list_of_comments(
    town: Scene, ref: PullRef, edits: Any
) -> None:
    """Otherwise its finding would be posted again."""
    half(town, *edits)
    told = await threads(town, ref)
    assert {"noisy", "slow"} == set(told)
    assert (told["noisy"].resolved, told["noisy"].resolver) == (True, "mira")
    assert (told["slow"].id, told["slow"].line) == ("", 11)


async def test_replies_that_are_lost_are_taken_from_the_list_of_comments(town: Scene, ref: PullRef) -> None:
    path = ["repository", "pullRequest", "reviewThreads", "nodes", 0, "latest"]
    half(town, {"at": f"{NODES}/0/latest", "value": None}, errors=[{**FORBIDDEN, "path": path}])
    told = await threads(town, ref)
    [reply] = told["noisy"].replies
    assert (reply.author, reply.mine, reply.text) == ("mira", False, "is it?")
    assert reply.comment
    assert told["noisy"].resolved


@pytest.mark.parametrize(
    "edit",
    [
        {"at": f"{NODES}/0/latest/totalCount", "value": 51},
        {"at": f"{NODES}/0/latest/totalCount", "value": None},
        {"at": f"{NODES}/0/latest/nodes/1/fullDatabaseId", "value": None},
    ],
)
async def test_replies_are_whole_only_if_all_are_listed_with_their_numbers(
    town: Scene, ref: PullRef, edit: Any
) -> None:
    """Otherwise a missing one would be taken for deleted."""
    assert (await threads(town, ref))["noisy"].whole
    half(town, edit)
    assert not (await threads(town, ref))["noisy"].whole


@pytest.mark.parametrize("body", WHOLE_REFUSALS.values(), ids=WHOLE_REFUSALS)
async def test_threads_that_are_refused_are_taken_from_the_list_of_comments(
    town: Scene, ref: PullRef, body: Any
) -> None:
    town.fail("POST", GRAPHQL, 200, times=ALL, body=body)
    told = await threads(town, ref)
    assert {"noisy", "slow"} == set(told)
    assert not any(thread.resolved or thread.id for thread in told.values())


@pytest.mark.parametrize("status", STATUSES)
async def test_threads_are_listed_whatever_the_status(town: Scene, ref: PullRef, status: int) -> None:
    town.fail("POST", GRAPHQL, status, times=ALL)
    assert {"noisy", "slow"} == set(await threads(town, ref))


@pytest.mark.parametrize("body", ["", LOGIN, "[]"])
async def test_threads_are_listed_where_the_answer_is_not_githubs(
    town: Scene, ref: PullRef, body: str
) -> None:
    town.fail("POST", GRAPHQL, 200, times=ALL, body=body)
    assert {"noisy", "slow"} == set(await threads(town, ref))


async def test_threads_of_which_nobody_tells_all_are_refused_not_a_part_of_them(
    town: Scene, ref: PullRef
) -> None:
    half(town, {"at": f"{NODES}/1", "value": None})
    town.fail("GET", INLINE, 403, times=ALL, body={"message": FORBIDDEN["message"]})
    with pytest.raises(Refused, match="Grant the App the permission pull_requests: read"):
        await town.forge.threads(ref)


async def test_a_limit_beside_data_is_waited_for(town: Scene, ref: PullRef) -> None:
    half(town, errors=[{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}])
    with pytest.raises(Retry, match="rate limit"):
        await town.forge.threads(ref)


async def test_an_outage_whose_end_is_told_is_waited_for(town: Scene, ref: PullRef) -> None:
    town.fail("POST", GRAPHQL, 503, headers={"Retry-After": "90"})
    with pytest.raises(Retry) as raised:
        await town.forge.threads(ref)
    assert raised.value.after == 90


async def read(town: Scene, ref: PullRef, *paths: str) -> dict[str, str | None]:
    return dict(await town.forge.texts(ref, "main", paths))


def write(town: Scene, *paths: str) -> None:
    for path in paths:
        town.simulator.write_file(WriteFile(repository="acme/shop", path=path, text=f"{path}\n"))


@pytest.mark.parametrize(
    ("edit", "path"),
    [
        ({"at": "/data/repository/f1", "value": None}, ["repository", "f1"]),
        ({"at": "/data/repository/f1/text", "value": None}, ["repository", "f1", "text"]),
        ({"at": "/data/repository/f1", "value": {"byteSize": "many"}}, None),
        ({"at": "/data/repository/f1", "remove": True}, None),
    ],
)
async def test_a_text_that_is_lost_is_read_by_itself(town: Scene, edit: Any, path: Any) -> None:
    write(town, "a", "b", "c")
    ref = await town.open()
    half(town, edit, errors=[{**FORBIDDEN, "path": path}] if path else ())
    assert await read(town, ref, "a", "b", "c", "d") == {"a": "a\n", "b": "b\n", "c": "c\n"}
    assert town.count("GET", CONTENTS) == 1


async def test_an_answer_of_nothing_but_nulls_and_an_error_is_no_answer(town: Scene) -> None:
    write(town, "a")
    ref = await town.open()
    path = ["repository", "f0"]
    half(town, {"at": "/data/repository/f0", "value": None}, errors=[{**FORBIDDEN, "path": path}])
    assert await read(town, ref, "a", "d") == {"a": "a\n"}
    assert town.count("GET", CONTENTS) == 2


@pytest.mark.parametrize("body", WHOLE_REFUSALS.values(), ids=WHOLE_REFUSALS)
async def test_texts_that_are_refused_are_read_one_by_one(town: Scene, body: Any) -> None:
    write(town, "a", "b")
    ref = await town.open()
    town.fail("POST", GRAPHQL, 200, times=ALL, body=body)
    assert await read(town, ref, "a", "b", "c") == {"a": "a\n", "b": "b\n"}


@pytest.mark.parametrize("status", STATUSES)
async def test_texts_are_read_one_by_one_whatever_the_status(town: Scene, status: int) -> None:
    write(town, "a", "b")
    ref = await town.open()
    town.fail("POST", GRAPHQL, status, times=ALL)
    assert await read(town, ref, "a", "b", "c") == {"a": "a\n", "b": "b\n"}


@pytest.mark.parametrize("body", ["", LOGIN, "[]"])
async def test_texts_are_read_one_by_one_where_the_answer_is_not_githubs(town: Scene, body: str) -> None:
    write(town, "a", "b")
    ref = await town.open()
    town.fail("POST", GRAPHQL, 200, times=ALL, body=body)
    assert await read(town, ref, "a", "b") == {"a": "a\n", "b": "b\n"}


async def test_a_text_whose_content_is_none_is_there_but_not_told(town: Scene) -> None:
    write(town, "a")
    ref = await town.open()
    town.fail("POST", GRAPHQL, 404)
    town.fail("GET", CONTENTS, edits=(Edit(at="/content", value="5"),))
    assert await read(town, ref, "a") == {"a": None}


async def test_a_repository_that_graphql_does_not_know_has_no_files_of_its_own_accord(town: Scene) -> None:
    """The organisation's repository, which few have: no further calls are made."""
    await town.open()
    assert await town.forge.texts_of("acme/.github", town.installation, ("a", "b")) == {}
    assert town.count("GET", CONTENTS) == 0


@pytest.mark.parametrize("seed", range(6))
async def test_in_a_storm_of_half_answers_all_is_told(town: Scene, ref: PullRef, seed: int) -> None:
    write(town, "a", "b")
    kinds = frozenset({Kind.HALF_ANSWER, Kind.EMPTY_ANSWER, Kind.LOGIN_PAGE, Kind.ODD_RECORD, Kind.REDIRECT})
    town.simulator.storm(Storm(seed=seed, rate=0.4, kinds=kinds))
    assert {"noisy", "slow"} == set(await threads(town, ref))
    assert await read(town, ref, "a", "b", "c") == {"a": "a\n", "b": "b\n"}
