"""Fetches a pull request and its change."""

import structlog

from bot.core.change import Change, Commit, File, Pull, PullRef, Status
from bot.core.channels import Channel, Shut
from bot.core.errors import Refused, Retry
from bot.github.api import Api
from bot.github.commits import fetch_commits
from bot.github.contents import complete
from bot.github.failures import Rejected
from bot.github.files import LISTED, fetch_files
from bot.github.paths import pull_path
from bot.github.shapes import PullShape

log = structlog.get_logger()

GHOST = "ghost"  # GitHub's own name for an account that is gone


async def fetch_pull(api: Api, ref: PullRef) -> Pull:
    """Raises `Refused` when there is no such pull request, or the bot may not see it."""
    shape = await _read(api, ref)
    return Pull(
        ref=ref,
        title=shape.title,
        body=shape.body or "",
        author=shape.user.login if shape.user else GHOST,
        author_is_bot=shape.user.is_bot if shape.user else False,
        base=shape.base.ref,
        origin=shape.base.sha,
        head=shape.head.sha,
        draft=bool(shape.draft),
        open=shape.state == "open",
        private=shape.base.repo.private if shape.base.repo else False,
        url=shape.html_url,
        labels=tuple(label.name for label in shape.labels),
    )


async def fetch_change(api: Api, pull: Pull) -> Change:
    """Files and commits of `pull` at its head.

    GitHub gives them for the newest head only. So the head is looked at once more behind them: raises
    `Retry` when it has moved.
    """
    files = await fetch_files(api, pull.ref)
    commits, shut = await _commits(api, pull.ref)
    now = await _read(api, pull.ref)
    if now.head.sha != pull.head:
        raise Retry(f"{pull.ref} was pushed to while it was read", after=1)
    return Change(
        repository=pull.ref.repository,
        number=pull.ref.number,
        title=pull.title,
        body=pull.body,
        author=pull.author,
        base=pull.base,
        origin=pull.origin,
        head=pull.head,
        commits=commits,
        files=(*await complete(api, pull, files), *_beyond(now.changed_files, len(files))),
        shut=shut,
    )


async def _commits(api: Api, ref: PullRef) -> tuple[tuple[Commit, ...], tuple[Shut, ...]]:
    """The commits, or why they cannot be read: the change is in the files. Raises `Retry` at a rate limit."""
    try:
        return await fetch_commits(api, ref), ()
    except (Refused, Retry) as error:
        if isinstance(error, Retry) and error.after is not None:
            raise
        log.warning("the commits cannot be read", pull=str(ref), reason=str(error))
        return (), (Shut.by(Channel.COMMITS, error),)


async def _read(api: Api, ref: PullRef) -> PullShape:
    try:
        return await api.read(ref, pull_path(ref), PullShape)
    except Rejected as error:
        if error.status != 404:
            raise
        raise Refused(
            f"pull request {ref} is not there, or the bot may not see it; check the name, and that the "
            "App or token has access to the repository"
        ) from error


def _beyond(changed: int, listed: int) -> tuple[File, ...]:
    """Stands for the files that GitHub does not list, so that they are named as not reviewed."""
    if listed < LISTED or changed <= listed:
        return ()
    name = f"({changed - listed} more files)"
    reason = f"GitHub lists no more than {LISTED} files of a pull request"
    return (File(path=name, status=Status.UNCHANGED, additions=0, deletions=0, absent=reason),)
