"""Labels on pulls. One that the repository lacks is made when it is put on something."""

from typing import Any

from aiohttp import web

from github_simulator.api.access import reads, writes
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.paging import page_of
from github_simulator.api.refusals import Refusal, invalid, mistyped
from github_simulator.api.routes import Routes
from github_simulator.shapes.pulls import label
from github_simulator.state import Pull
from github_simulator.state.labels import put_on, take_off

routes = Routes()

LONGEST = 50  # characters
_HERE = "/repos/{owner}/{repo}/issues/{issue_number}/labels"
_READ, _WRITE = reads("issues", "pull_requests"), writes("issues", "pull_requests")


@routes("GET", _HERE, _READ)
async def list_labels(asked: ApiRequest) -> web.Response:
    known, pull = asked.repository, asked.pull
    return page_of(asked, pull.labels, lambda name: label(asked.site, known, name))


@routes("POST", _HERE, _WRITE)
async def add_labels(asked: ApiRequest) -> web.Response:
    _check_rights(asked)
    pull, names = asked.pull, _names(asked)
    for name in put_on(asked.world, asked.repository, pull, names):
        asked.events.label("labeled", pull, name, asked.actor)
    return answer(_all(asked, pull))


@routes("DELETE", f"{_HERE}/{{name}}", _WRITE)
async def remove_label(asked: ApiRequest) -> web.Response:
    _check_rights(asked)
    pull = asked.pull
    taken = take_off(pull, asked.word("name"))
    if taken is None:
        raise Refusal(404, "Label does not exist")
    asked.events.label("unlabeled", pull, taken, asked.actor)
    return answer(_all(asked, pull))


def _names(asked: ApiRequest) -> list[str]:
    sent: Any = asked.body.get("labels")
    if not isinstance(sent, list) or not sent:
        raise mistyped("labels", sent, "an array")
    names: list[Any] = [one.get("name") if isinstance(one, dict) else one for one in sent]
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise mistyped("labels/items", name, "a string")
        if len(name) > LONGEST:
            raise invalid("Label", "name", "custom", f"name is too long (maximum is {LONGEST} characters)")
    return names


def _check_rights(asked: ApiRequest) -> None:
    if not (asked.by_app or asked.repository.allows(asked.actor, "triage")):
        raise Refusal(403, "Must have triage rights to Repository.")


def _all(asked: ApiRequest, pull: Pull) -> list[dict[str, Any]]:
    return [label(asked.site, asked.repository, name) for name in pull.labels]
