"""Hidden HTML comments that identify what the bot has written.

The bot looks for them only in its own comments. Text of others cannot contain one: see
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
    """Begins the summary comment, of which a pull request has one."""
    return f"<!-- {_NAME}:summary -->"


def partial_marker(comment: int) -> str:
    """Begins the review of some files that comment number `comment` requested."""
    return f"<!-- {_NAME}:aside {comment} -->"


def review_marker(head: str, keys: Collection[str]) -> str:
    """Begins the review with the inline comments `keys` on commit `head`."""
    digest = hashlib.sha256(" ".join(sorted(keys)).encode()).hexdigest()[:12]
    return f"<!-- {_NAME}:review {head} {digest} -->"


def blocking_marker(head: str) -> str:
    """Marks the review of commit `head` that requests changes."""
    return f"<!-- {_NAME}:blocking {head} -->"


def finding_marker(key: str) -> str:
    """Begins an inline comment; `key` identifies the finding (`bot.core.findings.fingerprint`)."""
    return f"<!-- {_NAME}:finding {key} -->"


def whole_marker() -> str:
    """Marks a comment on a whole file, which cannot become outdated like one on lines."""
    return _WHOLE


def fixed_marker(key: str, head: str) -> str:
    """Begins the reply that marks the finding as fixed in commit `head`."""
    return f"<!-- {_NAME}:fixed {key} {head} -->"


def back_marker(key: str, head: str) -> str:
    """Begins the reply that marks the finding as reintroduced in commit `head`."""
    return f"<!-- {_NAME}:back {key} {head} -->"


def key_of(thread: Thread) -> str | None:
    """The key of a thread's finding; None for other threads."""
    match = _FINDING.search(thread.body)
    return match[1] if match else None


def by_key(threads: Iterable[Thread]) -> dict[str, Thread]:
    """Threads by the key of their finding; the older one of two with the same key."""
    keyed: dict[str, Thread] = {}
    for thread in threads:
        if key := key_of(thread):
            keyed.setdefault(key, thread)
    return keyed


def has_reply(thread: Thread, marker: str) -> bool:
    """Whether a reply of the bot contains `marker`."""
    return any(marker in remark.text for remark in thread.replies if remark.mine)


def is_whole(thread: Thread) -> bool:
    return _WHOLE in thread.body


def reported_status(thread: Thread) -> FindingStatus:
    """The latest status of the finding that the bot has reported in its thread."""
    turns = [match[1] for remark in thread.replies if remark.mine for match in _TURN.finditer(remark.text)]
    return FindingStatus.FIXED if turns[-1:] == ["fixed"] else FindingStatus.OPEN
