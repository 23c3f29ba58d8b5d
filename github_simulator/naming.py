"""Distinguishes calls of one route by their operation and account."""

import json
import re

from aiohttp import web

from github_simulator.state import World

_OPERATION = re.compile(r"\s*(?:query|mutation)\s+(\w+)")
_OWNER = re.compile(r"/repos/([^/]+)/")
_INSTALLATION = re.compile(r"/app/installations/(\d+)/")
_DIFF = "application/vnd.github.diff"


async def variant_of(request: web.Request) -> str:
    """The name of a GraphQL operation, "diff" for a raw diff, otherwise empty."""
    if request.path.endswith("/graphql"):
        return _operation(await request.read())
    return "diff" if _DIFF in request.headers.get("Accept", "") else ""


def account_of(request: web.Request, world: World) -> str:
    """The login, in lower case, of the account whose repositories the call concerns; empty if unknown.

    GraphQL paths name no repository, so there it is the account of the token's installation.
    """
    if owner := _OWNER.search(request.path):
        return owner[1].lower()
    if number := _INSTALLATION.search(request.path):
        installation = world.installations.get(int(number[1][:18]))
    else:
        token = world.tokens.get(request.headers.get("Authorization", "").rpartition(" ")[2])
        installation = token.installation if token else None
    return installation.account.login.lower() if installation else ""


def _operation(raw: bytes) -> str:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return ""
    query = body.get("query") if isinstance(body, dict) else None
    found = _OPERATION.match(query) if isinstance(query, str) else None
    return found[1] if found else ""
