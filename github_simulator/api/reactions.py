"""Routes of reactions to comments. A repeated reaction returns the existing one."""

from aiohttp import web

from github_simulator.api.access import reads, writes
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.paging import page_of
from github_simulator.api.refusals import mistyped, not_found
from github_simulator.api.routes import Routes
from github_simulator.shapes.comments import reaction
from github_simulator.state import Reaction

routes = Routes()

CONTENTS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")
_ON_COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions"
_ON_INLINE = "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions"
_READ, _WRITE = reads("issues", "pull_requests"), writes("issues", "pull_requests")


@routes("GET", _ON_COMMENT, _READ)
async def list_on_comment(request: ApiRequest) -> web.Response:
    return _list(request, _on_comment(request))


@routes("POST", _ON_COMMENT, _WRITE)
async def react_to_comment(request: ApiRequest) -> web.Response:
    return _add(request, _on_comment(request))


@routes("DELETE", f"{_ON_COMMENT}/{{reaction_id}}", _WRITE)
async def take_from_comment(request: ApiRequest) -> web.Response:
    return _remove(request, _on_comment(request))


@routes("GET", _ON_INLINE, _READ)
async def list_on_inline(request: ApiRequest) -> web.Response:
    return _list(request, _on_inline(request))


@routes("POST", _ON_INLINE, _WRITE)
async def react_to_inline(request: ApiRequest) -> web.Response:
    return _add(request, _on_inline(request))


@routes("DELETE", f"{_ON_INLINE}/{{reaction_id}}", _WRITE)
async def take_from_inline(request: ApiRequest) -> web.Response:
    return _remove(request, _on_inline(request))


def _on_comment(request: ApiRequest) -> list[Reaction]:
    return request.world.find_comment(request.repository, request.number("comment_id"))[1].reactions


def _on_inline(request: ApiRequest) -> list[Reaction]:
    return request.world.find_inline(request.repository, request.number("comment_id"))[1].reactions


def _list(request: ApiRequest, reactions: list[Reaction]) -> web.Response:
    content = request.http.query.get("content")
    selected = [item for item in reactions if content in (None, item.content)]
    return page_of(request, selected, lambda item: reaction(request.site, item))


def _add(request: ApiRequest, reactions: list[Reaction]) -> web.Response:
    content = request.text("content")
    if content not in CONTENTS:
        raise mistyped("content", content, f"a member of {list(CONTENTS)}")
    for item in reactions:
        if item.user is request.actor and item.content == content:
            return answer(reaction(request.site, item))
    created = Reaction(request.world.new_id(), request.actor, content, request.world.now())
    reactions.append(created)
    return answer(reaction(request.site, created), 201)


def _remove(request: ApiRequest, reactions: list[Reaction]) -> web.Response:
    number = request.number("reaction_id")
    found = next((item for item in reactions if item.id == number), None)
    if found is None:
        raise not_found()
    reactions.remove(found)
    return web.Response(status=204)
