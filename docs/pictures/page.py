"""A pull request's conversation as HTML, styled by GitHub's own CSS, colours and icons."""

import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any, NamedTuple

import cmarkgfm
from cmarkgfm.cmark import Options
from pygments import lex
from pygments.lexers import get_lexer_for_filename
from pygments.token import Token, _TokenType

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules"
STYLES = (
    "github-markdown-css/github-markdown-{scheme}.css",
    "@primer/primitives/dist/css/functional/themes/{scheme}.css",
)
COMMENTED = "web/cart.js"  # the file whose comment is shown
ALERT = r"<blockquote>\n<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\n"
ALERTS = {"NOTE": "info", "TIP": "light-bulb", "IMPORTANT": "report", "WARNING": "alert", "CAUTION": "stop"}
# GitHub's classes for what pygments tells apart.
HIGHLIGHTS = {
    Token.Comment: "pl-c",
    Token.Keyword: "pl-k",
    Token.Operator: "pl-k",
    Token.Literal.String: "pl-s",
    Token.Literal.Number: "pl-c1",
    Token.Name.Function: "pl-en",
}


class Line(NamedTuple):
    """A line of a diff; `sign` is a plus, a minus, a blank, or `@` for a hunk's header."""

    old: str
    new: str
    sign: str
    text: str


def conversation(demo: dict[str, Any], diff: str, scheme: str) -> str:
    """Title, summary comment and one comment on a line, of what `review-bot demo --json` prints."""
    summary = next(comment for comment in demo["comments"] if comment["user"].endswith("[bot]"))
    inline = next(comment for comment in demo["inline"] if comment["path"] == COMMENTED)
    lines = list(_hunk(diff, inline["path"], inline["line"]))
    styles = [(PACKAGES / style.format(scheme=scheme)).read_text(encoding="utf-8") for style in STYLES]
    styles.append((HERE / "page.css").read_text(encoding="utf-8"))
    return (
        f'<!doctype html><html data-color-mode="{scheme}" data-{scheme}-theme="{scheme}">'
        f'<meta charset="utf-8"><style>{"".join(styles)}</style>'
        f"<body>{_title(demo['pull'])}"
        f"{_comment(summary)}{_thread(inline, lines)}</body></html>"
    )


def _title(pull: dict[str, Any]) -> str:
    state = f'<span class="state">{_icon("git-pull-request")} Open</span>'
    title = f'{escape(pull["title"])} <span class="muted">#{pull["number"]}</span>'
    return f"<header>{state}<h1>{title}</h1></header>"


def _comment(comment: dict[str, Any]) -> str:
    return (
        f'<section class="summary">{_avatar()}<div class="box"><div class="head">{_author(comment)}</div>'
        f'<div class="text">{_markdown(comment["body"])}</div></div></section>'
    )


def _thread(comment: dict[str, Any], lines: list[Line]) -> str:
    """A comment below the lines of the diff that lead to it."""
    path = comment["path"]
    return (
        f'<section class="thread"><div class="box"><div class="head"><code>{escape(path)}</code></div>'
        f'{_diff(lines, path)}<div class="talk"><p>{_avatar()}{_author(comment)}</p>'
        f"{_suggesting(_markdown(comment['body']), lines[-1], path)}</div></div></section>"
    )


def _author(comment: dict[str, Any]) -> str:
    name = escape(comment["user"].removesuffix("[bot]"))
    return f'<b>{name}</b> <span class="label">bot</span> <span class="muted">commented now</span>'


def _avatar() -> str:
    return f'<span class="avatar">{_icon("hubot", 24)}</span>'


def _icon(name: str, size: int = 16) -> str:
    return (PACKAGES / f"@primer/octicons/build/svg/{name}-{size}.svg").read_text(encoding="utf-8")


def _markdown(text: str) -> str:
    """As GitHub renders it: by its own library, with the HTML that comments may hold, and alerts."""
    html = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    return f'<div class="markdown-body">{re.sub(ALERT, _alert, html)}</div>'


def _alert(found: re.Match[str]) -> str:
    icon, kind = _icon(ALERTS[found[1]]), found[1].lower()
    return (
        f'<blockquote class="markdown-alert markdown-alert-{kind}">'
        f'<p class="markdown-alert-title">{icon}&nbsp;{kind.capitalize()}</p><p>'
    )


def _suggesting(html: str, line: Line, path: str) -> str:
    """With the block of a suggestion as the change of the line that it is."""

    def change(block: re.Match[str]) -> str:
        old = [Line(line.new, "", "-", line.text)]
        new = [Line("", line.new, "+", text) for text in unescape(block[1]).splitlines()]
        return f'<div class="change"><div class="head">Suggested change</div>{_diff(old + new, path)}</div>'

    return re.sub(r'<pre lang="suggestion"><code>(.*?)</code></pre>', change, html, flags=re.DOTALL)


def _diff(lines: list[Line], path: str) -> str:
    kinds = {"+": "added", "-": "deleted", "@": "hunk", " ": "same"}
    rows = (
        f'<tr class="{kinds[line.sign]}"><td class="number">{line.old}</td><td class="number">{line.new}</td>'
        f'<td class="code"><i>{line.sign if line.sign != "@" else ""}</i>{_highlighted(line, path)}</td></tr>'
        for line in lines
    )
    return f'<table class="diff">{"".join(rows)}</table>'


def _highlighted(line: Line, path: str) -> str:
    if line.sign == "@":
        return escape(line.text)
    tokens = lex(line.text, get_lexer_for_filename(path, stripnl=False, ensurenl=False))
    return "".join(f'<span class="{_highlight(kind)}">{escape(text)}</span>' for kind, text in tokens)


def _highlight(kind: _TokenType) -> str:
    return next((name for group, name in HIGHLIGHTS.items() if kind in group), "")


def _hunk(diff: str, path: str, end: int) -> Iterator[Line]:
    """The lines of the file's first hunk, up to line `end` of the new file."""
    header, *lines = diff.partition(f"+++ b/{path}\n")[2].splitlines()
    yield Line("", "", "@", header)
    old, new = (int(start) for start in re.findall(r"[-+](\d+)", header)[:2])
    for sign, text in ((line[0], line[1:]) for line in lines):
        yield Line("" if sign == "+" else str(old), "" if sign == "-" else str(new), sign, text)
        if sign != "-" and new == end:
            return
        old += sign != "+"
        new += sign != "-"
