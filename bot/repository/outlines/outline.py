"""Reads the definitions of a source file."""

from collections.abc import Iterator
from typing import NamedTuple

import tree_sitter

from bot.repository.outlines.grammars import Grammar, grammar_of

MOST = 20_000  # definitions of one file
DEPTH = 60  # nodes around a definition
SIBLINGS = 20_000

_KIND = "definition."


class Definition(NamedTuple):
    """The lines `line` to `end` (from 1, both included) define `name`; `kind` is "function", "class", …"""

    name: str
    kind: str
    line: int
    end: int


def outline(path: str, text: bytes) -> list[Definition]:
    """The definitions in the order of their lines; empty if no grammar is known for `path`.

    Text that does not fit the grammar gives what can be recognized. The parser may take seconds for text
    that is made for it, or crash.
    """
    grammar = grammar_of(path)
    if grammar is None:
        return []
    tree = tree_sitter.Parser(grammar.loaded).parse(text)
    if tree.root_node.child_count > SIBLINGS:
        return []  # brackets without end: a query takes the square of their number
    found: dict[tuple[int, str], Definition] = {}
    for start, definition in sorted(_definitions(grammar, tree.root_node)):
        known = found.get((start, definition.name))
        if known is None or known.kind == "constant":
            found[start, definition.name] = definition
    return list(found.values())[:MOST]


def _definitions(grammar: Grammar, root: tree_sitter.Node) -> Iterator[tuple[int, Definition]]:
    """The definitions with the bytes at which their names begin."""
    cursor = tree_sitter.QueryCursor(grammar.query)
    cursor.set_max_start_depth(DEPTH)
    for _, captures in cursor.matches(root):
        kind = next((name for name in captures if name.startswith(_KIND)), None)
        names = captures.get("name", [])
        if kind is None or not names:
            continue
        node = _whole(captures[kind][0])
        for name in names:
            text = (name.text or b"").decode("utf-8", "replace").lstrip(":")
            lines = node.start_point.row + 1, _last_line(node)
            yield name.start_byte, Definition(text, kind.removeprefix(_KIND), *lines)


# The nodes that hold more of a definition than the query captures: a declarator's body, a decorator.
_WHOLE = frozenset({"function_definition", "decorated_definition", "export_statement", "lexical_declaration"})
_INNER = frozenset(
    {"function_declarator", "pointer_declarator", "variable_declarator", "reference_declarator"}
)


def _whole(node: tree_sitter.Node) -> tree_sitter.Node:
    """The node with what belongs to it."""
    while node.parent is not None and (
        (node.type in _INNER and node.parent.type in _INNER | _WHOLE | {"declaration"})
        or (node.parent.type in _WHOLE and node.parent.child_count <= 4 and node.type != "assignment")
    ):
        node = node.parent
    return node


def _last_line(node: tree_sitter.Node) -> int:
    """A node that ends at the start of a line ends on the line before."""
    ends_before = node.end_point.column == 0 and node.end_point.row > node.start_point.row
    return node.end_point.row + (0 if ends_before else 1)
