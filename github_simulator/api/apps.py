"""Routes of the app, its installations, their tokens, and the deliveries of its webhook."""

import json

from aiohttp import web

from github_simulator.api.access import AUTHENTICATED, BY_APP
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
async def get_app(request: ApiRequest) -> web.Response:
    count = len(request.world.installations)
    return answer({**accounts.app(request.site, request.world.app), "installations_count": count})


@routes("GET", "/app/installations", BY_APP)
async def list_installations(request: ApiRequest) -> web.Response:
    installations = list(request.world.installations.values())
    return page_of(request, installations, lambda installation: _shape(request, installation))


@routes("GET", "/app/installations/{installation_id}", BY_APP)
async def get_installation(request: ApiRequest) -> web.Response:
    return answer(_shape(request, _installation(request)))


@routes("GET", "/repos/{owner}/{repo}/installation", BY_APP)
async def get_installation_of_repository(request: ApiRequest) -> web.Response:
    return answer(_shape(request, request.world.installation_of(request.repository.owner)))


@routes("POST", "/app/installations/{installation_id}/access_tokens", BY_APP)
async def create_token(request: ApiRequest) -> web.Response:
    installation = _installation(request)
    requested = request.body.get("permissions")
    if requested is not None and not isinstance(requested, dict):
        raise mistyped("permissions", requested, "an object")
    if requested and not all(_grants(request, name, level) for name, level in requested.items()):
        raise Refusal(422, "The permissions requested are not granted to this installation.")
    return answer(accounts.installation_token(request.world.mint(installation, requested)), 201)


@routes("GET", "/installation/repositories", AUTHENTICATED)
async def list_repositories(request: ApiRequest) -> web.Response:
    installation = request.visitor.installation
    if installation is None:
        raise Refusal(
            403, "You must authenticate with an installation access token in order to list repositories"
        )
    repositories = request.world.repositories_of(installation)
    page, headers = cut_page(request, repositories)
    shapes = [repository(request.site, repo, request.actor) for repo in page]
    return answer(
        {"total_count": len(repositories), "repository_selection": "all", "repositories": shapes},
        200,
        headers,
    )


@routes("DELETE", "/installation/token", AUTHENTICATED)
async def revoke_token(request: ApiRequest) -> web.Response:
    token = request.visitor.token
    if token is None or token.installation is None:
        raise not_found()
    del request.world.tokens[token.text]
    return web.Response(status=204)


@routes("GET", "/app/hook/deliveries", BY_APP)
async def list_deliveries(request: ApiRequest) -> web.Response:
    """Newest first. `cursor` is the id of the last delivery on the page before."""
    cursor = request.http.query.get("cursor")
    newest_first = [
        delivery for delivery in reversed(request.world.deliveries) if delivery.status is not None
    ]
    remaining = [
        delivery
        for delivery in newest_first
        if cursor is None or (cursor.isdecimal() and delivery.id < int(cursor[:18]))
    ]
    page, _ = cut_page(request, remaining)
    headers = {}
    if len(remaining) > len(page):
        following = request.http.url.update_query(cursor=str(page[-1].id))
        headers["Link"] = f'<{following}>; rel="next"'
    return answer([_delivery(delivery) for delivery in page], headers=headers)


@routes("GET", "/app/hook/deliveries/{delivery_id}", BY_APP)
async def get_delivery(request: ApiRequest) -> web.Response:
    delivery = _find(request)
    sent = {"headers": delivery.headers, "payload": json.loads(delivery.body)}
    response = {"headers": delivery.answer_headers, "payload": delivery.answer}
    return answer({**_delivery(delivery), "url": "", "request": sent, "response": response})


@routes("POST", "/app/hook/deliveries/{delivery_id}/attempts", BY_APP)
async def redeliver(request: ApiRequest) -> web.Response:
    request.hook.redeliver(_find(request))
    return answer({}, 202)


def _installation(request: ApiRequest) -> Installation:
    installation = request.world.installations.get(request.number("installation_id"))
    if installation is None:
        raise not_found()
    return installation


def _shape(request: ApiRequest, installation: Installation) -> Shape:
    return accounts.installation(request.site, request.world.app, installation)


def _grants(request: ApiRequest, name: str, level: object) -> bool:
    granted = request.world.app.permissions.get(name)
    return granted is not None and level in _LEVELS and _LEVELS.index(level) <= _LEVELS.index(granted)


def _find(request: ApiRequest) -> Delivery:
    number = request.number("delivery_id")
    for delivery in request.world.deliveries:
        if delivery.id == number and delivery.status is not None:
            return delivery
    raise not_found()


def _delivery(delivery: Delivery) -> Shape:
    return {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": when(delivery.sent),
        "redelivery": delivery.redelivery,
        "duration": delivery.duration,
        "status": delivery.outcome,
        "status_code": delivery.status,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": delivery.installation,
        "repository_id": delivery.repository,
        "throttled_at": None,
    }
