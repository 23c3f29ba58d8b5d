"""The texts of many files at once: by GraphQL, or by the REST API where there is no other."""

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
from bot.github.failures import CallRejected, Foreign, Unanswered, names_wait
from bot.github.graphql import GraphqlAnswer, GraphqlClient, GraphRejected
from bot.github.installation_tokens import NotInstalled
from bot.github.paths import part, repository_path
from bot.github.response_reading import read_answer
from bot.github.shapes import ContentShape
from bot.github.transport import ApiCall
from bot.github.webhooks.payloads import Payload

log = structlog.get_logger()

LARGEST = 500_000  # bytes of one file
BATCH = 50  # files asked for by one query
ONE_BY_ONE = 30  # files asked for by the REST API
DEFAULT = "HEAD"  # the default branch

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_NO_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|[/.]$")
_NOT_THERE = 404
_NOT_READABLE = (403, _NOT_THERE)

_Found = dict[str, str | None]


class BlobShape(Payload):
    """A file; empty for what is none. `text` is null when it is binary."""

    text: IfReadable[str] = None
    isBinary: IfReadable[bool] = None  # noqa: N815 - GitHub's spelling
    isTruncated: Annotated[bool, OrElse(False)] = False  # noqa: N815
    byteSize: int | None = None  # noqa: N815


class _Blobs(Payload):
    repository: IfReadable[Mapping[str, object]] = None


class _FoundTexts(NamedTuple):
    """The files that are there; what became of those at `unknown` was not told."""

    found: _Found
    unknown: tuple[str, ...] = ()

    def with_(self, other: "_FoundTexts") -> "_FoundTexts":
        return _FoundTexts(self.found | other.found, (*self.unknown, *other.unknown))


class _Where(NamedTuple):
    """`prefix` is the revision, spelled so that git takes it for nothing else."""

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
        """The files of `paths` that are there. None for one that is no text, or too large."""
        prefix = _spelled(revision)
        if prefix is None:
            return {}
        wanted = [path for path in dict.fromkeys(paths) if path and "\0" not in path]
        unsendable: _Found = {path: None for path in wanted if not _sendable(path)}
        where = _Where(repository, installation, prefix)
        told = await self._told(where, [path for path in wanted if path not in unsendable])
        return unsendable | told.found | await self._read(where, told.unknown)

    async def of_default(
        self, repository: str, installation: int | None, paths: Sequence[str]
    ) -> Mapping[str, str | None]:
        """The same on the default branch. Empty where the repository cannot be read."""
        try:
            return await self.at(repository, installation, DEFAULT, paths)
        except NotInstalled:
            return {}
        except CallRejected as error:
            if error.status not in _NOT_READABLE:
                raise
            return {}

    async def _told(self, where: _Where, paths: Sequence[str]) -> _FoundTexts:
        """What GraphQL tells. A repository that is not there for it has no files on its default branch, which
        may be of one that nobody has made; any other failure says nothing of the files.
        """
        told = _FoundTexts({})
        for batch in _cut(paths):
            try:
                told = told.with_(await self._ask(where, batch))
            except (Refused, Unanswered) as error:
                is_no_repository = isinstance(error, GraphRejected) and error.status == _NOT_THERE
                if names_wait(error) or (is_no_repository and where.prefix == DEFAULT):
                    raise
                log.info("files are read one by one", repository=where.repository, reason=str(error))
                rest = [path for path in paths if path not in told.found]
                return told._replace(unknown=tuple(rest))
        return told

    async def _ask(self, where: _Where, paths: Sequence[str]) -> _FoundTexts:
        """What is too much for GitHub at once is asked for by halves."""
        try:
            return await self._query(where, paths)
        except (GraphRejected, Unanswered) as error:
            if len(paths) == 1 or not _too_much(error):
                raise
        half = len(paths) // 2
        return (await self._ask(where, paths[:half])).with_(await self._ask(where, paths[half:]))

    async def _query(self, where: _Where, paths: Sequence[str]) -> _FoundTexts:
        owner, _, name = where.repository.partition("/")
        expressions = {f"e{number}": f"{where.prefix}:{path}" for number, path in enumerate(paths)}
        variables = {"owner": owner, "name": name, **expressions}
        query = texts_query(len(paths))
        answer = await self._graph.ask(where.repository, where.installation, query, variables, _Blobs)
        if answer.data.repository is None:
            raise GraphRejected("POST /graphql (texts)", _NOT_THERE, f"{where.repository} is not there")
        found: _Found = {}
        unknown: list[str] = []
        for number, path in enumerate(paths):
            blob = _blob(answer, f"f{number}")
            if blob is None:
                unknown.append(path)
            elif blob.byteSize is not None:
                found[path] = _text(blob)
        return _FoundTexts(found, tuple(unknown))

    async def _read(self, where: _Where, paths: Sequence[str]) -> _Found:
        """The first few of them, file by file; of the others nothing is known."""
        found: _Found = dict.fromkeys(paths[ONE_BY_ONE:])
        for path in paths[:ONE_BY_ONE]:
            if {".", ".."} & set(path.split("/")):
                continue  # the address would lead elsewhere
            try:
                content = await self._contents(where, path)
            except CallRejected as error:
                if error.status != _NOT_THERE and not _oversized(error):
                    raise
                if _oversized(error):
                    found[path] = None
                continue
            if content is not None:
                found[path] = _decoded(content)
        return found

    async def _contents(self, where: _Where, path: str) -> ContentShape | None:
        """None for a folder, or for what is no file."""
        names = "/".join(map(part, path.split("/")))
        query = {} if where.prefix == DEFAULT else {"ref": where.prefix}
        call = ApiCall("GET", f"{repository_path(where.repository)}/contents/{names}", query, repeatable=True)
        answer = await self._api.send_to(where.repository, where.installation, call)
        told: Any = read_answer(_CONTENT, str(call), answer.content)
        return told if isinstance(told, ContentShape) and told.type == "file" else None


_CONTENT: Any = ContentShape | list[Any]


def texts_query(count: int) -> str:
    """Asks for `count` files, by the variables `$e0` and so on ("REVISION:PATH")."""
    variables = "".join(f", $e{number}: String!" for number in range(count))
    files = " ".join(f"f{number}: object(expression: $e{number}) {{ ...blob }}" for number in range(count))
    return (
        f"query texts($owner: String!, $name: String!{variables}) "
        f"{{ repository(owner: $owner, name: $name) {{ {files} }} }} "
        "fragment blob on Blob { text isBinary isTruncated byteSize }"
    )


def _spelled(revision: str) -> str | None:
    """The revision as git takes it for nothing else; None when there can be no such branch."""
    if revision == DEFAULT or _COMMIT.fullmatch(revision):
        return revision
    return None if not revision or _NO_BRANCH.search(revision) else f"refs/heads/{revision}"


def _sendable(path: str) -> bool:
    """A path that is not UTF-8 cannot be asked for."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _cut(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    return (paths[start : start + BATCH] for start in range(0, len(paths), BATCH))


def _too_much(error: CallRejected | Retry) -> bool:
    """GitHub gives up on what takes it too long, in more than one way."""
    if isinstance(error, Unanswered):
        return not isinstance(error, Foreign) and not names_wait(error)
    return isinstance(error, CallRejected) and "limit" in error.reason.lower()


def _oversized(error: CallRejected) -> bool:
    """Old servers refuse a file above 1 MB."""
    return "too large" in error.reason.lower().replace("_", " ")


def _blob(answer: GraphqlAnswer[_Blobs], name: str) -> BlobShape | None:
    """An empty one where nothing is; None where it is not known what is."""
    files = answer.data.repository or {}
    if name not in files or answer.lacks("repository", name):
        return None
    try:
        return BlobShape.model_validate(files[name] or {})
    except ValidationError:
        return None


def _text(blob: BlobShape) -> str | None:
    size = blob.byteSize or 0
    return None if blob.isBinary or blob.isTruncated or size > LARGEST else blob.text


def _decoded(shape: ContentShape) -> str | None:
    if shape.encoding != "base64":
        return None
    try:
        content = base64.b64decode(shape.content)
    except ValueError:
        return None
    return None if b"\0" in content or len(content) > LARGEST else decode_diff(content)
