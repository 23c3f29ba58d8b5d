"""Finds the changed file that a location in a SARIF file means.

Analysers write paths relative to the repository, relative to a named base, or absolute on the machine that
ran them. A location gives candidates; the first that is a file of the change is the one.
"""

import posixpath
import re
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import unquote

from bot.core.reports.sarif_document import ArtifactLocation, SarifRun

_MAX_BASES = 10  # bases that refer to each other
_MAX_PATH = 4096
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # of two letters at least: one is a drive of Windows
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")
_CHECKOUTS = (  # where CI services check a repository out
    re.compile(r"/home/[^/]+/work/([^/]+)/\1/"),
    re.compile(r"/Users/[^/]+/work/([^/]+)/\1/"),
    re.compile(r"[A-Za-z]:/a/([^/]+)/\1/"),
    re.compile(r"/__w/([^/]+)/\1/"),
    re.compile(r"/github/workspace/"),
)


class SarifPaths:
    """The paths of one run. `paths` are the files of the change; `root` is the directory of the repository on
    this machine, empty if there is none.
    """

    def __init__(self, run: SarifRun, paths: Collection[str], root: str = "") -> None:
        self._run = run
        self._paths = paths
        self._root = root.replace("\\", "/").rstrip("/")
        self._found: dict[ArtifactLocation, str | None] = {}

    def find(self, location: ArtifactLocation) -> str | None:
        """The changed file at `location`, relative to the repository; None if it is another file."""
        if location not in self._found:
            candidates = (path for path in self._candidates(location) if path in self._paths)
            self._found[location] = next(candidates, None)
        return self._found[location]

    def _candidates(self, location: ArtifactLocation) -> Iterator[str]:
        location = self._listed(location)
        if not location.uri or len(location.uri) > _MAX_PATH:
            return
        for name in dict.fromkeys((unquote(location.uri), location.uri)):
            path = _plain(name)
            if path is None:
                return
            if _ABSOLUTE.match(path):
                yield from self._below_roots(path, self._roots)
            else:
                yield from self._relative(path, location.base)

    def _relative(self, path: str, base: str) -> Iterator[str]:
        """A path below its base; the base is taken for the repository's directory unless that is known."""
        for directory in (self._base(base), *self._directories):
            if directory:
                yield from self._below_roots(f"{directory}/{path}", (self._root,))
        yield from _normalized(path)

    def _below_roots(self, path: str, roots: Sequence[str]) -> Iterator[str]:
        path = posixpath.normpath(path)
        for root in roots:
            if root and path.startswith(f"{root}/"):
                yield path.removeprefix(f"{root}/")
        for checkout in _CHECKOUTS:
            found = checkout.match(path)
            if found:
                yield path[found.end() :]

    @property
    def _roots(self) -> Sequence[str]:
        """The directories that may be the repository's, on the machine that ran the tool."""
        bases = filter(None, map(self._base, self._run.bases))
        return self._root, *bases, *self._directories

    @property
    def _directories(self) -> Sequence[str]:
        """The absolute working directories of the tool."""
        locations = (invocation.directory for invocation in self._run.invocations if invocation.directory)
        plain = (_plain(unquote(self._listed(location).uri)) or "" for location in locations)
        return [path.rstrip("/") for path in plain if _ABSOLUTE.match(path)]

    def _base(self, name: str) -> str:
        """The absolute directory of a base, without "/" at its end; empty if it is unknown."""
        parts: list[str] = []
        for _ in range(_MAX_BASES):
            location = self._run.bases.get(name)
            path = _plain(unquote(location.uri)) if location else None
            if location is None or path is None:
                return ""
            parts.insert(0, path)
            if _ABSOLUTE.match(path):
                return posixpath.normpath("/".join(parts)).rstrip("/")
            name = location.base
        return ""

    def _listed(self, location: ArtifactLocation) -> ArtifactLocation:
        """The location in the run's list of artifacts, if `location` only refers to it."""
        if location.uri or not 0 <= location.index < len(self._run.artifacts):
            return location
        artifact = self._run.artifacts[location.index]
        return artifact.location if artifact and artifact.location else location


def _plain(uri: str) -> str | None:
    """The path of a file URI or of a relative one, with slashes; None for another scheme."""
    if uri[:5].lower() == "file:":
        rest = uri[5:].replace("\\", "/")
        path = "/" + rest[2:].partition("/")[2] if rest.startswith("//") else rest
        drive = path.lstrip("/")
        return drive if re.match(r"[A-Za-z]:/", drive) else path
    return None if _SCHEME.match(uri) else uri.replace("\\", "/")


def _normalized(path: str) -> Iterator[str]:
    """A relative path without "." and ".."; none if it leads out of the repository."""
    path = posixpath.normpath(path)
    if path != "." and not path.startswith(".."):
        yield path
