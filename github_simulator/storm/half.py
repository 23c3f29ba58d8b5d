"""Partial answers: with malformed records, truncated, empty, or with an error next to the data."""

import json
from typing import Any

from aiohttp import web

from github_simulator.api.api_request import answer
from github_simulator.edits import Edit, edited, on_purpose
from github_simulator.storm.kinds import Kind
from github_simulator.storm.odd import ODD
from github_simulator.storm.rng import Strike

_FORBIDDEN = {"type": "FORBIDDEN", "message": "Resource not accessible by integration"}
_SERVER_ERROR = {
    "message": "Something went wrong while executing your query. This may be the result of a timeout."
}


def half_answer(strike: Strike, template: str, response: web.Response) -> web.Response:
    """The partial answer that replaces `response`."""
    match strike.kind:
        case Kind.EMPTY_ANSWER:
            return on_purpose(web.Response(status=response.status, headers=_without_body(response)))
        case Kind.ODD_RECORD:
            return edited(response, ODD.get(template, ()))
        case Kind.SHORT_LIST:
            return edited(response, (Edit(keep=strike.rng.randrange(2)),))
        case _:
            return _partial(strike, response)


def _without_body(response: web.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Length"}


def _partial(strike: Strike, response: web.Response) -> web.Response:
    """A query's answer without one field, or without data. Answers to mutations stay unchanged."""
    body = json.loads(response.body) if isinstance(response.body, bytes) else {}
    repository = (body.get("data") or {}).get("repository")
    if not isinstance(repository, dict):
        return response
    render = strike.rng.choice((_all_forbidden, _nothing, _first_forbidden))
    return answer(render(repository), headers={"X-RateLimit-Resource": "graphql"})


def _all_forbidden(_repository: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"repository": None}, "errors": [{**_FORBIDDEN, "path": ["repository"]}]}


def _nothing(_repository: dict[str, Any]) -> dict[str, Any]:
    return {"data": None, "errors": [_SERVER_ERROR]}


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
