"""The app: itself, its installations and their tokens, its webhook's deliveries."""

import json

from aiohttp import web

from github_simulator.api.access import BY_APP, BY_SOMEBODY
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.paging import cut_page, page_of
from github_simulator.api.refusals import Refusal, mistyped, not_found
from github_simulator.api.routes import Routes
from github_simulator.shapes import accounts
from github_simulator.shapes.repositories import repository
from github_simulator.shapes.site import Shape, when
from github_simulator.state import Delivery, Installation

routes = Routes()

_LEVELS = ("read", "write", "admin")


@routes("GET", "/app", BY_APP)
async def get_app(asked: ApiRequest) -> web.Response:
    count = len(asked.world.installations)
    return answer({**accounts.app(asked.site, asked.world.app), "installations_count": count})


@routes("GET", "/app/installations", BY_APP)
async def list_installations(asked: ApiRequest) -> web.Response:
    installations = list(asked.world.installations.values())
    return page_of(asked, installations, lambda installed: _shape(asked, installed))


@routes("GET", "/app/installations/{installation_id}", BY_APP)
async def get_installation(asked: ApiRequest) -> web.Response:
    return answer(_shape(asked, _installation(asked)))


@routes("GET", "/repos/{owner}/{repo}/installation", BY_APP)
async def get_installation_of_repository(asked: ApiRequest) -> web.Response:
    return answer(_shape(asked, asked.world.installation_of(asked.repository.owner)))


@routes("POST", "/app/installations/{installation_id}/access_tokens", BY_APP)
async def create_token(asked: ApiRequest) -> web.Response:
    installed = _installation(asked)
    wanted = asked.body.get("permissions")
    if wanted is not None and not isinstance(wanted, dict):
        raise mistyped("permissions", wanted, "an object")
    if wanted and not all(_grants(asked, name, level) for name, level in wanted.items()):
        raise Refusal(422, "The permissions requested are not granted to this installation.")
    return answer(accounts.installation_token(asked.world.mint(installed, wanted)), 201)


@routes("GET", "/installation/repositories", BY_SOMEBODY)
async def list_repositories(asked: ApiRequest) -> web.Response:
    installed = asked.visitor.installation
    if installed is None:
        raise Refusal(
            403, "You must authenticate with an installation access token in order to list repositories"
        )
    known = asked.world.repositories_of(installed)
    shown, headers = cut_page(asked, known)
    shapes = [repository(asked.site, one, asked.actor) for one in shown]
    return answer(
        {"total_count": len(known), "repository_selection": "all", "repositories": shapes}, 200, headers
    )


@routes("DELETE", "/installation/token", BY_SOMEBODY)
async def revoke_token(asked: ApiRequest) -> web.Response:
    token = asked.visitor.token
    if token is None or token.installation is None:
        raise not_found()
    del asked.world.tokens[token.text]
    return web.Response(status=204)


@routes("GET", "/app/hook/deliveries", BY_APP)
async def list_deliveries(asked: ApiRequest) -> web.Response:
    """The newest first. Pages by `cursor`: the id of the last delivery of the page before."""
    cursor = asked.request.query.get("cursor")
    newest = [delivery for delivery in reversed(asked.world.deliveries) if delivery.status is not None]
    left = [one for one in newest if cursor is None or (cursor.isdecimal() and one.id < int(cursor[:18]))]
    shown, _ = cut_page(asked, left)
    headers = {}
    if len(left) > len(shown):
        following = asked.request.url.update_query(cursor=str(shown[-1].id))
        headers["Link"] = f'<{following}>; rel="next"'
    return answer([_delivery(one) for one in shown], headers=headers)


@routes("GET", "/app/hook/deliveries/{delivery_id}", BY_APP)
async def get_delivery(asked: ApiRequest) -> web.Response:
    one = _find(asked)
    request = {"headers": one.headers, "payload": json.loads(one.body)}
    response = {"headers": one.answer_headers, "payload": one.answer}
    return answer({**_delivery(one), "url": "", "request": request, "response": response})


@routes("POST", "/app/hook/deliveries/{delivery_id}/attempts", BY_APP)
async def redeliver(asked: ApiRequest) -> web.Response:
    asked.hook.post_again(_find(asked))
    return answer({}, 202)


def _installation(asked: ApiRequest) -> Installation:
    installed = asked.world.installations.get(asked.number("installation_id"))
    if installed is None:
        raise not_found()
    return installed


def _shape(asked: ApiRequest, installed: Installation) -> Shape:
    return accounts.installation(asked.site, asked.world.app, installed)


def _grants(asked: ApiRequest, name: str, level: object) -> bool:
    granted = asked.world.app.permissions.get(name)
    return granted is not None and level in _LEVELS and _LEVELS.index(level) <= _LEVELS.index(granted)


def _find(asked: ApiRequest) -> Delivery:
    wanted = asked.number("delivery_id")
    for one in asked.world.deliveries:
        if one.id == wanted and one.status is not None:
            return one
    raise not_found()


def _delivery(one: Delivery) -> Shape:
    return {
        "id": one.id,
        "guid": one.guid,
        "delivered_at": when(one.sent),
        "redelivery": one.redelivery,
        "duration": one.duration,
        "status": one.outcome,
        "status_code": one.status,
        "event": one.event,
        "action": one.action,
        "installation_id": one.installation,
        "repository_id": one.repository,
        "throttled_at": None,
    }
