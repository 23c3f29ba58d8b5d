"""Hidden comments by which the bot knows its own writing again.

Only what the bot itself has written is searched for them. Text of others cannot hold one: see
`bot.core.markdown.clean`.
"""

import hashlib
import re
from collections.abc import Collection, Iterable

from bot.core.findings.threads import Thread
from bot.core.findings.tracking import FindingStatus

_NAME = "code-review-bot"

STATUS_START = f"<!-- {_NAME}:status -->"
STATUS_END = f"<!-- {_NAME}:/status -->"

_FINDING = re.compile(rf"<!-- {_NAME}:finding ([0-9a-z]+) -->")
_TURN = re.compile(rf"<!-- {_NAME}:(fixed|back) ")
_WHOLE = f"<!-- {_NAME}:whole -->"


def summary_marker() -> str:
    """Stands first in the summary comment, of which a pull request has one."""
    return f"<!-- {_NAME}:summary -->"


def partial_marker(comment: int) -> str:
    """Stands first in a review of some files only, which comment number `comment` asked for."""
    return f"<!-- {_NAME}:aside {comment} -->"


def review_marker(head: str, keys: Collection[str]) -> str:
    """Stands first in the review that carries the comments `keys` on lines of commit `head`."""
    digest = hashlib.sha256(" ".join(sorted(keys)).encode()).hexdigest()[:12]
    return f"<!-- {_NAME}:review {head} {digest} -->"


def blocking_marker(head: str) -> str:
    """Stands in the review of commit `head` that requests changes."""
    return f"<!-- {_NAME}:blocking {head} -->"


def finding_marker(key: str) -> str:
    """Stands first in a comment on lines; `key` knows the finding again (`bot.core.findings.fingerprint`)."""
    return f"<!-- {_NAME}:finding {key} -->"


def whole_marker() -> str:
    """Stands in a comment on a whole file, which has no lines that could move off the diff."""
    return _WHOLE


def fixed_marker(key: str, head: str) -> str:
    """Stands in the reply which says that commit `head` has fixed the finding."""
    return f"<!-- {_NAME}:fixed {key} {head} -->"


def back_marker(key: str, head: str) -> str:
    """Stands in the reply which says that commit `head` has it again."""
    return f"<!-- {_NAME}:back {key} {head} -->"


def key_of(thread: Thread) -> str | None:
    """The key of the finding that a thread is about."""
    match = _FINDING.search(thread.body)
    return match[1] if match else None


def by_key(threads: Iterable[Thread]) -> dict[str, Thread]:
    """The threads on findings; of two on one, the older."""
    keyed: dict[str, Thread] = {}
    for thread in threads:
        if key := key_of(thread):
            keyed.setdefault(key, thread)
    return keyed


def is_said(thread: Thread, marker: str) -> bool:
    """Whether a reply of the bot's holds `marker`."""
    return any(marker in remark.text for remark in thread.replies if remark.mine)


def is_whole(thread: Thread) -> bool:
    return _WHOLE in thread.body


def told_fate(thread: Thread) -> FindingStatus:
    """What the bot has said last of the finding."""
    turns = [match[1] for remark in thread.replies if remark.mine for match in _TURN.finditer(remark.text)]
    return FindingStatus.FIXED if turns[-1:] == ["fixed"] else FindingStatus.OPEN
