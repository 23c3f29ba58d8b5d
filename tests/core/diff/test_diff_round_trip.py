"""Whatever files are written as a diff are read back as they were."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from bot.core.change import File, FileStatus
from bot.core.diff import Anchors, DiffError, parse_diff, parse_patch, render_diff
from bot.core.review import Side

texts = st.one_of(
    st.sampled_from(["", "++ b/x", "-- a/x", "@@ -1 +1 @@", "diff --git a/x b/x", "\\ No newline", "\r"]),
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=12),
)
lines = st.tuples(st.sampled_from(" +-"), texts).map("".join)
names = st.lists(
    st.text(
        st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=8
    ).filter(lambda part: part not in (".", "..")),
    min_size=1,
    max_size=3,
).map("/".join)
modes = st.sampled_from(["100644", "100755"])


@st.composite
def hunks(draw: st.DrawFn, kinds: str = " +-", before: int = 0) -> str:
    """A hunk with a change in it, behind `before` lines or more."""
    changed = st.lists(lines.filter(lambda line: line[0] in kinds), min_size=1, max_size=6)
    body = draw(changed.filter(lambda body: any(line[0] != " " for line in body)))
    left = sum(line[0] != "+" for line in body)
    right = sum(line[0] != "-" for line in body)
    start = before + (draw(st.integers(1, 100)) if " " in kinds else 1)
    section = draw(texts)
    header = f"@@ -{start - (not left)},{left} +{start - (not right)},{right} @@ {section}"
    return "\n".join([header, *body, ""])


@st.composite
def patches(draw: st.DrawFn) -> str:
    found = [draw(hunks(before=number * 120)) for number in range(draw(st.integers(1, 3)))]
    return "".join(found) + draw(st.sampled_from(["", "\\ No newline at end of file\n"]))


def counted(patch: str, **fields: object) -> File:
    every = [line for hunk in parse_patch(patch) for line in hunk.lines]
    additions = sum(line.kind == "+" for line in every)
    deletions = sum(line.kind == "-" for line in every)
    return File.model_validate({**fields, "patch": patch, "additions": additions, "deletions": deletions})


@st.composite
def written(draw: st.DrawFn) -> File:
    """A file with lines to show."""
    status = draw(st.sampled_from([FileStatus.MODIFIED, FileStatus.RENAMED, FileStatus.COPIED]))
    previous = None if status is FileStatus.MODIFIED else draw(names)
    mode = draw(modes)
    fields = {"path": draw(names), "previous": previous, "before": mode, "after": mode}
    return counted(draw(patches()), status=status, **fields)


@st.composite
def whole(draw: st.DrawFn) -> File:
    """A file that appears, goes, or becomes another kind of thing."""
    path, mode = draw(names), draw(modes)
    removal, addition = draw(hunks("-")), draw(hunks("+"))
    return draw(
        st.sampled_from(
            [
                counted(addition, path=path, status=FileStatus.ADDED, after=mode),
                counted(removal, path=path, status=FileStatus.REMOVED, before=mode),
                counted(
                    removal + addition, path=path, status=FileStatus.RETYPED, before=mode, after="120000"
                ),
            ]
        )
    )


@st.composite
def bare(draw: st.DrawFn) -> File:
    """A file without lines to show."""
    mode, absent = draw(st.sampled_from([("100644", "binary file"), ("100755", "only its mode changed")]))
    modes = {"before": "100644", "after": mode}
    fields = {"path": draw(names), "status": FileStatus.MODIFIED, "additions": 0, "deletions": 0}
    return File.model_validate({**fields, **modes, "absent": absent})


@given(st.lists(st.one_of(written(), whole(), bare()), max_size=4, unique_by=lambda file: file.path))
def test_what_is_written_is_read_back(expected: list[File]) -> None:
    assert parse_diff(render_diff(expected)) == tuple(expected)


@given(patches())
def test_the_hunks_of_a_patch_hold_every_line_of_it(patch: str) -> None:
    spelled = "".join(
        f"{line.kind}{line.text}\n" + ("" if line.ended else "\\ No newline at end of file\n")
        for hunk in parse_patch(patch)
        for line in hunk.lines
    )
    written = [line for line in patch.split("\n") if not line.startswith("@@")]

    assert spelled == "\n".join(written)


@given(patches())
def test_exactly_the_lines_shown_can_carry_a_comment(patch: str) -> None:
    anchors = Anchors(patch)
    shown = [line for hunk in parse_patch(patch) for line in hunk.lines]
    left = {line.left for line in shown}
    right = {line.right for line in shown}

    for number in range(1, 520):
        assert anchors.admits(number, number, Side.LEFT) == (number in left)
        assert anchors.admits(number, number, Side.RIGHT) == (number in right)


@given(
    st.lists(
        st.sampled_from(
            [
                *"ab+- \\@",
                "\n",
                "\r\n",
                "diff --git a/x b/x\n",
                "--- a/x\n",
                "+++ b/x\n",
                "@@ -1 +1 @@\n",
                "@@ -1,2 +0,0 @@\n",
                "new file mode 100644\n",
                "From " + "0" * 40 + " \n",
                "GIT binary patch\n",
                "literal 3\n",
                '"a/\\303" ',
                "rename from x\n",
            ]
        )
    ).map("".join)
)
def test_nonsense_is_read_or_refused_but_never_breaks(text: str) -> None:
    with contextlib.suppress(DiffError):
        assert all(file.path for file in parse_diff(text))
