"""Reads the texts of many files: by GraphQL in batches, or else by the REST API one by one."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import structlog
from pydantic import ValidationError

from bot.core.diff import decode_diff
from bot.core.errors import Refused, Retry
from bot.core.lenient import IfReadable, OrElse
from bot.github.api import Api
from bot.github.calls import ApiCall
from bot.github.failures import CallRejected, Foreign, Unanswered, names_wait
from bot.github.graphql import GraphqlAnswer, GraphqlClient, GraphRejected
from bot.github.installation_tokens import NotInstalled
from bot.github.paths import part, repository_path
from bot.github.response_reading import read_answer
from bot.github.shapes import ContentShape
from bot.github.webhooks.payloads import Payload

log = structlog.get_logger()

MAX_SIZE = 500_000  # bytes of one file
BATCH = 50  # files per GraphQL query
MAX_BY_REST = 30  # files read by the REST API
DEFAULT = "HEAD"  # the default branch

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_NOT_A_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|[/.]$")
_NOT_FOUND = 404
_NOT_ACCESSIBLE = (403, _NOT_FOUND)

_Texts = dict[str, str | None]


class BlobShape(Payload):
    """A blob; all fields are null for anything else. `text` is null for a binary file."""

    text: IfReadable[str] = None
    isBinary: IfReadable[bool] = None  # noqa: N815 - GitHub's spelling
    isTruncated: Annotated[bool, OrElse(False)] = False  # noqa: N815
    byteSize: int | None = None  # noqa: N815


class _Blobs(Payload):
    repository: IfReadable[Mapping[str, object]] = None


class _FoundTexts(NamedTuple):
    """The texts of the files that exist; GitHub gave no information on those at `unknown`."""

    texts: _Texts
    unknown: tuple[str, ...] = ()

    def with_(self, other: "_FoundTexts") -> "_FoundTexts":
        return _FoundTexts(self.texts | other.texts, (*self.unknown, *other.unknown))


class _Source(NamedTuple):
    """`prefix` is the revision in an unambiguous form."""

    repository: str
    installation: int | None
    prefix: str


class FileTexts:
    def __init__(self, api: Api, graph: GraphqlClient) -> None:
        self._api = api
        self._graph = graph

    async def at(
        self, repository: str, installation: int | None, revision: str, paths: Sequence[str]
    ) -> Mapping[str, str | None]:
        """The texts of the `paths` that exist. None for a file that is not text, or too large."""
        prefix = _unambiguous(revision)
        if prefix is None:
            return {}
        wanted = [path for path in dict.fromkeys(paths) if path and "\0" not in path]
        unencodable: _Texts = {path: None for path in wanted if not _is_utf8(path)}
        source = _Source(repository, installation, prefix)
        found = await self._by_graphql(source, [path for path in wanted if path not in unencodable])
        return unencodable | found.texts | await self._by_rest(source, found.unknown)

    async def of_default(
        self, repository: str, installation: int | None, paths: Sequence[str]
    ) -> Mapping[str, str | None]:
        """The same on the default branch. Empty if the repository cannot be read."""
        try:
            return await self.at(repository, installation, DEFAULT, paths)
        except NotInstalled:
            return {}
        except CallRejected as error:
            if error.status not in _NOT_ACCESSIBLE:
                raise
            return {}

    async def _by_graphql(self, source: _Source, paths: Sequence[str]) -> _FoundTexts:
        """What GraphQL returns; after a failure the remaining paths are `unknown`.

        Raises for a repository that does not exist if the default branch was asked for.
        """
        found = _FoundTexts({})
        for batch in _batches(paths):
            try:
                found = found.with_(await self._ask(source, batch))
            except (Refused, Unanswered) as error:
                is_missing = isinstance(error, GraphRejected) and error.status == _NOT_FOUND
                if names_wait(error) or (is_missing and source.prefix == DEFAULT):
                    raise
                log.info("file_texts_query_failed", repository=source.repository, reason=str(error))
                remaining = [path for path in paths if path not in found.texts]
                return found._replace(unknown=tuple(remaining))
        return found

    async def _ask(self, source: _Source, paths: Sequence[str]) -> _FoundTexts:
        """Splits a query that is too expensive for GitHub into halves."""
        try:
            return await self._query(source, paths)
        except (GraphRejected, Unanswered) as error:
            if len(paths) == 1 or not _is_too_expensive(error):
                raise
        half = len(paths) // 2
        return (await self._ask(source, paths[:half])).with_(await self._ask(source, paths[half:]))

    async def _query(self, source: _Source, paths: Sequence[str]) -> _FoundTexts:
        owner, _, name = source.repository.partition("/")
        expressions = {f"e{number}": f"{source.prefix}:{path}" for number, path in enumerate(paths)}
        variables = {"owner": owner, "name": name, **expressions}
        query = texts_query(len(paths))
        answer = await self._graph.ask(source.repository, source.installation, query, variables, _Blobs)
        if answer.data.repository is None:
            raise GraphRejected("POST /graphql (texts)", _NOT_FOUND, f"{source.repository} does not exist")
        texts: _Texts = {}
        unknown: list[str] = []
        for number, path in enumerate(paths):
            blob = _blob(answer, f"f{number}")
            if blob is None:
                unknown.append(path)
            elif blob.byteSize is not None:
                texts[path] = _text(blob)
        return _FoundTexts(texts, tuple(unknown))

    async def _by_rest(self, source: _Source, paths: Sequence[str]) -> _Texts:
        """Reads the first `MAX_BY_REST` files one by one; None for the others."""
        texts: _Texts = dict.fromkeys(paths[MAX_BY_REST:])
        for path in paths[:MAX_BY_REST]:
            if {".", ".."} & set(path.split("/")):
                continue  # the URL would leave the repository
            try:
                content = await self._contents(source, path)
            except CallRejected as error:
                if error.status != _NOT_FOUND and not _is_oversized(error):
                    raise
                if _is_oversized(error):
                    texts[path] = None
                continue
            if content is not None:
                texts[path] = _decode(content)
        return texts

    async def _contents(self, source: _Source, path: str) -> ContentShape | None:
        """None for anything other than a file."""
        names = "/".join(map(part, path.split("/")))
        query = {} if source.prefix == DEFAULT else {"ref": source.prefix}
        call = ApiCall(
            "GET", f"{repository_path(source.repository)}/contents/{names}", query, repeatable=True
        )
        answer = await self._api.send_to(source.repository, source.installation, call)
        content: Any = read_answer(_CONTENT, str(call), answer.content)
        return content if isinstance(content, ContentShape) and content.type == "file" else None


_CONTENT: Any = ContentShape | list[Any]


def texts_query(count: int) -> str:
    """The query for `count` files, named by the variables `$e0`, `$e1`, … ("REVISION:PATH")."""
    variables = "".join(f", $e{number}: String!" for number in range(count))
    files = " ".join(f"f{number}: object(expression: $e{number}) {{ ...blob }}" for number in range(count))
    return (
        f"query texts($owner: String!, $name: String!{variables}) "
        f"{{ repository(owner: $owner, name: $name) {{ {files} }} }} "
        "fragment blob on Blob { text isBinary isTruncated byteSize }"
    )


def _unambiguous(revision: str) -> str | None:
    """The revision in an unambiguous form; None if it cannot be the name of a branch."""
    if revision == DEFAULT or _COMMIT.fullmatch(revision):
        return revision
    return None if not revision or _NOT_A_BRANCH.search(revision) else f"refs/heads/{revision}"


def _is_utf8(path: str) -> bool:
    """Whether the path can be encoded as UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _batches(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    return (paths[start : start + BATCH] for start in range(0, len(paths), BATCH))


def _is_too_expensive(error: CallRejected | Retry) -> bool:
    """Whether the query was too expensive: GitHub reports that in several ways."""
    if isinstance(error, Unanswered):
        return not isinstance(error, Foreign) and not names_wait(error)
    return isinstance(error, CallRejected) and "limit" in error.reason.lower()


def _is_oversized(error: CallRejected) -> bool:
    """Old servers refuse a file above 1 MB."""
    return "too large" in error.reason.lower().replace("_", " ")


def _blob(answer: GraphqlAnswer[_Blobs], name: str) -> BlobShape | None:
    """Empty if there is no blob; None if GitHub's answer does not say."""
    files = answer.data.repository or {}
    if name not in files or answer.lacks("repository", name):
        return None
    try:
        return BlobShape.model_validate(files[name] or {})
    except ValidationError:
        return None


def _text(blob: BlobShape) -> str | None:
    size = blob.byteSize or 0
    return None if blob.isBinary or blob.isTruncated or size > MAX_SIZE else blob.text


def _decode(shape: ContentShape) -> str | None:
    if shape.encoding != "base64":
        return None
    try:
        content = base64.b64decode(shape.content)
    except ValueError:
        return None
    return None if b"\0" in content or len(content) > MAX_SIZE else decode_diff(content)
