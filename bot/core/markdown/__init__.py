"""Markdown made of text that others wrote: a model, an author, a server.

Such text is read by a small parser of our own and written anew: what it knows (emphasis, lists,
quotes, code, plain links) comes out in one unambiguous spelling, all else is escaped. So nothing
hangs on how GitHub would have read the original.

Mentions and references to issues are set in code, where GitHub never links or notifies. That reads
well, needs no invisible characters and holds in mail and in a terminal too.

`defuse` is for blocks of text, `inline` for one line, `cell` for one in a table.
"""

from bot.core.markdown.block import defuse
from bot.core.markdown.characters import clean
from bot.core.markdown.code import code, fence
from bot.core.markdown.inline import cell, inline
from bot.core.markdown.truncate import MAX_COMMENT, clip, shorten

__all__ = ["MAX_COMMENT", "cell", "clean", "clip", "code", "defuse", "fence", "inline", "shorten"]
