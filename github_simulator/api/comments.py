"""Comments in a pull's conversation."""

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
async def list_comments(asked: ApiRequest) -> web.Response:
    pull = asked.pull
    return page_of(asked, list(pull.comments.values()), lambda comment: _shape(asked, pull, comment))


@routes("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments", _WRITE)
async def create_comment(asked: ApiRequest) -> web.Response:
    pull, body = asked.pull, checked_text(asked, "body", "IssueComment")
    check_open(asked, pull, "IssueComment")
    now = asked.world.now()
    comment = Comment(asked.world.new_id(), asked.actor, body, now, now, asked.by_app)
    pull.comments[comment.id] = comment
    asked.events.comment("created", pull, comment, asked.actor)
    shape = _shape(asked, pull, comment)
    return answer(shape, 201, {"Location": shape["url"]})


@routes("GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}", _READ)
async def get_comment(asked: ApiRequest) -> web.Response:
    return answer(_shape(asked, *_find(asked)))


@routes("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", _WRITE)
async def update_comment(asked: ApiRequest) -> web.Response:
    pull, comment = _find(asked)
    _check_owner(asked, comment)
    check_open(asked, pull, "IssueComment")
    before, comment.body = comment.body, checked_text(asked, "body", "IssueComment")
    comment.updated = asked.world.now()
    asked.events.comment("edited", pull, comment, asked.actor, before)
    return answer(_shape(asked, pull, comment))


@routes("DELETE", "/repos/{owner}/{repo}/issues/comments/{comment_id}", _WRITE)
async def delete_comment(asked: ApiRequest) -> web.Response:
    pull, comment = _find(asked)
    _check_owner(asked, comment)
    del pull.comments[comment.id]
    asked.events.comment("deleted", pull, comment, asked.actor)
    return web.Response(status=204)


def checked_text(asked: ApiRequest, name: str, resource: str) -> str:
    """A text that is neither blank nor too long for GitHub."""
    text = asked.text(name)
    if not text.strip():
        raise invalid(resource, "data", "unprocessable", "Body cannot be blank")
    if not fits(text):
        raise invalid(resource, "data", "unprocessable", TOO_LONG)
    return text


def fits(text: str) -> bool:
    return len(text) <= MOST_CHARACTERS and len(text.encode("utf-8", "replace")) <= MOST_BYTES


def _find(asked: ApiRequest) -> tuple[Pull, Comment]:
    return asked.world.find_comment(asked.repository, asked.number("comment_id"))


def _check_owner(asked: ApiRequest, comment: Comment) -> None:
    """Somebody else's comment may be changed by those who may write to the repository, and by apps."""
    if (
        not asked.by_app
        and comment.user is not asked.actor
        and not asked.repository.allows(asked.actor, "write")
    ):
        raise Refusal(403, "Must have admin rights to Repository.")


def _shape(asked: ApiRequest, pull: Pull, comment: Comment) -> Shape:
    return comment_shapes.comment(asked.site, asked.repository, pull, comment, asked.world.app)
