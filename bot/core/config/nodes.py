"""Parses YAML into nodes with line numbers, and reports syntax errors as problems."""

import re

import yaml

from bot.core.config.problem import ConfigProblem

MAX_BYTES = 64 * 1024
MAX_DEPTH = 10
ALIAS = "alias"  # the tag of the node that replaces an alias

_QUOTE_IT = re.compile(r"""^[\s-]*(?:[^\s'":]+:\s+)?[*!@`%&\[{|>]""")
_QUOTES = "Quote a text that begins with a character such as * ! @ [ or {."
_UNPRINTABLE = yaml.reader.Reader.NON_PRINTABLE


class _Loader(yaml.SafeLoader):
    """Composes nodes of plain YAML. It does not expand aliases: a few lines of them can yield gigabytes."""

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
    """The root of the single document in `text`, None for an empty one, or the reason why it is invalid."""
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        return ConfigProblem(
            file=file,
            message=f"The file is larger than {MAX_BYTES // 1024} kB, so it is ignored.",
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
        message=f"The file contains the non-printable character U+{ord(text[at]):04X}, so it is ignored.",
        fix="Save it as UTF-8 text.",
    )


def _broken(file: str, text: str, error: yaml.MarkedYAMLError) -> ConfigProblem:
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines()
    line = min(mark.line, max(len(lines) - 1, 0)) if mark else 0
    what = (error.problem or error.context or "invalid syntax").strip()
    return ConfigProblem(
        file=file,
        line=line + 1,
        column=mark.column + 1 if mark else None,
        message=f"The file is not valid YAML, so it is ignored: {what}.",
        fix=_advice(what, lines[line] if lines else ""),
    )


def _advice(what: str, line: str) -> str:
    if "'\\t'" in what or line.lstrip(" ").startswith("\t"):
        return "Indent with spaces, not with tabs."
    if "another document" in what:
        return "Keep a single document: remove the line ---."
    if _QUOTE_IT.match(line) and "end" not in what:
        return _QUOTES
    return "Check the indentation, and look for unclosed quotes and brackets here and above."
