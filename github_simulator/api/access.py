"""Checks credentials and permissions of API calls."""

from typing import Literal, NamedTuple

from github_simulator.api.refusals import Refusal, not_found
from github_simulator.api.visitors import Visitor
from github_simulator.state import Repository, World

Level = Literal["read", "write"]

_FOR_APPS_ONLY = frozenset({"checks"})


class Need(NamedTuple):
    """What a route requires: any one of `permissions`, with `level`, on the path's repository.

    `app`: the app itself, by its JSON web token. `credentials`: any user or installation. `sensitive`: also
    to read a public repository.
    """

    permissions: tuple[str, ...] = ()
    level: Level = "read"
    app: bool = False
    credentials: bool = False
    sensitive: bool = False


def reads(*permissions: str) -> Need:
    return Need(permissions, "read")


def writes(*permissions: str) -> Need:
    return Need(permissions, "write", credentials=True)


BY_APP = Need(app=True)
AUTHENTICATED = Need(credentials=True)
ANONYMOUS = Need()


def check_access(world: World, need: Need, visitor: Visitor, full_name: str | None) -> None:
    """Raises `Refusal` unless `visitor` has access; `full_name` is the repository in the path, if any."""
    if need.app != visitor.app:
        raise Refusal(401, "A JSON web token could not be decoded" if need.app else "Bad credentials")
    if full_name is not None and not need.app:
        _check_repository(need, visitor, world.repository(full_name))
    if need.credentials and visitor.token is None:
        raise Refusal(401, "Requires authentication")


def _check_repository(need: Need, visitor: Visitor, repository: Repository) -> None:
    """A private repository does not exist for callers without read permission."""
    if repository.private and not _can_read(visitor, repository):
        raise not_found()
    is_public = need.level == "read" and not repository.private and not need.sensitive
    if visitor.token is None or is_public:
        return
    if need.level == "write" and repository.archived:
        raise Refusal(403, "Repository was archived so is read-only.")
    if visitor.installation:
        _check_installation(need, visitor, repository)
    else:
        _check_user(need, visitor)


def _can_read(visitor: Visitor, repository: Repository) -> bool:
    if visitor.installation:
        return visitor.installation.account is repository.owner
    return repository.allows(visitor.account, "read")


def _check_installation(need: Need, visitor: Visitor, repository: Repository) -> None:
    if not _can_read(visitor, repository) or not _has_permission(need, visitor):
        raise _inaccessible("integration", need)


def _check_user(need: Need, visitor: Visitor) -> None:
    """Users may write wherever they may read, except check runs, which only apps may write."""
    if need.level == "write" and set(need.permissions) <= _FOR_APPS_ONLY:
        raise _inaccessible("personal access token", need)
    if visitor.permissions is not None and not _has_permission(need, visitor):
        raise _inaccessible("personal access token", need)


def _has_permission(need: Need, visitor: Visitor) -> bool:
    enough = ("write",) if need.level == "write" else ("read", "write")
    granted = visitor.permissions or {}
    return any(granted.get(permission) in enough for permission in need.permissions)


def _inaccessible(kind: str, need: Need) -> Refusal:
    accepted = "; ".join(f"{permission}={need.level}" for permission in need.permissions)
    headers = {"X-Accepted-GitHub-Permissions": accepted}
    return Refusal(403, f"Resource not accessible by {kind}", headers=headers)
