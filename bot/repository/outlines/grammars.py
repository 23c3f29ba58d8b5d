"""The grammars: which one parses a file, and the query for its definitions."""

import functools
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter

from bot.repository.outlines import queries


@dataclass(frozen=True)
class Grammar:
    """A grammar of the package `module`. `more` are queries beside the package's own; None: these alone."""

    module: str
    more: str
    language: str = "language"
    tags: bool = True

    @functools.cached_property
    def loaded(self) -> tree_sitter.Language:
        package = importlib.import_module(self.module)
        return tree_sitter.Language(getattr(package, self.language)())

    @functools.cached_property
    def query(self) -> tree_sitter.Query:
        own = str(importlib.import_module(self.module).TAGS_QUERY) if self.tags else ""
        definitions = (pattern for pattern in _patterns(own) if "@definition." in pattern)
        return tree_sitter.Query(self.loaded, "\n".join((*definitions, self.more)))


def _patterns(query: str) -> Iterator[str]:
    """The patterns of a query, each with its captures."""
    text = re.sub(r"(?m);.*$", "", query)
    depth = start = 0
    for at, char in enumerate(text):
        if char in "([":
            if depth == 0 and (pattern := text[start:at].strip()):
                yield pattern
                start = at
            depth += 1
        elif char in ")]":
            depth -= 1
    if pattern := text[start:].strip():
        yield pattern


_PYTHON = Grammar("tree_sitter_python", queries.PYTHON)
_JAVASCRIPT = Grammar("tree_sitter_javascript", queries.JAVASCRIPT)
_TYPESCRIPT = Grammar("tree_sitter_typescript", queries.TYPESCRIPT, "language_typescript", tags=False)
_TSX = Grammar("tree_sitter_typescript", queries.TYPESCRIPT, "language_tsx", tags=False)
_GO = Grammar("tree_sitter_go", queries.GO)
_RUST = Grammar("tree_sitter_rust", queries.RUST)
_JAVA = Grammar("tree_sitter_java", queries.JAVA)
_C = Grammar("tree_sitter_c", queries.C)
_CPP = Grammar("tree_sitter_cpp", queries.CPP)
_C_SHARP = Grammar("tree_sitter_c_sharp", queries.C_SHARP, tags=False)
_RUBY = Grammar("tree_sitter_ruby", queries.RUBY)
_PHP = Grammar("tree_sitter_php", queries.PHP, "language_php")

_BY_SUFFIX = {
    **dict.fromkeys((".py", ".pyi"), _PYTHON),
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), _JAVASCRIPT),
    **dict.fromkeys((".ts", ".mts", ".cts"), _TYPESCRIPT),
    ".tsx": _TSX,
    ".go": _GO,
    ".rs": _RUST,
    ".java": _JAVA,
    ".c": _C,
    **dict.fromkeys((".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx"), _CPP),
    ".cs": _C_SHARP,
    **dict.fromkeys((".rb", ".rake", ".gemspec"), _RUBY),
    ".php": _PHP,
}


def grammar_of(path: str) -> Grammar | None:
    """The grammar for a file by its name; None if there is none."""
    dot = path.rfind(".")
    return _BY_SUFFIX.get(path[dot:].lower()) if dot > path.rfind("/") + 1 else None
