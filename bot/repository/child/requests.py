"""The requests to the process, and what it answers.

A request names its `database`; an answer holds `error` ("limit", "invalid", "unknown" or "damaged") and a
`message`, or what was asked for.
"""

import base64
import sqlite3
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.core.lookups import Lookup
from bot.repository import limits
from bot.repository.index.answers import answer
from bot.repository.index.archive import files_of_archive, files_of_checkout, is_plain
from bot.repository.index.build import SourceFile, TooLargeError, add_commit, known_blobs
from bot.repository.index.database import connect
from bot.repository.index.texts import CommitTexts

_DAMAGED = (tarfile.TarError, EOFError, zlib.error, OSError, sqlite3.Error)


def handle(request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a request; failures are answers, too."""
    try:
        with closing(connect(Path(request["database"]))) as connection:
            return _HANDLERS[request["do"]](connection, request)
    except TooLargeError as error:
        return {"error": "limit", "message": str(error)}
    except (ValueError, ValidationError) as error:
        return {"error": "invalid", "message": str(error)}
    except KeyError as error:
        return {"error": "unknown", "message": f"the index has no {error}"}
    except RecursionError:
        return {"error": "damaged", "message": "the repository's archive is nested too deeply"}
    except _DAMAGED as error:
        return {"error": "damaged", "message": str(error) or type(error).__name__}


def _has(connection: sqlite3.Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the commit is there (and marks it as used), and whether any is."""
    update = "UPDATE commits SET used = ? WHERE name = ?"
    used = connection.execute(update, (time.time(), request["commit"])).rowcount
    [count] = connection.execute("SELECT count(*) FROM commits").fetchone()
    return {"has": used > 0, "commits": count}


def _add_archive(connection: sqlite3.Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    files = files_of_archive(Path(request["archive"]))
    return {"files": add_commit(connection, request["commit"], files)}


def _add_checkout(connection: sqlite3.Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    files = files_of_checkout(Path(request["root"]), request["paths"])
    return {"files": add_commit(connection, request["commit"], files)}


def _missing(connection: sqlite3.Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the listed files whose blobs the index does not hold."""
    entries = request["entries"]
    known = known_blobs(connection, (git for _, git in entries))
    return {"missing": [[path, git] for path, git in entries if git not in known]}


def _add_listing(connection: sqlite3.Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """A commit by the paths and blobs of its files; `contents` are those of new blobs."""
    contents = {git: base64.b64decode(text) for git, text in request["contents"].items()}
    return {"files": add_commit(connection, request["commit"], _listed(request["entries"], contents))}


def _listed(entries: list[list[str]], contents: Mapping[str, bytes]) -> Iterator[SourceFile]:
    for path, git in entries:
        if is_plain(path):
            yield SourceFile(path, contents.get(git), git)


def _look(connection: sqlite3.Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    lookup = Lookup.model_validate(request["lookup"])
    texts = CommitTexts(connection, request["commit"], limits.PARSING)
    return answer(texts, lookup).model_dump(mode="json")


_HANDLERS: Mapping[str, Callable[[sqlite3.Connection, Mapping[str, Any]], dict[str, Any]]] = {
    "has": _has,
    "add-archive": _add_archive,
    "add-checkout": _add_checkout,
    "missing": _missing,
    "add-listing": _add_listing,
    "look": _look,
}
