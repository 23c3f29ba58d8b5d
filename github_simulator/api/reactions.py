"""Reactions to comments. Giving one twice is no error: it is there already."""

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
async def list_on_comment(asked: ApiRequest) -> web.Response:
    return _list(asked, _on_comment(asked))


@routes("POST", _ON_COMMENT, _WRITE)
async def react_to_comment(asked: ApiRequest) -> web.Response:
    return _give(asked, _on_comment(asked))


@routes("DELETE", f"{_ON_COMMENT}/{{reaction_id}}", _WRITE)
async def take_from_comment(asked: ApiRequest) -> web.Response:
    return _take(asked, _on_comment(asked))


@routes("GET", _ON_INLINE, _READ)
async def list_on_inline(asked: ApiRequest) -> web.Response:
    return _list(asked, _on_inline(asked))


@routes("POST", _ON_INLINE, _WRITE)
async def react_to_inline(asked: ApiRequest) -> web.Response:
    return _give(asked, _on_inline(asked))


@routes("DELETE", f"{_ON_INLINE}/{{reaction_id}}", _WRITE)
async def take_from_inline(asked: ApiRequest) -> web.Response:
    return _take(asked, _on_inline(asked))


def _on_comment(asked: ApiRequest) -> list[Reaction]:
    return asked.world.find_comment(asked.repository, asked.number("comment_id"))[1].reactions


def _on_inline(asked: ApiRequest) -> list[Reaction]:
    return asked.world.find_inline(asked.repository, asked.number("comment_id"))[1].reactions


def _list(asked: ApiRequest, reactions: list[Reaction]) -> web.Response:
    content = asked.request.query.get("content")
    wanted = [given for given in reactions if content in (None, given.content)]
    return page_of(asked, wanted, lambda given: reaction(asked.site, given))


def _give(asked: ApiRequest, reactions: list[Reaction]) -> web.Response:
    content = asked.text("content")
    if content not in CONTENTS:
        raise mistyped("content", content, f"a member of {list(CONTENTS)}")
    for given in reactions:
        if given.user is asked.actor and given.content == content:
            return answer(reaction(asked.site, given))
    made = Reaction(asked.world.new_id(), asked.actor, content, asked.world.now())
    reactions.append(made)
    return answer(reaction(asked.site, made), 201)


def _take(asked: ApiRequest, reactions: list[Reaction]) -> web.Response:
    wanted = asked.number("reaction_id")
    found = next((given for given in reactions if given.id == wanted), None)
    if found is None:
        raise not_found()
    reactions.remove(found)
    return web.Response(status=204)
