"""YAML as a tree of nodes that know their lines; what is wrong with it as YAML."""

import re

import yaml

from bot.core.config.problem import ConfigProblem

MAX_BYTES = 64 * 1024
MAX_DEPTH = 10
ALIAS = "alias"  # the tag of a node that stands for an alias

_QUOTE_IT = re.compile(r"""^[\s-]*(?:[^\s'":]+:\s+)?[*!@`%&\[{|>]""")
_QUOTES = "Put a text that begins with a sign such as * ! @ [ or { into quotes."
_UNPRINTABLE = yaml.reader.Reader.NON_PRINTABLE


class _Loader(yaml.SafeLoader):
    """Composes nodes of plain YAML. Aliases are not followed: a few lines of them can stand for gigabytes."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]
            return yaml.ScalarNode(ALIAS, event.anchor, event.start_mark, event.end_mark)
        if self._depth > MAX_DEPTH:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "lists are nested too deeply here", mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def read_nodes(file: str, text: str) -> yaml.Node | ConfigProblem | None:
    """The root of the one document in `text`; None where there is nothing in it; or why it cannot be read."""
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        return ConfigProblem(
            file=file,
            message=f"The file has more than {MAX_BYTES // 1024} kB, so nothing of it holds.",
            fix="Shorten it.",
        )
    text = text.removeprefix("\ufeff")
    unfit = _UNPRINTABLE.search(text)
    if unfit:
        return _unprintable(file, text, unfit.start())
    try:
        return _compose(text)
    except yaml.MarkedYAMLError as error:
        return _broken(file, text, error)


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


def _unprintable(file: str, text: str, at: int) -> ConfigProblem:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return ConfigProblem(
        file=file,
        line=line,
        column=column,
        message=f"No text has a character such as U+{ord(text[at]):04X}, so nothing of the file holds.",
        fix="Save it as UTF-8 text.",
    )


def _broken(file: str, text: str, error: yaml.MarkedYAMLError) -> ConfigProblem:
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines()
    line = min(mark.line, max(len(lines) - 1, 0)) if mark else 0
    what = (error.problem or error.context or "it cannot be read").strip()
    return ConfigProblem(
        file=file,
        line=line + 1,
        column=mark.column + 1 if mark else None,
        message=f"This is not YAML, so nothing of the file holds: {what}.",
        fix=_advice(what, lines[line] if lines else ""),
    )


def _advice(what: str, line: str) -> str:
    if "'\\t'" in what or line.lstrip(" ").startswith("\t"):
        return "Indent with spaces, not with tabs."
    if "another document" in what:
        return "Keep one document: take the line --- out."
    if _QUOTE_IT.match(line) and "end" not in what:
        return _QUOTES
    return "Look at the indentation, and for quotes and brackets that are not closed, here and above."
