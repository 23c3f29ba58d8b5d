"""Answers look-ups from the index of a commit."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import PurePosixPath

from bot.core.lookups import Lookup, Passage, Passages, Query
from bot.repository import limits
from bot.repository.index.nearness import Nearness
from bot.repository.index.texts import CommitTexts, IndexedFile, matches
from bot.repository.outlines import Definition

_WORD = re.compile(r"[^\W\d][\w$]*")
_CUT = "…"
# A type's own text is shown up to here; its members can be looked up themselves.
_WIDE = 80  # lines


def answer(texts: CommitTexts, lookup: Lookup) -> Passages:
    """The passages, at most `PASSAGES` or `OUTLINE`. Raises `ValueError` if the look-up makes no sense."""
    if lookup.query not in _ANSWERS:
        raise ValueError(f"an index holds no {lookup.query}")
    most = limits.OUTLINE if lookup.query is Query.OUTLINE else limits.PASSAGES
    found = list(islice(_ANSWERS[lookup.query](texts, lookup), most + 1))
    return Passages(passages=tuple(found[:most]), more=len(found) > most or texts.time.is_exceeded)


def _definitions(texts: CommitTexts, lookup: Lookup) -> Iterator[Passage]:
    """The definitions of a name, the closest to `path` first."""
    name = _last_word(lookup.text)
    for file in texts.with_words(name, near=Nearness(lookup.path))[: limits.PARSED]:
        for found in file.outline:
            if found.name == name:
                yield _whole(file, found)


def _uses(texts: CommitTexts, lookup: Lookup) -> Iterator[Passage]:
    """The lines that contain a name other than where it is defined, the closest to `path` first."""
    name = _last_word(lookup.text)
    pattern = _whole_word(name)
    for file in texts.with_words(name, near=Nearness(lookup.path)):
        defined = {found.line for found in file.outline if found.name == name}
        yield from _matching(file, pattern, defined)


def _read(texts: CommitTexts, lookup: Lookup) -> Iterator[Passage]:
    file = _file(texts, lookup.path)
    last = min(lookup.end or len(file.lines), len(file.lines), max(lookup.line, 1) + limits.LINES - 1)
    first = max(lookup.line, 1)
    if first <= last:
        yield _passage(file, first, last)


def _search(texts: CommitTexts, lookup: Lookup) -> Iterator[Passage]:
    """The lines that contain a text; `path` is a glob, or empty for all files.

    Where the index knows its words, those files come first. A part of a longer word is found in settings and
    scripts, and in all files where nothing else is.
    """
    pattern, glob = re.compile(re.escape(lookup.text)), lookup.path
    words = [word for word in _WORD.findall(lookup.text) if len(word) > 2]
    inner = [word for word in words if re.search(rf"\W{re.escape(word)}\W", lookup.text)]
    known: set[str] = set()
    is_found = False
    for files in (
        texts.with_words(*words, near=Nearness(""), glob=glob) if words else (),
        texts.settings(),
        texts.with_words(*inner, near=Nearness(""), glob=glob) if inner else (),
    ):
        fresh = [file for file in files if file.path not in known]
        known.update(file.path for file in fresh)
        for passage in _searched(fresh, pattern, glob):
            is_found = True
            yield passage
    if not is_found:
        others = (file for file in islice(texts.files(), limits.SCANNED) if file.path not in known)
        yield from _searched(others, pattern, glob)


def _search_pattern(texts: CommitTexts, lookup: Lookup) -> Iterator[Passage]:
    try:
        pattern = re.compile(lookup.text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{lookup.text} is not a regular expression: {error}") from None
    yield from _searched(texts.files(), pattern, lookup.path)


def _searched(files: Iterable[IndexedFile], pattern: re.Pattern[str], glob: str) -> Iterator[Passage]:
    for file in files:
        if matches(file.path, glob):
            yield from _matching(file, pattern, frozenset())


def _outline(texts: CommitTexts, lookup: Lookup) -> Iterator[Passage]:
    """The definitions of a file, each with its first line as the text."""
    file = _file(texts, lookup.path)
    for found in file.outline:
        text = file.lines[found.line - 1].strip()[:200]
        yield Passage(
            path=file.path, line=found.line, end=found.end, name=found.name, kind=found.kind, text=text
        )


def _tests(texts: CommitTexts, lookup: Lookup) -> Iterator[Passage]:
    """The tests that use what a file defines; those that use most of it come first."""
    file = _file(texts, lookup.path)
    names = list(dict.fromkeys(found.name for found in file.outline if found.kind != "field"))[:40]
    wanted = [lookup.text] if lookup.text else [*names, PurePosixPath(file.path).stem]
    used: dict[str, tuple[IndexedFile, int]] = {}
    for name in wanted:
        for candidate in texts.tests_with_word(name):
            if candidate.path != file.path:
                used[candidate.path] = (candidate, used.get(candidate.path, (candidate, 0))[1] + 1)
    near = Nearness(file.path)
    ranked = sorted(used.values(), key=lambda found: (-found[1], near(found[0].path)))
    pattern = re.compile("|".join(_whole_word(name).pattern for name in wanted))
    for candidate, _ in ranked[: limits.PARSED]:
        yield from _matching(candidate, pattern, frozenset())


_ANSWERS: Mapping[Query, Callable[[CommitTexts, Lookup], Iterator[Passage]]] = {
    Query.DEFINITION: _definitions,
    Query.USES: _uses,
    Query.READ: _read,
    Query.SEARCH: _search,
    Query.PATTERN: _search_pattern,
    Query.OUTLINE: _outline,
    Query.TESTS: _tests,
}


def _file(texts: CommitTexts, path: str) -> IndexedFile:
    """The file at `path`, or the only one whose path ends with it."""
    file = texts.file(path) or texts.ending_with(path)
    if file is None:
        raise ValueError(f"there is no text file {path} at the head")
    return file


def _last_word(text: str) -> str:
    """The last name of a text such as `cart.total` or `Cart::total`."""
    words = _WORD.findall(text)
    if not words:
        raise ValueError(f"{text!r} is not a name")
    return str(words[-1])


def _whole_word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")


def _matching(file: IndexedFile, pattern: re.Pattern[str], but: Iterable[int]) -> Iterator[Passage]:
    """The matching lines with the lines around them; lines close to each other are one passage."""
    hits = [
        at for at, line in enumerate(file.lines, start=1) if at not in but and pattern.search(line[:2000])
    ]
    start = end = 0
    for hit in hits:
        if end and hit <= end + limits.AROUND and hit - start < limits.LINES:
            end = hit + limits.AROUND
            continue
        if end:
            yield _in_definition(file, start, end)
        start, end = _around(file, hit)
    if end:
        yield _in_definition(file, start, end)


def _around(file: IndexedFile, hit: int) -> tuple[int, int]:
    """The lines around `hit`, with all of a small definition that contains it."""
    first, last = max(hit - limits.AROUND, 1), hit + limits.AROUND
    found = file.around(hit)
    if found and found.end - found.line < limits.SMALL:
        first, last = min(first, found.line), max(last, found.end)
    return first, last


def _in_definition(file: IndexedFile, first: int, last: int) -> Passage:
    """The lines, named by the definition that contains them."""
    found = file.around(min((first + last) // 2, len(file.lines)))
    passage = _passage(file, first, min(last, len(file.lines)))
    return passage.model_copy(update={"name": found.name, "kind": found.kind}) if found else passage


def _whole(file: IndexedFile, found: Definition) -> Passage:
    """The lines of a definition, with the comment above it."""
    first = found.line
    while first > 1 and found.line - first < 20 and _is_comment(file.lines[first - 2]):
        first -= 1
    last = min(found.end, first + _WIDE - 1)
    passage = _passage(file, first, last)
    return passage.model_copy(update={"name": found.name, "kind": found.kind})


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(
        ("#", "//", "/*", "*", "--", "///", "@", "[")
    ) and not line.lstrip().startswith(("#include", "#define", "#if", "#endif"))


def _passage(file: IndexedFile, first: int, last: int) -> Passage:
    text = "\n".join(file.lines[first - 1 : last])
    return Passage(path=file.path, line=first, end=last, text=_cut(text))


def _cut(text: str) -> str:
    """At most `PASSAGE` bytes of whole lines."""
    if len(text.encode("utf-8", "replace")) <= limits.PASSAGE:
        return text
    cut = text.encode("utf-8", "replace")[: limits.PASSAGE].decode("utf-8", "ignore")
    return f"{cut.rpartition(chr(10))[0] or cut}\n{_CUT}"
