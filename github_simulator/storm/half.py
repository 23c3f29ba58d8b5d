"""Answers that are true in part: with odd records in them, cut short, empty, or beside an error."""

import json
from typing import Any

from aiohttp import web

from github_simulator.api.api_request import answer
from github_simulator.edits import Edit, edited, on_purpose
from github_simulator.storm.kinds import Kind
from github_simulator.storm.odd import ODD
from github_simulator.storm.rng import Strike

_FORBIDDEN = {"type": "FORBIDDEN", "message": "Resource not accessible by integration"}
_UNWELL = {"message": "Something went wrong while executing your query. This may be the result of a timeout."}


def half_answer(strike: Strike, template: str, response: web.Response) -> web.Response:
    """What is sent in place of `response`, which is the whole truth."""
    match strike.kind:
        case Kind.EMPTY_ANSWER:
            return on_purpose(web.Response(status=response.status, headers=_without_body(response)))
        case Kind.ODD_RECORD:
            return edited(response, ODD.get(template, ()))
        case Kind.SHORT_LIST:
            return edited(response, (Edit(keep=strike.chance.randrange(2)),))
        case _:
            return _half(strike, response)


def _without_body(response: web.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Length"}


def _half(strike: Strike, response: web.Response) -> web.Response:
    """A query's answer with one field of it, or all, kept back. Mutations are answered as they are."""
    told = json.loads(response.body) if isinstance(response.body, bytes) else {}
    repository = (told.get("data") or {}).get("repository")
    if not isinstance(repository, dict):
        return response
    form = strike.chance.choice((_all_forbidden, _nothing, _first_forbidden))
    return answer(form(repository), headers={"X-RateLimit-Resource": "graphql"})


def _all_forbidden(_repository: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"repository": None}, "errors": [{**_FORBIDDEN, "path": ["repository"]}]}


def _nothing(_repository: dict[str, Any]) -> dict[str, Any]:
    return {"data": None, "errors": [_UNWELL]}


def _first_forbidden(repository: dict[str, Any]) -> dict[str, Any]:
    """The first file's text, or the first thread's resolver."""
    threads = (repository.get("pullRequest") or {}).get("reviewThreads")
    if threads is None:
        name = next(iter(repository), "f0")
        path: list[Any] = ["repository", name]
        repository = {**repository, name: None}
    else:
        path = ["repository", "pullRequest", "reviewThreads", "nodes", 0, "resolvedBy"]
        for thread in threads["nodes"][:1]:
            thread["resolvedBy"] = None
    return {"data": {"repository": repository}, "errors": [{**_FORBIDDEN, "path": path}]}
