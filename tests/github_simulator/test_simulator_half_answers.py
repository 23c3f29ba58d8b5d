"""Partial answers, and redirects of renamed repositories."""

from typing import Any

import httpx
import pytest

from github_simulator import PARTIAL, PASSING, Edit, Fault, Kind, Rename, Storm
from github_simulator.storm.fitting import kinds_for
from github_simulator.storm.odd import ODD
from tests.github_simulator.conftest import Town

PULL = "/repos/acme/shop/pulls/1"
COMMENTS = "/repos/acme/shop/issues/1/comments"
TEMPLATE = "/repos/{owner}/{repo}/pulls/{pull_number}"
TEXTS = (
    'query texts { repository(owner: "acme", name: "shop") '
    '{ f0: object(expression: "HEAD:docs/new.md") { id } f1: object(expression: "HEAD:x") { id } } }'
)
SAID = {"body": "Hello"}


def strike(town: Town, kind: Kind, seed: int = 1) -> None:
    """Strikes every call from now on."""
    order = {"seed": seed, "rate": 1, "most_in_a_row": 1000, "kinds": [kind]}
    town.simulator.storm(Storm.model_validate(order))


def said(town: Town) -> int:
    return len(town.simulator.state()["pulls"][0]["comments"])


@pytest.mark.parametrize(
    ("edit", "field", "value"),
    [
        ({"at": "/changed_files", "value": 330}, "changed_files", 330),
        ({"at": "/user", "value": {}}, "user", {}),
        ({"at": "/user/login", "value": 5}, "user", 5),
        ({"at": "/news", "value": [1]}, "news", [1]),
        ({"at": "/html_url", "remove": True}, "html_url", None),
        ({"at": "/no/such/place", "value": 1}, "no", None),
    ],
)
async def test_a_record_is_changed_on_purpose(town: Town, edit: Any, field: str, value: Any) -> None:
    await town.open()
    client = await town.as_user()
    order = {"path": TEMPLATE, "edits": [edit]}
    assert 201 == (await client.post("/_simulator/faults", json=order)).status_code
    told = (await client.get(PULL)).json().get(field)

    assert value == (told["login"] if edit["at"] == "/user/login" else told)
    assert value != (await client.get(PULL)).json().get(field, None) or value is None


async def test_lists_are_cut_short_and_their_items_changed(town: Town) -> None:
    await town.open()
    client = await town.as_user()
    town.simulator.inject(
        Fault(path=f"{TEMPLATE}/files", edits=(Edit(keep=2), Edit(at="/*/status", value="teleported")))
    )
    town.simulator.inject(Fault(path=f"{TEMPLATE}/files", edits=(Edit(at="/*", remove=True),)))

    assert ["teleported"] * 2 == [file["status"] for file in (await client.get(f"{PULL}/files")).json()]
    assert [] == (await client.get(f"{PULL}/files")).json()
    assert 3 == len((await client.get(f"{PULL}/files")).json())


async def test_what_is_not_json_is_not_changed(town: Town) -> None:
    await town.open()
    client = await town.as_user()
    town.simulator.inject(Fault(path=TEMPLATE, edits=(Edit(value="gone"),)))
    answer = await client.get(PULL, headers={"Accept": "application/vnd.github.diff"})

    assert answer.text.startswith("diff --git")


async def test_an_edit_that_is_none_is_refused(town: Town) -> None:
    client = await town.as_user()
    answer = await client.post("/_simulator/faults", json={"edits": [{"at": "user"}]})

    assert 422 == answer.status_code


async def test_a_renamed_repository_leads_reads_and_writes_to_its_id(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    answer = await client.post("/_simulator/rename", json={"repository": "acme/shop", "name": "store"})
    assert (201, {"repository": "acme/store"}) == (answer.status_code, answer.json())
    number = town.simulator.world.repository("acme/store").id
    moved = await client.get(f"{PULL}/files?per_page=2&page=1")
    written = await client.post(COMMENTS, json=SAID)

    assert 301 == moved.status_code
    assert f"{town.url}/repositories/{number}/pulls/1/files?per_page=2&page=1" == moved.headers["Location"]
    assert moved.headers["Location"] == moved.json()["url"]
    assert (307, 0) == (written.status_code, said(town))
    assert 2 == len((await client.get(moved.headers["Location"])).json())
    assert 201 == (await client.post(written.headers["Location"], json=SAID)).status_code
    assert "acme/store" == (await client.get("/repos/acme/store")).json()["full_name"]
    assert 404 == (await client.get("/repositories/999999/pulls/1")).status_code
    assert 404 == (await client.get("/repositories/x/pulls/1")).status_code


async def test_graphql_follows_a_renamed_repository(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    town.simulator.rename(Rename(repository="acme/shop", name="store"))
    query = '{ repository(owner: "acme", name: "shop") { nameWithOwner } }'
    told = (await client.post("/graphql", json={"query": query})).json()

    assert {"data": {"repository": {"nameWithOwner": "acme/store"}}} == told


async def test_an_old_name_that_another_repository_has_now_is_that_one(town: Town) -> None:
    await town.open()
    town.simulator.rename(Rename(repository="acme/shop", name="store"))
    await town.open()
    client = await town.as_user()

    assert "acme/shop" == (await client.get("/repos/acme/shop")).json()["full_name"]


async def test_a_storm_redirects_reads_and_writes_in_every_way(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, Kind.REDIRECT)
    answers = [await client.post(COMMENTS, json=SAID) for _ in range(40)]

    assert {301, 302, 307, 308} == {answer.status_code for answer in answers}
    assert 0 == said(town)
    assert 201 == (await client.post(answers[0].headers["Location"], json=SAID)).status_code
    assert 404 == (await client.get("/repos/acme/none/pulls/1")).status_code


async def test_a_login_page_comes_in_place_of_an_answer_and_nothing_has_happened(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, Kind.LOGIN_PAGE)
    answer = await client.post(COMMENTS, json=SAID)

    assert (200, "text/html") == (answer.status_code, answer.headers["Content-Type"].partition(";")[0])
    assert 0 == said(town)


async def test_an_answer_is_empty_and_its_effect_is_there(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, Kind.EMPTY_ANSWER)
    answer = await client.post(COMMENTS, json=SAID)

    assert (201, b"") == (answer.status_code, answer.content)
    assert 1 == said(town)
    assert 404 == (await client.get("/repos/acme/none/pulls/1")).status_code


async def test_records_are_odd_where_no_client_needs_them(town: Town) -> None:
    await town.open()
    client = await town.as_user()
    strike(town, Kind.ODD_RECORD)
    [commit] = (await client.get(f"{PULL}/commits")).json()
    pull = (await client.get(PULL)).json()

    assert ({}, {}, None) == (commit["author"], commit["committer"], commit["commit"]["committer"])
    assert ("MARTIAN", None) == (pull["author_association"], pull["head"]["repo"])
    assert "_links" not in pull


@pytest.mark.parametrize("seed", range(12))
async def test_a_query_is_answered_by_half(town: Town, seed: int) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, Kind.HALF_ANSWER, seed)
    told = (await client.post("/graphql", json={"query": TEXTS})).json()
    [error] = told["errors"]

    if told["data"] is None:
        assert "Something went wrong" in error["message"]
    elif told["data"]["repository"] is None:
        assert ("FORBIDDEN", ["repository"]) == (error["type"], error["path"])
    else:
        assert {"f0", "f1"} == told["data"]["repository"].keys()
        assert ("FORBIDDEN", ["repository", "f0"]) == (error["type"], error["path"])
        assert told["data"]["repository"]["f0"] is None


async def test_mutations_are_answered_whole(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    strike(town, Kind.HALF_ANSWER)
    mutation = 'mutation { resolveReviewThread(input: {threadId: "x"}) { thread { id } } }'
    told = (await client.post("/graphql", json={"query": mutation})).json()

    assert "NOT_FOUND" == told["errors"][0]["type"]


async def test_lists_of_files_end_too_early(town: Town) -> None:
    await town.open()
    client = await town.as_user()
    strike(town, Kind.SHORT_LIST)
    lengths = {len((await client.get(f"{PULL}/files")).json()) for _ in range(20)}

    assert {0, 1} == lengths
    assert 3 == (await client.get(PULL)).json()["changed_files"]


def test_each_kind_fits_its_calls() -> None:
    assert Kind.ODD_RECORD in kinds_for("GET", TEMPLATE)
    assert Kind.ODD_RECORD not in kinds_for("PATCH", TEMPLATE)
    assert all(Kind.ODD_RECORD in kinds_for("GET", template) for template in ODD)
    assert {Kind.SHORT_LIST, Kind.REDIRECT} <= kinds_for("GET", f"{TEMPLATE}/files")
    assert not {Kind.SHORT_LIST, Kind.HALF_ANSWER} & kinds_for("GET", TEMPLATE)
    assert Kind.REDIRECT not in kinds_for("GET", "/app")
    assert Kind.HALF_ANSWER in kinds_for("POST", "/graphql")
    assert not PASSING & PARTIAL


async def test_a_faults_edit_may_follow_its_effect(town: Town) -> None:
    await town.open()
    client: httpx.AsyncClient = await town.as_installation()
    town.simulator.inject(Fault(method="POST", path=COMMENTS, edits=(Edit(at="/id", remove=True),)))
    answer = await client.post(COMMENTS, json=SAID)

    assert (201, False, 1) == (answer.status_code, "id" in answer.json(), said(town))
