"""Threads, comments and files in GraphQL's shapes; fields with arguments are functions."""

from collections.abc import Sequence
from typing import Any

from github_simulator.content import Entry, Text
from github_simulator.graph.connections import connection
from github_simulator.shapes.repositories import blob_sha
from github_simulator.shapes.site import COMMENT, THREAD, node
from github_simulator.state import Account, InlineComment, Kind, Pull, Reaction
from github_simulator.state.places import current_place

Shape = dict[str, Any]

MAX_TEXT = 512_000  # bytes; the text of a larger file is truncated
_CONTENTS = {
    "+1": "THUMBS_UP",
    "-1": "THUMBS_DOWN",
    "laugh": "LAUGH",
    "confused": "CONFUSED",
    "heart": "HEART",
    "hooray": "HOORAY",
    "rocket": "ROCKET",
    "eyes": "EYES",
}
_KINDS = {Kind.BOT: "Bot", Kind.USER: "User", Kind.ORGANIZATION: "Organization"}
_MOST_INT = 2**31 - 1


def actor(account: Account) -> Shape:
    """An account; GraphQL omits the "[bot]" of an App's login."""
    kind = _KINDS[account.kind]
    login = account.login.removesuffix("[bot]")
    return {"__typename": kind, "id": node(kind, account.id), "login": login}


def thread(pull: Pull, first: int) -> Shape:
    entries = pull.threads[first]
    place = current_place(pull, entries[0])
    resolver = pull.resolved.get(first)
    side, line = entries[0].side, entries[0].line

    def comments(_info: Any, **page: Any) -> Shape:
        return connection("comments", entries, comment, **page)

    return {
        "__typename": THREAD,
        "id": node(THREAD, first),
        "isResolved": resolver is not None,
        "resolvedBy": {**actor(resolver), "__typename": "User"} if resolver else None,
        "path": entries[0].path,
        "line": place.line(side) if place else None,
        "startLine": None,
        "originalLine": line,
        "diffSide": side,
        "isOutdated": line is not None and place is None,
        "subjectType": "FILE" if line is None else "LINE",
        "comments": comments,
    }


def comment(record: InlineComment) -> Shape:
    def reactions(_info: Any, content: str | None = None, **page: Any) -> Shape:
        selected = [
            reaction for reaction in record.reactions if content in (None, _CONTENTS[reaction.content])
        ]
        return connection("reactions", selected, _reaction, **page)

    return {
        "__typename": COMMENT,
        "id": node(COMMENT, record.id),
        "databaseId": record.id if record.id <= _MOST_INT else None,
        "fullDatabaseId": str(record.id),
        "body": record.body,
        "author": actor(record.user),
        "isMinimized": record.minimised,
        "minimizedReason": "resolved" if record.minimised else None,
        "reactions": reactions,
    }


def blob(entry: Entry) -> Shape:
    """A file; unknown content is binary."""
    text = entry.content.render() if isinstance(entry.content, Text) else None
    content = (text or "").encode("utf-8", "replace")
    is_truncated = len(content) > MAX_TEXT
    return {
        "__typename": "Blob",
        "id": node("Blob", len(content)),
        "oid": blob_sha(content),
        "byteSize": len(content),
        "isBinary": text is None,
        "isTruncated": is_truncated,
        "text": content[:MAX_TEXT].decode("utf-8", "ignore") if text is not None else None,
    }


def folder(paths: Sequence[str]) -> Shape:
    oid = blob_sha("\0".join(paths).encode("utf-8", "replace"))
    return {"__typename": "Tree", "id": node("Tree", len(paths)), "oid": oid}


def commit(sha: str, message: str) -> Shape:
    return {"__typename": "Commit", "id": node("Commit", int(sha[:12], 16)), "oid": sha, "message": message}


def _reaction(record: Reaction) -> Shape:
    user = {**actor(record.user), "__typename": "User"}
    return {"id": node("Reaction", record.id), "content": _CONTENTS[record.content], "user": user}
