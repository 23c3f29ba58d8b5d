"""Sanitizes Markdown from untrusted sources: models, authors, servers.

A small parser rewrites such text: supported syntax (emphasis, lists, quotes, code, plain links) comes out in
one unambiguous form, everything else is escaped. So the result does not depend on how GitHub would parse the
original.

Mentions and references to issues become code, where GitHub never links or notifies. That is readable, needs
no invisible characters, and also works in mail and in a terminal.

`defuse` is for blocks of text, `inline` for one line, `cell` for one in a table.
"""

from bot.core.markdown.block import defuse
from bot.core.markdown.characters import clean
from bot.core.markdown.code import code, fence
from bot.core.markdown.inline import cell, inline
from bot.core.markdown.truncate import MAX_COMMENT, clip, shorten

__all__ = ["MAX_COMMENT", "cell", "clean", "clip", "code", "defuse", "fence", "inline", "shorten"]
