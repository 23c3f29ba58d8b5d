"""A parsed request to the API."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from github_simulator.api.refusals import Refusal, missing, mistyped, not_found
from github_simulator.api.visitors import Visitor
from github_simulator.events import Events
from github_simulator.shapes.site import Site
from github_simulator.state import Account, Pull, Repository, World
from github_simulator.webhook import Webhook

_MAX_ID = 2**63


@dataclass(slots=True)
class ApiRequest:
    """A request, its caller and its body. Writes publish their effects through `events`."""

    world: World
    site: Site
    events: Events
    hook: Webhook
    http: web.Request
    visitor: Visitor
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Account:
        if self.visitor.account is None:
            raise Refusal(401, "Requires authentication")
        return self.visitor.account

    @property
    def by_app(self) -> bool:
        return self.visitor.installation is not None

    @property
    def repository(self) -> Repository:
        return self.world.repository("{owner}/{repo}".format_map(self.http.match_info))

    @property
    def pull(self) -> Pull:
        """The pull in the path, named as a pull or as an issue."""
        names = self.http.match_info
        number = self.number("pull_number" if "pull_number" in names else "issue_number")
        return self.world.pull(self.repository.full_name, number)

    def word(self, name: str) -> str:
        return self.http.match_info[name]

    def number(self, name: str) -> int:
        word = self.http.match_info[name]
        if not word.isascii() or not word.isdecimal() or int(word[:20]) >= _MAX_ID:
            raise not_found()
        return int(word)

    def text(self, name: str) -> str:
        """A required text field."""
        value = self.text_if(name)
        if value is None:
            raise missing(name)
        return value

    def text_if(self, name: str) -> str | None:
        value = self.body.get(name)
        if value is not None and not isinstance(value, str):
            raise mistyped(name, value, "a string")
        return value

    def count_if(self, name: str) -> int | None:
        value = self.body.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise mistyped(name, value, "an integer")
        return value


async def read_body(request: web.Request) -> dict[str, Any]:
    """The JSON object in the body; empty without a body."""
    raw = await request.read()
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refusal(400, "Problems parsing JSON") from None
    if not isinstance(body, dict):
        raise Refusal(400, "Body should be a JSON object")
    return body


def answer(shape: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    media = {"X-GitHub-Media-Type": "github.v3; format=json"}
    return web.Response(
        body=json.dumps(shape).encode(),
        status=status,
        headers={"Content-Type": "application/json; charset=utf-8", **media, **(headers or {})},
    )


def refuse(refusal: Refusal) -> web.Response:
    return answer(refusal.body, refusal.status, refusal.headers)
