"""Routes of comments in a pull's conversation."""

from aiohttp import web

from github_simulator.api.access import reads, writes
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.closed import check_open
from github_simulator.api.paging import page_of
from github_simulator.api.refusals import Refusal, invalid
from github_simulator.api.routes import Routes
from github_simulator.shapes import comments as comment_shapes
from github_simulator.shapes.site import Shape
from github_simulator.state import Comment, Pull

routes = Routes()

MOST_CHARACTERS = 65_536
MOST_BYTES = 262_144
TOO_LONG = f"Body is too long (maximum is {MOST_CHARACTERS} characters)"
_READ = reads("issues", "pull_requests")
_WRITE = writes("issues", "pull_requests")


@routes("GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments", _READ)
async def list_comments(request: ApiRequest) -> web.Response:
    pull = request.pull
    return page_of(request, list(pull.comments.values()), lambda comment: _shape(request, pull, comment))


@routes("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments", _WRITE)
async def create_comment(request: ApiRequest) -> web.Response:
    pull, body = request.pull, checked_text(request, "body", "IssueComment")
    check_open(request, pull, "IssueComment")
    now = request.world.now()
    comment = Comment(request.world.new_id(), request.actor, body, now, now, request.by_app)
    pull.comments[comment.id] = comment
    request.events.comment("created", pull, comment, request.actor)
    shape = _shape(request, pull, comment)
    return answer(shape, 201, {"Location": shape["url"]})


@routes("GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}", _READ)
async def get_comment(request: ApiRequest) -> web.Response:
    return answer(_shape(request, *_find(request)))


@routes("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", _WRITE)
async def update_comment(request: ApiRequest) -> web.Response:
    pull, comment = _find(request)
    _check_owner(request, comment)
    check_open(request, pull, "IssueComment")
    before, comment.body = comment.body, checked_text(request, "body", "IssueComment")
    comment.updated = request.world.now()
    request.events.comment("edited", pull, comment, request.actor, before)
    return answer(_shape(request, pull, comment))


@routes("DELETE", "/repos/{owner}/{repo}/issues/comments/{comment_id}", _WRITE)
async def delete_comment(request: ApiRequest) -> web.Response:
    pull, comment = _find(request)
    _check_owner(request, comment)
    del pull.comments[comment.id]
    request.events.comment("deleted", pull, comment, request.actor)
    return web.Response(status=204)


def checked_text(request: ApiRequest, name: str, resource: str) -> str:
    """A text field that is neither blank nor too long for GitHub."""
    text = request.text(name)
    if not text.strip():
        raise invalid(resource, "data", "unprocessable", "Body cannot be blank")
    if not fits(text):
        raise invalid(resource, "data", "unprocessable", TOO_LONG)
    return text


def fits(text: str) -> bool:
    return len(text) <= MOST_CHARACTERS and len(text.encode("utf-8", "replace")) <= MOST_BYTES


def _find(request: ApiRequest) -> tuple[Pull, Comment]:
    return request.world.find_comment(request.repository, request.number("comment_id"))


def _check_owner(request: ApiRequest, comment: Comment) -> None:
    """Users with write permission and apps may change comments of others."""
    if (
        not request.by_app
        and comment.user is not request.actor
        and not request.repository.allows(request.actor, "write")
    ):
        raise Refusal(403, "Must have admin rights to Repository.")


def _shape(request: ApiRequest, pull: Pull, comment: Comment) -> Shape:
    return comment_shapes.comment(request.site, request.repository, pull, comment, request.world.app)
