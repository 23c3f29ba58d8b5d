"""Routes of labels on pulls. Adding an unknown label creates it."""

from typing import Any

from aiohttp import web

from github_simulator.api.access import reads, writes
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.paging import page_of
from github_simulator.api.refusals import Refusal, invalid, mistyped
from github_simulator.api.routes import Routes
from github_simulator.shapes.pulls import label
from github_simulator.state import Pull
from github_simulator.state.labels import attach_labels, detach_label

routes = Routes()

MAX_LENGTH = 50  # characters
_PATH = "/repos/{owner}/{repo}/issues/{issue_number}/labels"
_READ, _WRITE = reads("issues", "pull_requests"), writes("issues", "pull_requests")


@routes("GET", _PATH, _READ)
async def list_labels(request: ApiRequest) -> web.Response:
    repo, pull = request.repository, request.pull
    return page_of(request, pull.labels, lambda name: label(request.site, repo, name))


@routes("POST", _PATH, _WRITE)
async def add_labels(request: ApiRequest) -> web.Response:
    _check_permission(request)
    pull, names = request.pull, _names(request)
    for name in attach_labels(request.world, request.repository, pull, names):
        request.events.label("labeled", pull, name, request.actor)
    return answer(_all(request, pull))


@routes("DELETE", f"{_PATH}/{{name}}", _WRITE)
async def remove_label(request: ApiRequest) -> web.Response:
    _check_permission(request)
    pull = request.pull
    removed = detach_label(pull, request.word("name"))
    if removed is None:
        raise Refusal(404, "Label does not exist")
    request.events.label("unlabeled", pull, removed, request.actor)
    return answer(_all(request, pull))


def _names(request: ApiRequest) -> list[str]:
    sent: Any = request.body.get("labels")
    if not isinstance(sent, list) or not sent:
        raise mistyped("labels", sent, "an array")
    names: list[Any] = [item.get("name") if isinstance(item, dict) else item for item in sent]
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise mistyped("labels/items", name, "a string")
        if len(name) > MAX_LENGTH:
            raise invalid("Label", "name", "custom", f"name is too long (maximum is {MAX_LENGTH} characters)")
    return names


def _check_permission(request: ApiRequest) -> None:
    if not (request.by_app or request.repository.allows(request.actor, "triage")):
        raise Refusal(403, "Must have triage rights to Repository.")


def _all(request: ApiRequest, pull: Pull) -> list[dict[str, Any]]:
    return [label(request.site, request.repository, name) for name in pull.labels]
