"""Hypothesis strategies for arbitrary changes and findings."""

import difflib
from collections.abc import Sequence
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from bot.core.change import File, FileStatus
from bot.core.diff import parse_patch, render_diff
from bot.core.review import Finding, FindingSource, LineRange, Severity, Side

NAMES = ("a.py", "src/b c.rs", "docs/ö.md", 'q"uote.txt', "x|y.txt")
_TEXTS = (
    "", "x", "    return x", "}", "@@ -1,3 +1,3 @@", "-", "+", "--- a/a.py", "+++ b/a.py", "\\ no newline",
    "diff --git a/x b/x", "```", "````suggestion", "tab\there", "\r", "line\u2028end", "naïve = 'é'",
    "<!-- x -->",
)  # fmt: skip

lines = st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=30)


@st.composite
def edited(draw: st.DrawFn, before: Sequence[str]) -> list[str]:
    """Removes, adds and changes lines, at distant or adjacent places."""
    after: list[str] = []
    for line in before:
        what = draw(st.sampled_from("kkkkkkdic"))
        if what == "i":
            after += draw(st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=3))
        if what == "c":
            after.append(line + "!")
        elif what != "d":
            after.append(line)
    return after if after and after != before else [*before, "more"]


def _patch(before: Sequence[str], after: Sequence[str], ended: tuple[bool, bool], context: int) -> str | None:
    """A patch in git's format; `ended` says for each side whether its last line has a newline."""
    old, new = _with_ends(before, ended[0]), _with_ends(after, ended[1])
    found = list(difflib.unified_diff(old, new, n=context))[2:]
    text = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found
    )
    return text or None


def _with_ends(texts: Sequence[str], ended: bool) -> list[str]:
    whole = [f"{text}\n" for text in texts]
    if whole and not ended:
        whole[-1] = texts[-1] or "x"
    return whole


@st.composite
def files(draw: st.DrawFn) -> list[File]:
    """The files of a change, with git's context or less."""
    made = []
    for path in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)):
        kind = draw(st.sampled_from(["modified", "modified", "added", "removed", "renamed", "binary"]))
        before = draw(lines)
        ended = draw(st.tuples(st.booleans(), st.booleans()))
        context = draw(st.sampled_from([0, 1, 3]))
        fields: dict[str, Any] = {
            "path": path,
            "status": FileStatus.MODIFIED,
            "before": "100644",
            "after": "100644",
        }
        if kind == "binary":
            made.append(File(**fields, additions=0, deletions=0, absent="binary file"))
            continue
        if kind == "added":
            fields |= {
                "status": FileStatus.ADDED,
                "before": None,
                "patch": _patch([], before, ended, context),
            }
        elif kind == "removed":
            fields |= {
                "status": FileStatus.REMOVED,
                "after": None,
                "patch": _patch(before, [], ended, context),
            }
        else:
            fields["patch"] = _patch(before, draw(edited(before)), ended, context)
        if kind == "renamed":
            fields |= {"status": FileStatus.RENAMED, "previous": f"old/{path}"}
        if fields["patch"]:
            made.append(File(**fields, additions=0, deletions=0))
    return made


def as_diff(changed: Sequence[File]) -> str:
    return render_diff(changed)


@st.composite
def spots(draw: st.DrawFn, changed: Sequence[File]) -> LineRange:
    """Locations in or near a hunk, outside the change, reversed, or in an unknown file."""
    shown = [
        (file.path, side, start, start + count - 1)
        for file in changed
        for hunk in parse_patch(file.patch or "")
        for side, start, count in (
            (Side.LEFT, hunk.left, hunk.left_count),
            (Side.RIGHT, hunk.right, hunk.right_count),
        )
        if count
    ]
    if not shown or draw(st.integers(0, 3)) == 0:
        path = draw(st.sampled_from([*[file.path for file in changed], "nowhere.py", ""]))
        number = st.integers(1, 60) | st.just(10**9)
        return LineRange(path=path, line=draw(number), end=draw(number), side=draw(st.sampled_from(Side)))
    path, side, first, last = draw(st.sampled_from(shown))
    line = draw(st.integers(first, last))
    end = draw(st.integers(line, last) | st.just(last + 1) | st.integers(1, last + 9))
    return LineRange(path=path, line=line, end=end, side=side)


@st.composite
def findings(draw: st.DrawFn, changed: Sequence[File]) -> Finding:
    spot = draw(spots(changed))
    texts = st.sampled_from(_TEXTS) | st.text(max_size=40)
    return Finding(
        **spot.model_dump(),
        severity=draw(st.sampled_from(Severity)),
        category=draw(st.sampled_from(["correctness", "", "<b>"])),
        confidence=1,
        title=draw(texts),
        body=draw(texts),
        replacement=draw(st.none() | st.lists(texts, max_size=3).map("\n".join)),
        source=draw(st.sampled_from(FindingSource)),
        also=tuple(draw(st.lists(spots(changed), max_size=2))),
    )


@st.composite
def reviewed(draw: st.DrawFn) -> tuple[list[File], list[Finding]]:
    changed = draw(files())
    assume(changed)
    return changed, draw(st.lists(findings(changed), max_size=6))
