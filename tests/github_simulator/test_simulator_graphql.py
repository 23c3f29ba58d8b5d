"""The simulated GraphQL API: GitHub's shapes, GitHub's rules, and failures with status 200."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from github_simulator import GrantApp, React, SayOnLines, WriteFile
from tests.github_simulator.conftest import Town

THREADS = """
query ($after: String, $count: Int = 50) {
  repository(owner: "acme", name: "shop") {
    pullRequest(number: 1) {
      reviewThreads(first: $count, after: $after) {
        totalCount
        pageInfo { hasNextPage hasPreviousPage endCursor }
        nodes {
          id isResolved resolvedBy { login } line diffSide isOutdated subjectType path
          comments(first: 2) {
            totalCount
            nodes {
              id databaseId fullDatabaseId body isMinimized author { __typename login }
              reactions(content: THUMBS_DOWN, first: 5) { nodes { content user { login } } }
            }
          }
        }
      }
    }
  }
}
"""
RESOLVE = "mutation ($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"
UNRESOLVE = "mutation ($id: ID!) { unresolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"
MINIMISE = """
mutation ($id: ID!) {
  minimizeComment(input: {subjectId: $id, classifier: RESOLVED, clientMutationId: "c"}) {
    clientMutationId minimizedComment { isMinimized minimizedReason }
  }
}
"""
UNBOUNDED = """
{ repository(owner: "acme", name: "shop") { pullRequest(number: 1) { reviewThreads { totalCount } } } }
"""
OBJECT = """
query ($expression: String!) {
  repository(owner: "acme", name: "shop") {
    object(expression: $expression) { __typename ... on Blob { text isBinary byteSize isTruncated } }
  }
}
"""


async def ask(client: httpx.AsyncClient, query: str, path: str = "/graphql", **variables: Any) -> Any:
    answer = await client.post(path, json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def threads(client: httpx.AsyncClient, **variables: Any) -> Any:
    told = await ask(client, THREADS, **variables)
    return told["data"]["repository"]["pullRequest"]["reviewThreads"]


async def talk(town: Town) -> tuple[int, int]:
    """A thread of mira on a line with a reply of the bot, and one of the bot on a file."""
    await town.open()
    client = await town.as_installation()
    said = await town.simulator.say_on_lines(
        "acme/shop", 1, SayOnLines(user="mira", body="why?", path="shop/api.py", line=12)
    )
    assert said.comment is not None
    where = "/repos/acme/shop/pulls/1/comments"
    await client.post(f"{where}/{said.comment.id}/replies", json={"body": "because"})
    head = town.simulator.state()["pulls"][0]["head"]
    whole = {"path": "logo.png", "subject_type": "file", "body": "large", "commit_id": head}
    return said.comment.id, (await client.post(where, json=whole)).json()["id"]


async def test_threads_are_the_comments_and_their_answers(town: Town) -> None:
    first, second = await talk(town)
    town.simulator.react("acme/shop", 1, React(user="noor", comment=second, content="-1"))
    told = await threads(await town.as_installation())
    assert (told["totalCount"], told["pageInfo"]["hasNextPage"]) == (2, False)
    line, whole = told["nodes"]
    assert {name: line[name] for name in ("line", "diffSide", "isOutdated", "subjectType", "isResolved")} == {
        "line": 12,
        "diffSide": "RIGHT",
        "isOutdated": False,
        "subjectType": "LINE",
        "isResolved": False,
    }
    assert [
        (one["author"]["__typename"], one["author"]["login"], one["body"])
        for one in line["comments"]["nodes"]
    ] == [("User", "mira", "why?"), ("Bot", "code-review-bot", "because")]
    assert (whole["line"], whole["subjectType"]) == (None, "FILE")
    [said] = whole["comments"]["nodes"]
    assert (said["databaseId"], said["fullDatabaseId"]) == (None, str(second))  # an Int has 32 bits
    assert said["reactions"]["nodes"] == [{"content": "THUMBS_DOWN", "user": {"login": "noor"}}]
    assert first < second


async def test_threads_come_page_by_page(town: Town) -> None:
    await talk(town)
    client = await town.as_installation()
    one = await threads(client, count=1)
    two = await threads(client, count=1, after=one["pageInfo"]["endCursor"])
    assert (one["pageInfo"]["hasNextPage"], two["pageInfo"]["hasNextPage"]) == (True, False)
    assert [one["nodes"][0]["path"], two["nodes"][0]["path"]] == ["shop/api.py", "logo.png"]
    too_many = await ask(client, THREADS, count=101)
    assert too_many["errors"][0]["type"] == "EXCESSIVE_PAGINATION"


async def test_an_app_needs_contents_write_to_resolve_a_thread(town: Town) -> None:
    first, _ = await talk(town)
    [thread, _] = (await threads(await town.as_installation()))["nodes"]
    refused = await ask(await town.as_installation(), RESOLVE, id=thread["id"])
    assert refused["data"] == {"resolveReviewThread": None}
    [error] = refused["errors"]
    assert (error["type"], error["message"], error["path"]) == (
        "FORBIDDEN",
        "Resource not accessible by integration",
        ["resolveReviewThread"],
    )
    town.simulator.grant_app(GrantApp(permissions={"contents": "write"}))
    client = await town.as_installation()
    for query, resolved in ((RESOLVE, True), (RESOLVE, True), (UNRESOLVE, False)):
        done = await ask(client, query, id=thread["id"])
        assert [*done["data"].values()] == [{"thread": {"isResolved": resolved}}]
    await town.simulator.settle()
    told = [headers["X-GitHub-Event"] for headers, _ in town.inbox.received]
    assert told.count("pull_request_review_thread") == 2
    assert first


async def test_who_may_write_resolves_and_who_may_not_does_not(town: Town) -> None:
    await talk(town)
    admin = await town.as_user()
    [thread, _] = (await threads(admin))["nodes"]
    town.simulator.add_token("ghp_of_a_guest", "guest")
    guest = await town.client("Bearer ghp_of_a_guest")
    assert (await ask(guest, RESOLVE, id=thread["id"]))["errors"][0]["type"] == "FORBIDDEN"
    assert (await ask(admin, RESOLVE, id=thread["id"]))["data"]
    [inline, *_] = town.simulator.state()["pulls"][0]["inline"]
    assert (inline["resolved"], inline["resolver"]) == (True, "token-user")


async def test_a_comment_is_minimised(town: Town) -> None:
    await talk(town)
    client = await town.as_installation()
    [_, whole] = (await threads(client))["nodes"]
    done = await ask(client, MINIMISE, id=whole["comments"]["nodes"][0]["id"])
    assert done["data"]["minimizeComment"] == {
        "clientMutationId": "c",
        "minimizedComment": {"isMinimized": True, "minimizedReason": "resolved"},
    }
    assert [one["minimised"] for one in town.simulator.state()["pulls"][0]["inline"]] == [False, False, True]


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("main:rules.md", "Blob"),
        ("refs/heads/main:rules.md", "Blob"),
        ("HEAD:rules.md", "Blob"),
        ("HEAD:docs", "Tree"),
        ("HEAD:", "Tree"),
        ("change-1", "Commit"),
        ("change-1:docs/new.md", "Blob"),
        ("change-1:nope", None),
        ("gone:rules.md", None),
        ("HEAD:./rules.md", None),
        ("-x:rules.md", None),
        ("", None),
    ],
)
async def test_files_are_found_as_git_finds_them(town: Town, expression: str, kind: str | None) -> None:
    for path in ("rules.md", "docs/old.md"):
        town.simulator.write_file(WriteFile(repository="acme/shop", path=path, text="Be kind\n"))
    await town.open()
    told = await ask(await town.as_installation(), OBJECT, expression=expression)
    found = told["data"]["repository"]["object"]
    assert (found and found["__typename"]) == kind


async def test_a_binary_file_has_no_text(town: Town) -> None:
    await town.open()
    told = await ask(await town.as_installation(), OBJECT, expression="change-1:logo.png")
    found = told["data"]["repository"]["object"]
    assert (found["text"], found["isBinary"]) == (None, True)


@pytest.mark.parametrize(
    ("query", "kind", "message"),
    [
        ('{ repository(owner: "acme", name: "no") { id } }', "NOT_FOUND", "the name 'acme/no'"),
        (
            '{ repository(owner: "acme", name: "shop") { pullRequest(number: 7) { id } } }',
            "NOT_FOUND",
            "PullRequest with the number of 7",
        ),
        (
            'mutation { resolveReviewThread(input: {threadId: "x"}) { clientMutationId } }',
            "NOT_FOUND",
            "Could not resolve to a node with the global id of 'x'",
        ),
        (
            UNBOUNDED,
            "MISSING_PAGINATION_BOUNDARIES",
            "You must provide a `first` or `last` value",
        ),
    ],
)
async def test_failures_have_githubs_words(town: Town, query: str, kind: str, message: str) -> None:
    await town.open()
    told = await ask(await town.as_user(), query)
    [error] = told["errors"]
    assert error["type"] == kind
    assert message in error["message"]


async def test_what_is_private_is_not_there_for_others(town: Town) -> None:
    await town.open(private=True)
    town.simulator.add_token("ghp_of_a_guest", "guest")
    told = await ask(await town.client("Bearer ghp_of_a_guest"), THREADS)
    assert (told["data"], told["errors"][0]["type"]) == ({"repository": None}, "NOT_FOUND")
    narrow = await town.as_installation(checks="write")
    told = await ask(narrow, THREADS)
    assert told["errors"][0]["type"] == "FORBIDDEN"


async def test_a_query_that_asks_for_what_is_not_there_is_refused_whole(town: Town) -> None:
    await town.open()
    told = await ask(await town.as_user(), "{ viewerOfTheYear }")
    assert "data" not in told
    assert told["errors"][0]["extensions"] == {"code": "undefinedField"}
    assert (await ask(await town.as_user(), "{ repository("))["errors"]


async def test_nobody_asks_without_credentials_nor_without_a_query(town: Town) -> None:
    await town.open()
    nobody = await town.client()
    assert (await nobody.post("/graphql", json={"query": THREADS})).status_code == 401
    somebody = await town.as_user()
    for body in ({}, {"query": 5}, {"query": "{ id }", "variables": []}):
        assert (await somebody.post("/graphql", json=body)).status_code == 400


async def test_it_is_also_where_enterprise_servers_have_it(town: Town) -> None:
    await town.open()
    assert (await ask(await town.as_user(), THREADS, "/api/graphql"))["data"]
    assert town.simulator.state()["calls"] == {"POST /graphql": 1}


words = st.text(max_size=10) | st.sampled_from(["acme", "shop", "HEAD:", "main:shop/api.py", "UHVsbDox"])
values = st.none() | st.booleans() | st.integers() | words | st.lists(words, max_size=2)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.sampled_from([THREADS, RESOLVE, MINIMISE, OBJECT]) | words | values,
    variables=st.dictionaries(st.sampled_from(["after", "count", "id", "expression"]), values) | values,
)
async def test_no_garbage_breaks_it(town: Town, query: Any, variables: Any) -> None:
    if not town.clients:
        await town.open()
        await town.as_installation()
    answer = await town.clients[-1].post("/graphql", json={"query": query, "variables": variables})
    assert answer.status_code in (200, 400)
    assert isinstance(answer.json(), dict)
