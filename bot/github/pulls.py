"""Fetches a pull request and its change."""

import structlog

from bot.core.change import Change, Commit, Pull, PullRef
from bot.core.channels import Channel, DisabledChannel
from bot.core.errors import Refused, Retry, is_final
from bot.github.api import Api
from bot.github.commits import fetch_commits
from bot.github.contents import complete
from bot.github.failures import CallRejected, Unanswered
from bot.github.files import ListedFiles, fetch_files, list_files
from bot.github.paths import pull_path
from bot.github.shapes import PullShape

log = structlog.get_logger()

GHOST = "ghost"  # GitHub's name for a deleted account


async def fetch_pull(api: Api, ref: PullRef) -> Pull:
    """Raises `Refused` if the pull request does not exist, or the bot cannot access it."""
    shape = await _read(api, ref)
    return Pull(
        ref=ref,
        title=shape.title,
        body=shape.body,
        author=shape.user.login if shape.user else GHOST,
        author_is_bot=shape.user.is_bot if shape.user else False,
        base=shape.base.ref,
        origin=shape.base.sha,
        head=shape.head.sha,
        draft=shape.draft,
        open=shape.state == "open",
        private=shape.base.repo.private if shape.base.repo else True,  # if unknown, assume private
        url=shape.html_url,
        labels=tuple(label.name for label in shape.labels),
    )


async def fetch_change(api: Api, pull: Pull, *, patient: bool) -> Change:
    """Files and commits of `pull` at its head, with how many more GitHub counts than it shows.

    GitHub returns them for the newest head only, so the head is read again afterwards. Raises `Retry` if it
    has moved, or if GitHub shows no file of a change that has files.
    """
    listed = await fetch_files(api, pull.ref, patient=patient)
    commits, disabled = await _commits(api, pull.ref)
    current = await _read_same_head(api, pull)
    counted = current.changed_files or 0
    if listed.by_diff and listed.missing(counted):
        listed = await _with_missing_files(api, pull.ref, listed)
        await _read_same_head(api, pull)
    missing = listed.missing(counted)
    if missing and not listed.files:
        files = f"{missing:,} changed file{'' if missing == 1 else 's'}"
        raise Retry(f"GitHub shows no diff of {pull.ref}, although it counts {files}")
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
        files=await complete(api, pull, listed.files),
        unlisted_files=missing,
        unlisted_commits=0 if disabled else max((current.commits or 0) - len(commits), 0),
        shut=disabled,
    )


async def _read_same_head(api: Api, pull: Pull) -> PullShape:
    current = await _read(api, pull.ref)
    if current.head.sha != pull.head:
        raise Retry(f"{pull.ref} was pushed to while it was read", after=1)
    return current


async def _with_missing_files(api: Api, ref: PullRef, listed: ListedFiles) -> ListedFiles:
    """Adds the files that the raw diff lacks; keeps the diff if they cannot be listed."""
    try:
        return listed.filled_up(await list_files(api, ref))
    except (Refused, Unanswered) as error:
        log.warning("missing_files_unlisted", pull=str(ref), reason=str(error))
        return listed


async def _commits(api: Api, ref: PullRef) -> tuple[tuple[Commit, ...], tuple[DisabledChannel, ...]]:
    """The commits, or why they cannot be read: a review can do without. Raises `Retry` at a rate limit."""
    try:
        return await fetch_commits(api, ref), ()
    except (Refused, Retry) as error:
        if not is_final(error):
            raise
        log.warning("commits_unreadable", pull=str(ref), reason=str(error))
        return (), (DisabledChannel.by(Channel.COMMITS, error),)


async def _read(api: Api, ref: PullRef) -> PullShape:
    try:
        return await api.read(ref, pull_path(ref), PullShape)
    except CallRejected as error:
        if error.status != 404:
            raise
        raise Refused(
            f"pull request {ref} does not exist, or the bot cannot access it; check the name, and that the "
            "App or token has access to the repository"
        ) from error
