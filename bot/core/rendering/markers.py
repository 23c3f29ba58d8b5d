"""Hidden comments by which the bot knows its own writing again.

Only what the bot itself has written is searched for them. Text of others cannot hold one: see
`bot.core.markdown.clean`.
"""

_NAME = "code-review-bot"

STATUS_START = f"<!-- {_NAME}:status -->"
STATUS_END = f"<!-- {_NAME}:/status -->"


def summary_marker() -> str:
    """Stands first in the summary comment, of which a pull request has one."""
    return f"<!-- {_NAME}:summary -->"


def review_marker(head: str) -> str:
    """Stands first in the review that carries the comments on lines of commit `head`."""
    return f"<!-- {_NAME}:review {head} -->"


def finding_marker(key: str) -> str:
    """Stands first in a comment on lines; `key` knows the finding again (`bot.core.fingerprint`)."""
    return f"<!-- {_NAME}:finding {key} -->"
