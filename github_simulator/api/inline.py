"""Comments on lines and files, one by one."""

from functools import partial
from typing import Any

from aiohttp import web

from github_simulator.api.access import reads, writes
from github_simulator.api.anchors import Spot, read_draft
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.closed import check_open
from github_simulator.api.comments import checked_text
from github_simulator.api.paging import page_of
from github_simulator.api.refusals import invalid, missing, not_found
from github_simulator.api.routes import Routes
from github_simulator.api.saying import RESOURCE, in_thread, on_file, on_line
from github_simulator.shapes import comments as comment_shapes
from github_simulator.state import Commit, InlineComment, Pull

routes = Routes()

_READ, _WRITE = reads("pull_requests"), writes("pull_requests")


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/comments", _READ)
async def list_inline(asked: ApiRequest) -> web.Response:
    known, pull = asked.repository, asked.pull
    return page_of(asked, list(pull.inline.values()), partial(comment_shapes.inline, asked.site, known, pull))


@routes("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/comments", _WRITE)
async def create_inline(asked: ApiRequest) -> web.Response:
    """On a line, on a file (`subject_type`), or as a reply (`in_reply_to`)."""
    check_open(asked, asked.pull, RESOURCE)
    _check_pending(asked)
    first = asked.count_if("in_reply_to")
    if first is not None:
        return _reply(asked, asked.pull, first)
    body, path = checked_text(asked, "body", RESOURCE), asked.text("path")
    head = _head(asked, asked.pull)
    spot = Spot(asked.world, asked.pull, head, asked.actor, asked.by_app)
    if asked.text_if("subject_type") == "file":
        return _keep(asked, on_file(spot, path, body))
    if asked.count_if("line") is None and asked.count_if("position") is None:
        raise missing("line")
    return _keep(asked, on_line(spot, read_draft(_typed(asked, body, path))))


@routes("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies", _WRITE)
async def reply(asked: ApiRequest) -> web.Response:
    check_open(asked, asked.pull, RESOURCE)
    return _reply(asked, asked.pull, asked.number("comment_id"))


@routes("GET", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", _READ)
async def get_inline(asked: ApiRequest) -> web.Response:
    return answer(_shape(asked, *_find(asked)))


@routes("PATCH", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", _WRITE)
async def update_inline(asked: ApiRequest) -> web.Response:
    pull, comment = _find(asked)
    check_open(asked, pull, RESOURCE)
    before, comment.body = comment.body, checked_text(asked, "body", RESOURCE)
    comment.updated = asked.world.now()
    asked.events.inline("edited", pull, comment, asked.actor, before)
    return answer(_shape(asked, pull, comment))


@routes("DELETE", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", _WRITE)
async def delete_inline(asked: ApiRequest) -> web.Response:
    pull, comment = _find(asked)
    del pull.inline[comment.id]
    asked.events.inline("deleted", pull, comment, asked.actor)
    return web.Response(status=204)


def _check_pending(asked: ApiRequest) -> None:
    """A comment is a review of its own, and beside one that is begun there is no other."""
    if asked.pull.pending(asked.actor):
        raise invalid(
            RESOURCE, "user_id", "custom", "user_id can only have one pending review per pull request"
        )


def _find(asked: ApiRequest) -> tuple[Pull, InlineComment]:
    return asked.world.find_inline(asked.repository, asked.number("comment_id"))


def _shape(asked: ApiRequest, pull: Pull, comment: InlineComment) -> dict[str, Any]:
    return comment_shapes.inline(asked.site, asked.repository, pull, comment)


def _head(asked: ApiRequest, pull: Pull) -> Commit:
    sha = asked.text("commit_id")
    found = next((one for one in pull.history if one.sha == sha), None)
    if found is None:
        raise invalid(RESOURCE, "commit_id", "custom", "commit_id is not part of the pull request")
    return found


def _typed(asked: ApiRequest, body: str, path: str) -> dict[str, Any]:
    words = {name: asked.text_if(name) for name in ("side", "start_side")}
    counts = {name: asked.count_if(name) for name in ("line", "start_line", "position")}
    return {"body": body, "path": path, **words, **counts}


def _reply(asked: ApiRequest, pull: Pull, number: int) -> web.Response:
    body, first = checked_text(asked, "body", RESOURCE), pull.inline.get(number)
    if first is None:
        raise not_found()
    spot = Spot(asked.world, pull, pull.head, asked.actor, asked.by_app)
    return _keep(asked, in_thread(spot, first, body))


def _keep(asked: ApiRequest, said: InlineComment) -> web.Response:
    pull = asked.pull
    pull.inline[said.id] = said
    asked.events.inline("created", pull, said, asked.actor)
    shape = _shape(asked, pull, said)
    return answer(shape, 201, {"Location": shape["url"]})
