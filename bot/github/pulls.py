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

GHOST = "ghost"  # GitHub's own name for an account that is gone


async def fetch_pull(api: Api, ref: PullRef) -> Pull:
    """Raises `Refused` when there is no such pull request, or the bot may not see it."""
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
        private=shape.base.repo.private if shape.base.repo else True,  # the safe side of not knowing
        url=shape.html_url,
        labels=tuple(label.name for label in shape.labels),
    )


async def fetch_change(api: Api, pull: Pull, *, patient: bool) -> Change:
    """Files and commits of `pull` at its head, with how many more GitHub counts than it shows.

    GitHub gives them for the newest head only. So the head is looked at once more behind them: raises
    `Retry` when it has moved, and when GitHub shows nothing of a change that has files.
    """
    shown = await fetch_files(api, pull.ref, patient=patient)
    commits, shut = await _commits(api, pull.ref)
    now = await _unmoved(api, pull)
    counted = now.changed_files or 0
    if shown.by_diff and shown.missing(counted):
        shown = await _filled_up(api, pull.ref, shown)
        await _unmoved(api, pull)
    missing = shown.missing(counted)
    if missing and not shown.files:
        files = f"{missing:,} changed file{'' if missing == 1 else 's'}"
        raise Retry(f"GitHub shows no diff of {pull.ref}, although it counts {files} there")
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
        files=await complete(api, pull, shown.files),
        unlisted_files=missing,
        unlisted_commits=0 if shut else max((now.commits or 0) - len(commits), 0),
        shut=shut,
    )


async def _unmoved(api: Api, pull: Pull) -> PullShape:
    now = await _read(api, pull.ref)
    if now.head.sha != pull.head:
        raise Retry(f"{pull.ref} was pushed to while it was read", after=1)
    return now


async def _filled_up(api: Api, ref: PullRef, shown: ListedFiles) -> ListedFiles:
    """A raw diff that ends too early is no reason to do without it."""
    try:
        return shown.filled_up(await list_files(api, ref))
    except (Refused, Unanswered) as error:
        log.warning("the files that the diff lacks cannot be listed", pull=str(ref), reason=str(error))
        return shown


async def _commits(api: Api, ref: PullRef) -> tuple[tuple[Commit, ...], tuple[DisabledChannel, ...]]:
    """The commits, or why they cannot be read: the change is in the files. Raises `Retry` at a rate limit."""
    try:
        return await fetch_commits(api, ref), ()
    except (Refused, Retry) as error:
        if not is_final(error):
            raise
        log.warning("the commits cannot be read", pull=str(ref), reason=str(error))
        return (), (DisabledChannel.by(Channel.COMMITS, error),)


async def _read(api: Api, ref: PullRef) -> PullShape:
    try:
        return await api.read(ref, pull_path(ref), PullShape)
    except CallRejected as error:
        if error.status != 404:
            raise
        raise Refused(
            f"pull request {ref} is not there, or the bot may not see it; check the name, and that the "
            "App or token has access to the repository"
        ) from error
