"""Outlines of source files: the names that a file defines, by tree-sitter."""

from bot.repository.outlines.grammars import grammar_of
from bot.repository.outlines.outline import Definition, outline

__all__ = ["Definition", "grammar_of", "outline"]
