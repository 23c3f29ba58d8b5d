"""Routes of single comments on lines and files."""

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
async def list_inline(request: ApiRequest) -> web.Response:
    repo, pull = request.repository, request.pull
    return page_of(
        request, list(pull.inline.values()), partial(comment_shapes.inline, request.site, repo, pull)
    )


@routes("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/comments", _WRITE)
async def create_inline(request: ApiRequest) -> web.Response:
    """On a line, on a file (`subject_type`), or as a reply (`in_reply_to`)."""
    check_open(request, request.pull, RESOURCE)
    _check_pending(request)
    first = request.count_if("in_reply_to")
    if first is not None:
        return _reply(request, request.pull, first)
    body, path = checked_text(request, "body", RESOURCE), request.text("path")
    head = _head(request, request.pull)
    spot = Spot(request.world, request.pull, head, request.actor, request.by_app)
    if request.text_if("subject_type") == "file":
        return _store(request, on_file(spot, path, body))
    if request.count_if("line") is None and request.count_if("position") is None:
        raise missing("line")
    return _store(request, on_line(spot, read_draft(_typed(request, body, path))))


@routes("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies", _WRITE)
async def reply(request: ApiRequest) -> web.Response:
    check_open(request, request.pull, RESOURCE)
    return _reply(request, request.pull, request.number("comment_id"))


@routes("GET", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", _READ)
async def get_inline(request: ApiRequest) -> web.Response:
    return answer(_shape(request, *_find(request)))


@routes("PATCH", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", _WRITE)
async def update_inline(request: ApiRequest) -> web.Response:
    pull, comment = _find(request)
    check_open(request, pull, RESOURCE)
    before, comment.body = comment.body, checked_text(request, "body", RESOURCE)
    comment.updated = request.world.now()
    request.events.inline("edited", pull, comment, request.actor, before)
    return answer(_shape(request, pull, comment))


@routes("DELETE", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", _WRITE)
async def delete_inline(request: ApiRequest) -> web.Response:
    pull, comment = _find(request)
    del pull.inline[comment.id]
    request.events.inline("deleted", pull, comment, request.actor)
    return web.Response(status=204)


def _check_pending(request: ApiRequest) -> None:
    """A single comment is a review, and an account can have only one pending review."""
    if request.pull.pending(request.actor):
        raise invalid(
            RESOURCE, "user_id", "custom", "user_id can only have one pending review per pull request"
        )


def _find(request: ApiRequest) -> tuple[Pull, InlineComment]:
    return request.world.find_inline(request.repository, request.number("comment_id"))


def _shape(request: ApiRequest, pull: Pull, comment: InlineComment) -> dict[str, Any]:
    return comment_shapes.inline(request.site, request.repository, pull, comment)


def _head(request: ApiRequest, pull: Pull) -> Commit:
    sha = request.text("commit_id")
    head = next((commit for commit in pull.history if commit.sha == sha), None)
    if head is None:
        raise invalid(RESOURCE, "commit_id", "custom", "commit_id is not part of the pull request")
    return head


def _typed(request: ApiRequest, body: str, path: str) -> dict[str, Any]:
    texts = {name: request.text_if(name) for name in ("side", "start_side")}
    counts = {name: request.count_if(name) for name in ("line", "start_line", "position")}
    return {"body": body, "path": path, **texts, **counts}


def _reply(request: ApiRequest, pull: Pull, number: int) -> web.Response:
    body, first = checked_text(request, "body", RESOURCE), pull.inline.get(number)
    if first is None:
        raise not_found()
    spot = Spot(request.world, pull, pull.head, request.actor, request.by_app)
    return _store(request, in_thread(spot, first, body))


def _store(request: ApiRequest, comment: InlineComment) -> web.Response:
    pull = request.pull
    pull.inline[comment.id] = comment
    request.events.inline("created", pull, comment, request.actor)
    shape = _shape(request, pull, comment)
    return answer(shape, 201, {"Location": shape["url"]})
